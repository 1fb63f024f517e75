"""Scaler: brings every feature to a common scale, learned from the training rows, and back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

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
