"""Fixed: the number that somebody gave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from mtadgat.detector.thresholds.threshold import Threshold

if TYPE_CHECKING:
    from jaxtyping import Bool, Float


@dataclass(frozen=True)
class Fixed(Threshold):
    """A constant; fitting leaves it as it is.

    Args:
        value: the threshold, in the unit of the scores.
    """

    method: ClassVar[str] = "fixed"
    value: float

    def _fitted(self, scores: Float[np.ndarray, " time"], labels: Bool[np.ndarray, " time"] | None) -> Fixed:
        return self
