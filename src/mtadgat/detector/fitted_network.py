"""FittedNetwork: a scaler and a network that learned one healthy series together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from mtadgat.config import ComputeConfig, DetectorConfig
from mtadgat.detector.masked_rows import MaskedRows, missing_cells
from mtadgat.detector.network import Network, build_network, sliding_windows
from mtadgat.detector.scoring import RowErrors, RowOutputs, row_errors, row_outputs
from mtadgat.detector.training import EpochLosses, History, fit_network, split_windows
from mtadgat.errors import DataError
from mtadgat.gaps import Pace, ticks
from mtadgat.series import Series

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int

MAX_SCALED = float(np.finfo(np.float32).max) / 2
"""Largest distance of a scaled training row from 0."""


@dataclass(frozen=True, eq=False)
class Scaler:
    """scaled = clip((value - offset) / scale, low, high), each feature by itself.

    Args:
        offset: (features,) in the units of the input.
        scale: (features,) in the units of the input, never zero.
        low: (features,) smallest scaled value that is let through.
        high: (features,) largest scaled value that is let through.
    """

    offset: Float[np.ndarray, " features"]
    scale: Float[np.ndarray, " features"]
    low: Float[np.ndarray, " features"]
    high: Float[np.ndarray, " features"]

    @classmethod
    def fit(cls, values: Float[np.ndarray, "time features"], method: str, clip: float | None) -> Scaler:
        """Fit on training rows.

        A feature that is constant there keeps its units, a scale of 1; so does one that is all but constant, whose
        scaled rows would overflow float32.

        Args:
            values: (time, features), in the units of the input.
            method: ``minmax``, ``standard``, ``robust`` (median and interquartile range) or ``none``.
            clip: scaled units beyond the range of ``values`` that are let through; None lets all through.
        """
        offset, scale = _location_and_spread(values, method)
        span = np.abs(values - offset).max(axis=0)
        scale = np.where(scale > span / MAX_SCALED, scale, 1.0)
        reach = np.inf if clip is None else clip
        return cls(
            offset,
            scale,
            (values.min(axis=0) - offset) / scale - reach,
            (values.max(axis=0) - offset) / scale + reach,
        )

    def transform(self, values: Float[np.ndarray, "time features"]) -> Float[np.ndarray, "time features"]:
        """Return (time, features) float32 scaled values."""
        scaled = np.clip((values - self.offset) / self.scale, self.low, self.high)
        return np.asarray(scaled, dtype=np.float32)

    def inverse_transform(
        self, scaled: Float[np.ndarray, "time targets"], columns: tuple[int, ...]
    ) -> Float[np.ndarray, "time targets"]:
        """Return scaled values of the given feature columns in the units of the input, float32."""
        chosen = list(columns)
        return np.asarray(scaled * self.scale[chosen] + self.offset[chosen], dtype=np.float32)


def _location_and_spread(
    values: Float[np.ndarray, "time features"], method: str
) -> tuple[Float[np.ndarray, " features"], Float[np.ndarray, " features"]]:
    if method == "minmax":
        return values.min(axis=0), np.ptp(values, axis=0)
    if method == "standard":
        return values.mean(axis=0), values.std(axis=0)
    if method == "robust":
        lower, median, upper = np.quantile(values, (0.25, 0.5, 0.75), axis=0)
        return median, upper - lower
    features = values.shape[1]
    return np.zeros(features), np.ones(features)


def restarts_of(series: Series, max_gap: int | None) -> Int[np.ndarray, " gaps"]:
    """Return the rows of a training series that come after a gap.

    Args:
        series: training rows.
        max_gap: steps without a row that are no gap yet; None: no gap is one.
    """
    if max_gap is None:
        return np.zeros(0, dtype=np.int64)
    return Pace.of(series.timestamps).rows_after_gaps(ticks(series.timestamps), max_gap)


def _refuse_missing(series: Series) -> None:
    invalid = np.flatnonzero(~np.isfinite(series.values).all(axis=0))
    if len(invalid):
        raise DataError(
            "finite numbers to train on",
            f"missing or infinite values in {[series.features[column] for column in invalid]}",
            "Read the rows with read_series, which interpolates them.",
        )
    empty = () if series.missing is None else np.flatnonzero(series.missing.all(axis=0))
    if len(empty):
        raise DataError(
            "some value of each feature to train on",
            f"none in {[series.features[column] for column in empty]}",
            "Leave the columns out.",
        )


SCALER, NETWORK = "scaler.", "network."
"""What the names of a part's arrays begin with."""


