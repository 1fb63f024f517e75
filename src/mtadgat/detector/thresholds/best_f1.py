"""Best-F1: the thresholds that labels make best, with and without point adjustment.

They show what a detector could reach at most; chosen on the rows that are evaluated, they flatter.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from jaxtyping import Bool, Float

from mtadgat.detector.thresholds.base import Threshold
from mtadgat.metrics.curves import Curve, adjusted_curve, point_curve


@dataclass(frozen=True)
class BestF1(Threshold):
    """The threshold with the highest point-wise F1, found by one sort.

    Args:
        value: the threshold, None before fitting.
        f1: the F1 that it reaches on the rows that it was fitted to.
    """

    method: ClassVar[str] = "best_f1"
    uses_labels: ClassVar[bool] = True
    value: float | None = None
    f1: float | None = None

    def _fitted(self, scores: Float[np.ndarray, " time"], labels: Bool[np.ndarray, " time"] | None) -> BestF1:
        assert labels is not None
        curve = self._curve(scores, labels)
        place = int(np.argmax(curve.f1))
        return replace(self, value=_between(curve.thresholds, place), f1=float(curve.f1[place]))

    def _curve(self, scores: Float[np.ndarray, " time"], labels: Bool[np.ndarray, " time"]) -> Curve:
        return point_curve(scores, labels)


@dataclass(frozen=True)
class BestF1Adjusted(BestF1):
    """The threshold with the highest point-adjusted F1 (Xu et al., WWW 2018), found by one sort."""

    method: ClassVar[str] = "best_f1_pa"

    def _curve(self, scores: Float[np.ndarray, " time"], labels: Bool[np.ndarray, " time"]) -> Curve:
        return adjusted_curve(scores, labels)


def _between(thresholds: Float[np.ndarray, " levels"], place: int) -> float:
    """Return a threshold that flags down to a level: half way to the next, so that rounding flips no flag."""
    if place + 1 == thresholds.size:
        return float(thresholds[place])
    upper, lower = float(thresholds[place]), float(thresholds[place + 1])
    middle = lower + (upper - lower) / 2
    return middle if middle > lower else upper
