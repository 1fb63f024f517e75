"""The MTAD-GAT network (Zhao et al. 2020): windows in, forecast and reconstruction out.

Axes: ``batch`` windows, ``window`` rows, ``features`` columns, ``targets`` those columns that are forecast and
reconstructed, ``hidden`` state of a GRU.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor, nn

from mtadgat.detector.network.attention import GraphAttention
from mtadgat.detector.network.decoder import Decoder, Latent
from mtadgat.detector.network.recurrent import last, unroll
from mtadgat.errors import DataError

if TYPE_CHECKING:
    from jaxtyping import Float


def sliding_windows(
    rows: Float[Tensor, "time features"], window: int, stride: int = 1
) -> Float[Tensor, "count window features"]:
    """Return every window of a series as a view: nothing is copied.

    Args:
        rows: (time, features).
        window: rows in a window.
        stride: rows between the starts of two windows.

    Raises:
        DataError: there are fewer rows than a window has.
    """
    if len(rows) < window:
        raise DataError(
            f"at least {window} rows, one window",
            f"{len(rows)} rows",
            "Give more rows, or train with a smaller --window.",
        )
    return rows.unfold(0, window, stride).transpose(1, 2)


class NetworkOutput(NamedTuple):
    """What the network says of a batch of windows.

    Args:
        forecast: (batch, targets) of the row after each window.
        reconstruction: (batch, window, targets).
        divergence: KL divergence of the latent state from a standard normal, in nats for each reconstructed value;
            0 without a variational reconstruction.
    """

    forecast: Float[Tensor, "batch targets"]
    reconstruction: Float[Tensor, "batch window targets"]
    divergence: Float[Tensor, ""]


class LastRows(NamedTuple):
    """What scoring needs of a batch of windows.

    Args:
        forecast: (batch, targets) of the row after each window.
        reconstruction: (batch, targets) of the last row of each window.
    """

    forecast: Float[Tensor, "batch targets"]
    reconstruction: Float[Tensor, "batch targets"]


class Network(nn.Module):
    """Convolution, two attention layers side by side, a GRU, and two heads.

    Args:
        window: rows in a window.
        targets: columns that are forecast and reconstructed.
        convolution: (batch, features, window) to the same.
        over_features: attention between features, each a vector of its window.
        over_time: attention between rows, each a vector of its features.
        encoder: GRU over the rows of [convolved window || over_features || over_time].
        forecaster: last hidden state to (batch, targets).
        latent: last hidden state to a `Latent`, the state that the decoder reads.
        decoder: that state to (batch, window, targets).
    """

    def __init__(
        self,
        *,
        window: int,
        targets: Sequence[int],
        convolution: nn.Module,
        over_features: GraphAttention,
        over_time: GraphAttention,
        encoder: nn.GRU,
        forecaster: nn.Module,
        latent: nn.Module,
        decoder: Decoder,
    ) -> None:
        super().__init__()
        self.window = window
        self.targets = tuple(targets)
        self.convolution = convolution
        self.over_features = over_features
        self.over_time = over_time
        self.encoder = encoder
        self.forecaster = forecaster
        self.latent = latent
        self.decoder = decoder

    @property
    def features(self) -> int:
        """Columns of a window."""
        return int(self.over_features.bias.shape[0])

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.over_features.bias.device

    def forward(self, windows: Float[Tensor, "batch window features"]) -> NetworkOutput:
        """Return the forecast of the row after each window, and the reconstruction of the window."""
        hidden = self.encode(windows)
        latent: Latent = self.latent(hidden)
        reconstruction = self.decoder(latent.state)
        per_value = latent.divergence.mean() / reconstruction[0].numel()
        return NetworkOutput(self.forecaster(hidden), reconstruction, per_value)

    def last_rows(self, windows: Float[Tensor, "batch window features"]) -> LastRows:
        """Return the same forecast, and the last row only of the same reconstruction."""
        hidden = self.encode(windows)
        latent: Latent = self.latent(hidden)
        return LastRows(self.forecaster(hidden), self.decoder.last_row(latent.state))

    def feature_attention(
        self, windows: Float[Tensor, "batch window features"]
    ) -> Float[Tensor, "batch features features"]:
        """Return how much each feature (row) attends to each feature (column); rows sum to 1."""
        return self.over_features.weights(self.convolution(windows.transpose(1, 2)))

    def encode(self, windows: Float[Tensor, "batch window features"]) -> Float[Tensor, "batch hidden"]:
        """Return the last hidden state of the GRU."""
        by_feature = self.convolution(windows.transpose(1, 2))  # (batch, features, window)
        by_row = by_feature.transpose(1, 2).contiguous()
        seen = torch.cat((by_row, self.over_features(by_feature).transpose(1, 2), self.over_time(by_row)), dim=2)
        return last(unroll(self.encoder, seen))