@dataclass(frozen=True, eq=False)
class FittedNetwork:
    """What was learned of healthy rows: it expects others to be like them.

    Args:
        features: names of the features, in the order of the columns.
        targets: columns that are forecast and reconstructed.
        scaler: brings features to a common scale.
        network: the trained network, in eval mode.
        history: losses of every epoch.
    """

    features: tuple[str, ...]
    targets: tuple[int, ...]
    scaler: Scaler
    network: Network
    history: History

    @classmethod
    def fit(
        cls,
        series: Series,
        config: DetectorConfig,
        on_epoch: Callable[[EpochLosses], None] | None = None,
        on_batch: Callable[[int, int], None] | None = None,
    ) -> FittedNetwork:
        """Fit a scaler, then a network, on a healthy series.

        Args:
            series: training rows, at least two windows and what validation takes.
            config: of scaler, network and training.
            on_epoch: called after each epoch.
            on_batch: called after each batch with batches done and batches in the epoch.

        Raises:
            DataError: the series is too short for the window, or has values or whole features that are missing.
        """
        refuse_unfit(series, config)
        targets = tuple(series.features.index(name) for name in series.targets or series.features)
        scaler = Scaler.fit(series.values, config.windows.scaling, config.windows.clip)
        network = build_network(config, len(series.features), targets)
        rows = torch.from_numpy(scaler.transform(series.values))
        restarts = restarts_of(series, config.detection.max_gap)
        history = fit_network(network, rows, config, on_epoch=on_epoch, on_batch=on_batch, restarts=restarts)
        return cls(series.features, targets, scaler, network, history)

    @property
    def target_names(self) -> tuple[str, ...]:
        """Names of the features that are forecast and reconstructed."""
        return tuple(self.features[column] for column in self.targets)

    def rows(self, series: Series) -> MaskedRows:
        """Return the rows of a series scaled, its features in the order of the training series.

        Raises:
            DataError: features are missing or unknown.
        """
        ordered = series.ordered(self.features)
        return MaskedRows(self.scaler.transform(ordered.values), missing_cells(ordered))

    def outputs(
        self,
        context: Float[np.ndarray, "window features"],
        rows: Float[np.ndarray, "time features"],
        compute: ComputeConfig,
    ) -> RowOutputs:
        """Return what the network expected of scaled rows that come after one window of context."""
        return row_outputs(self.network, context, rows, compute.batch_size, compute.device)

    def errors(self, rows: Float[np.ndarray, "time features"], outputs: RowOutputs) -> RowErrors:
        """Return how far scaled rows were from what the network expected."""
        return row_errors(rows[:, list(self.targets)], outputs)

    def inverse_transform(self, expected: Float[np.ndarray, "time targets"]) -> Float[np.ndarray, "time targets"]:
        """Return expected values in the units of the input."""
        return self.scaler.inverse_transform(expected, self.targets)

    def feature_attention(
        self, rows: Float[np.ndarray, "time features"], ends: Bool[np.ndarray, " time"], max_windows: int
    ) -> Float[np.ndarray, "features features"]:
        """Return how much each feature (row) attends to each feature (column), averaged over windows.

        Args:
            rows: (time, features), scaled.
            ends: (time,) true for the last rows of the windows to average over, at least one, none before the first
                whole window.
            max_windows: how many windows to average over at most, evenly spaced among them.
        """
        last = np.flatnonzero(ends)
        last = last[np.linspace(0, len(last) - 1, min(len(last), max_windows)).astype(np.int64)]
        starts = torch.from_numpy(last - self.network.window + 1)
        windows = sliding_windows(torch.from_numpy(rows), self.network.window)[starts]
        with torch.inference_mode():
            weights = self.network.feature_attention(windows.to(self.network.device))
        return weights.mean(dim=0).numpy(force=True)

    def metadata(self) -> dict[str, Any]:
        """Return what `from_state` needs beside the arrays, as JSON has it."""
        return {
            "features": list(self.features),
            "targets": list(self.targets),
            "history": {
                "best_epoch": self.history.best_epoch,
                "epochs": [losses._asdict() for losses in self.history.epochs],
            },
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the arrays of scaler and network by name."""
        weights = self.network.state_dict()
        return {
            **{f"{SCALER}{name}": array for name, array in vars(self.scaler).items()},
            **{f"{NETWORK}{name}": tensor.numpy(force=True) for name, tensor in weights.items()},
        }

    @classmethod
    def from_state(
        cls, config: DetectorConfig, metadata: Mapping[str, Any], arrays: Mapping[str, np.ndarray]
    ) -> FittedNetwork:
        """Make what `metadata` and `arrays` described."""
        features, targets = tuple(metadata["features"]), tuple(metadata["targets"])
        network = build_network(config, len(features), targets)
        weights = below(NETWORK, arrays)
        network.load_state_dict({name: torch.from_numpy(array) for name, array in weights.items()})
        history = metadata["history"]
        return cls(
            features,
            targets,
            Scaler(**below(SCALER, arrays)),
            network.eval(),
            History(tuple(EpochLosses(**losses) for losses in history["epochs"]), history["best_epoch"]),
        )


def refuse_unfit(series: Series, config: DetectorConfig) -> None:
    """Refuse rows on which nothing can be trained.

    Args:
        series: training rows.
        config: its windows have to fit between the gaps.

    Raises:
        DataError: there are too few rows for the windows, or values or whole features are missing.
    """
    _refuse_missing(series)
    window = config.windows.window
    if len(series) < 2 * window:
        raise DataError(
            f"at least {2 * window} training rows, two windows of {window}",
            f"{len(series)}",
            "Give more rows or a smaller --window.",
        )
    split_windows(len(series), config.windows, restarts_of(series, config.detection.max_gap))


def below(prefix: str, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the arrays whose names begin with the prefix, by what follows it."""
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
