"""Best-F1: the best thresholds that labels allow, with and without point adjustment.

They are an upper bound of what a detector can reach: chosen on the evaluated rows, they flatter.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from mtadgat.detector.thresholds.threshold import Threshold
from mtadgat.metrics.curves import Curve, adjusted_curve, point_curve

if TYPE_CHECKING:
    from jaxtyping import Bool, Float


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
        best = int(np.argmax(curve.f1))
        return replace(self, value=_between(curve.thresholds, best), f1=float(curve.f1[best]))

    def _curve(self, scores: Float[np.ndarray, " time"], labels: Bool[np.ndarray, " time"]) -> Curve:
        return point_curve(scores, labels)


@dataclass(frozen=True)
class BestF1Adjusted(BestF1):
    """The threshold with the highest point-adjusted F1 (Xu et al., WWW 2018), found by one sort."""

    method: ClassVar[str] = "best_f1_pa"

    def _curve(self, scores: Float[np.ndarray, " time"], labels: Bool[np.ndarray, " time"]) -> Curve:
        return adjusted_curve(scores, labels)


def _between(thresholds: Float[np.ndarray, " levels"], level: int) -> float:
    """Return a threshold that flags down to a level: half way to the next, so that rounding flips no flag."""
    if level + 1 == thresholds.size:
        return float(thresholds[level])
    upper, lower = float(thresholds[level]), float(thresholds[level + 1])
    middle = lower + (upper - lower) / 2
    return middle if middle > lower else upper
