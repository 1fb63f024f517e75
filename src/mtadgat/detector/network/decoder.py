"""The reconstruction head: a GRU that unfolds one state into the rows of a window.

Axes: ``batch`` windows, ``size`` of the state, ``hidden`` state of the decoder's GRU, ``window`` rows, ``targets``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor, nn

from mtadgat.detector.network.recurrent import last, unroll, unroll_repeated

if TYPE_CHECKING:
    from jaxtyping import Float


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


class Decoder(nn.Module):
    """row_t = W s_t + b with s_t = GRU(input_t, s_(t-1)), s_0 = 0, and the same state as the input of every step.

    Args:
        size: length of the state.
        hidden: hidden size of the GRU.
        layers: layers of the GRU.
        window: rows to make.
        targets: values in a row.
        smeared: give step t the slice t of a sequence in which each value of the state comes ``window`` times in a
            row, as the reference implementation does, for weights that were trained so.
    """

    def __init__(self, *, size: int, hidden: int, layers: int, window: int, targets: int, smeared: bool) -> None:
        super().__init__()
        self.window = window
        self.smeared = smeared
        self.gru = nn.GRU(size, hidden, layers, batch_first=True)
        self.readout = nn.Linear(hidden, targets)

    def forward(self, state: Float[Tensor, "batch size"]) -> Float[Tensor, "batch window targets"]:
        """Return all rows of the window."""
        return torch.stack([self.readout(hidden) for hidden in self._unrolled(state)], dim=1)

    def last_row(self, state: Float[Tensor, "batch size"]) -> Float[Tensor, "batch targets"]:
        """Return the last row of the window; the others are never read out."""
        row: Tensor = self.readout(last(self._unrolled(state)))
        return row

    def _unrolled(self, state: Float[Tensor, "batch size"]) -> Iterator[Float[Tensor, "batch hidden"]]:
        if self.smeared:
            return unroll(self.gru, state.repeat_interleave(self.window, dim=1).view(len(state), self.window, -1))
        return unroll_repeated(self.gru, state, self.window)
