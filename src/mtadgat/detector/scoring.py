"""Scoring: errors of every row and feature, their scale, and one total score for each row.

Axes: ``time`` rows, ``window`` rows, ``features`` columns, ``targets`` those columns that are scored.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import torch

from mtadgat.detector.network import Network, resolve_device, sliding_windows
from mtadgat.errors import DataError

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Shaped


@dataclass(frozen=True, eq=False)
class Scores:
    """What a detector says of every row of a series.

    Args:
        total: (time,) float32, higher is more anomalous.
        per_feature: (time, targets) float32, the errors that the total is made of.
        forecast: (time, targets) float32, in the units of the input.
        reconstruction: (time, targets) float32, in the units of the input.
        features: names of the targets.
        quality: (time,) how far each row rests on what was measured, see `mtadgat.detector.quality`; None: not told.
    """

    total: Float[np.ndarray, " time"]
    per_feature: Float[np.ndarray, "time targets"]
    forecast: Float[np.ndarray, "time targets"]
    reconstruction: Float[np.ndarray, "time targets"]
    features: tuple[str, ...]
    quality: Shaped[np.ndarray, " time"] | None = None


ERROR_QUANTILE = 0.99
"""Quantile of a feature's training errors that becomes its unit."""

FLOOR_SHARE = 0.05
"""Smallest unit of a feature, as a share of the mean over the features."""


class RowOutputs(NamedTuple):
    """What the network expected of each row.

    Args:
        forecast: (time, targets), scaled, from the window that ends at the row before.
        reconstruction: (time, targets), scaled, from the window that ends at the row.
    """

    forecast: Float[np.ndarray, "time targets"]
    reconstruction: Float[np.ndarray, "time targets"]


@torch.inference_mode()
def row_outputs(
    network: Network,
    context: Float[np.ndarray, "window features"],
    rows: Float[np.ndarray, "time features"],
    batch_size: int,
    device: str = "auto",
) -> RowOutputs:
    """Return the forecast and the reconstruction of every row, from one pass over the windows.

    Args:
        network: is moved to the device; its mode is left as it was.
        context: (window, features), scaled: the rows just before the first of ``rows``.
        rows: (time, features), scaled.
        batch_size: windows that the network reads at once.
        device: auto, cpu or cuda.

    Raises:
        DataError: the context is not one window.
    """
    if len(context) != network.window:
        raise DataError(
            f"{network.window} rows of context, one window", f"{len(context)}", "Give the rows just before the first."
        )
    target = resolve_device(device)
    # Window w starts at row w of the context: it forecasts row w of `rows` and reconstructs row w - 1.
    windows = sliding_windows(torch.from_numpy(np.concatenate((context, rows))).to(target), network.window)
    with _evaluating(network.to(target)):
        batches = [network.last_rows(batch) for batch in torch.split(windows, batch_size)]
    forecast = torch.cat([batch.forecast for batch in batches])[:-1]
    reconstruction = torch.cat([batch.reconstruction for batch in batches])[1:]
    return RowOutputs(forecast.numpy(force=True), reconstruction.numpy(force=True))


@contextmanager
def _evaluating(network: Network) -> Iterator[None]:
    was_training = network.training
    network.eval()
    try:
        yield
    finally:
        network.train(was_training)


class RowErrors(NamedTuple):
    """How far each row and target was from what the network expected.

    Args:
        forecast: (time, targets), at least 0.
        reconstruction: (time, targets), at least 0.
    """

    forecast: Float[np.ndarray, "time targets"]
    reconstruction: Float[np.ndarray, "time targets"]


def row_errors(rows: Float[np.ndarray, "time targets"], outputs: RowOutputs) -> RowErrors:
    """Return the absolute errors of the forecast and of the reconstruction.

    Args:
        rows: (time, targets), scaled: what came.
        outputs: what the network expected.
    """
    return RowErrors(np.abs(outputs.forecast - rows), np.abs(outputs.reconstruction - rows))


def row_scores(errors: RowErrors, gamma: float, error: str) -> Float[np.ndarray, "time targets"]:
    """Return (forecast error + gamma reconstruction error) / (1 + gamma) of each row and target.

    Args:
        errors: of each row and target.
        gamma: weight of the reconstruction.
        error: squared, as in the paper; root, the square root of that; or absolute, of absolute errors.

    Source: Zhao et al. 2020, equation 9.
    """
    forecast, reconstruction = errors
    if error == "absolute":
        return np.asarray((forecast + gamma * reconstruction) / (1 + gamma))
    scores: np.ndarray = (np.square(forecast) + gamma * np.square(reconstruction)) / (1 + gamma)
    return np.sqrt(scores) if error == "root" else scores


