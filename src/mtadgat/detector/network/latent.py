"""The state that the decoder reads: the GRU's own, or one drawn around it (a variational autoencoder).

Axes: ``batch`` windows, ``hidden`` state of the GRU, ``size`` of the latent state.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor, nn


class Latent(NamedTuple):
    """A state for the decoder, and its divergence from the prior.

    Args:
        state: (batch, size).
        divergence: (batch,) in nats.
    """

    state: Float[Tensor, "batch size"]
    divergence: Float[Tensor, " batch"]


class Deterministic(nn.Module):
    """The hidden state itself; nothing diverges."""

    def forward(self, hidden: Float[Tensor, "batch hidden"]) -> Latent:
        """Return the hidden state."""
        return Latent(hidden, hidden.new_zeros(len(hidden)))


class Variational(nn.Module):
    """z = mean + deviation * noise, with mean and log variance linear in the hidden state.

    Zhao et al. 2020, section III-E: q(z | x) is a normal distribution, the prior a standard normal one. Evaluation
    takes the mean.

    Args:
        hidden: length of the hidden state.
        size: length of z.
    """

    def __init__(self, *, hidden: int, size: int) -> None:
        super().__init__()
        self.posterior = nn.Linear(hidden, 2 * size)

    def forward(self, hidden: Float[Tensor, "batch hidden"]) -> Latent:
        """Return z and KL(q(z | x) || N(0, 1))."""
        mean, log_variance = self.posterior(hidden).chunk(2, dim=1)
        divergence = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(dim=1)
        if not self.training:
            return Latent(mean, divergence)
        noise = torch.randn_like(mean)
        return Latent(mean + (0.5 * log_variance).exp() * noise, divergence)