@dataclass(frozen=True, eq=False)
class ErrorScale:
    """One unit of error for each feature, learned from the training rows: one of its forecast, one of its
    reconstruction, since a reconstruction has seen the row and has smaller errors.

    Args:
        forecast: (targets,) the unit of each feature, positive.
        reconstruction: (targets,) the same.
    """

    forecast: Float[np.ndarray, " targets"]
    reconstruction: Float[np.ndarray, " targets"]

    @classmethod
    def fit(cls, errors: RowErrors, normalization: str) -> ErrorScale:
        """Take the 99th percentile of each feature's training errors as its unit, and no less than a floor.

        A constant feature has next to no errors: in units of its own percentile, its first small move would drown
        every other feature. With the floor, a twentieth of the mean percentile of all features, it counts as
        one of the most predictable. Where no feature has errors, the units are 1.

        Args:
            errors: of the training rows.
            normalization: quantile, or none for units of 1.
        """
        if normalization == "none":
            return cls(*(np.ones_like(part[0]) for part in errors))
        return cls(*(_units(part) for part in errors))

    def apply(self, errors: RowErrors) -> RowErrors:
        """Return the errors in units of their features."""
        return RowErrors(errors.forecast / self.forecast, errors.reconstruction / self.reconstruction)


def _units(errors: Float[np.ndarray, "time targets"]) -> Float[np.ndarray, " targets"]:
    quantiles = np.quantile(errors, ERROR_QUANTILE, axis=0)
    floor = FLOOR_SHARE * quantiles.mean()
    return np.asarray(np.maximum(quantiles, floor if floor > 0 else 1), dtype=errors.dtype)


def total_scores(
    per_feature: Float[np.ndarray, "time targets"], aggregation: str, top: int, power: float
) -> Float[np.ndarray, " time"]:
    """Return one score for each row.

    Args:
        per_feature: (time, targets), at least 0.
        aggregation: over the features: power for the power mean, mean, max, or top for the mean of the largest few.
        top: how many are the largest few; all where there are fewer.
        power: exponent of the power mean, at least 1.
    """
    if aggregation == "power":
        means: np.ndarray = np.power(np.power(per_feature, power).mean(axis=1), 1 / power)
        return means
    targets = per_feature.shape[1]
    count = {"mean": targets, "max": 1, "top": min(top, targets)}[aggregation]
    largest: np.ndarray = np.partition(per_feature, targets - count, axis=1)[:, targets - count :]
    total: np.ndarray = largest.mean(axis=1)
    return total


def partial_total_scores(
    per_feature: Float[np.ndarray, "time targets"],
    counting: Bool[np.ndarray, "time targets"],
    aggregation: str,
    top: int,
    power: float,
) -> Float[np.ndarray, " time"]:
    """Return what `total_scores` returns, over the features that count in each row; nan where none does.

    Args:
        per_feature: (time, targets), at least 0, and 0 where a feature does not count.
        counting: (time, targets) true where a feature counts.
        aggregation, top, power: as in `total_scores`.
    """
    counts = counting.sum(axis=1)
    if aggregation == "power":
        means = np.divide(np.power(per_feature, power).sum(axis=1), np.maximum(counts, 1))
        totals = np.power(means, 1 / power)
    else:
        few = np.minimum(counts, {"mean": per_feature.shape[1], "max": 1, "top": top}[aggregation])
        falling = np.cumsum(-np.sort(-per_feature, axis=1), axis=1)
        last = np.maximum(few, 1)[:, None] - 1
        totals = np.take_along_axis(falling, last, axis=1)[:, 0] / np.maximum(few, 1)
    return np.where(counts > 0, totals, np.nan).astype(per_feature.dtype)


def smoothed(total: Float[np.ndarray, " time"], span: int, before: float) -> Float[np.ndarray, " time"]:
    """Return smoothed_t = (1 - a) smoothed_{t-1} + a total_t with a = 2 / (span + 1): a mean of each score and all
    before it, those further back with exponentially smaller weights.

    Unlike in a plain mean over as many rows, an anomaly shows in its first row already, and outliers of a single row
    are damped all the same.

    Args:
        total: (time,) scores in time order.
        span: rows; 1 leaves the scores.
        before: the smoothed score of the row before the first.
    """
    return trailing_means(total, span, before).astype(total.dtype)


def trailing_means(total: Float[np.ndarray, " time"], span: int, before: float) -> Float[np.ndarray, " time"]:
    """Return what `smoothed` returns, in float64: the last mean is where the next piece of a series goes on."""
    means = pd.Series(np.concatenate(([before], total))).ewm(span=span, adjust=False).mean()
    return np.asarray(means[1:], dtype=np.float64)
