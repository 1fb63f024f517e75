"""Epsilon: the threshold whose flagged scores, once removed, leave the calmest rest (Hundman et al., KDD 2018).

    epsilon = mean + z * deviation,   z = 2.5, 3.0, ..., 11.5
    gain(epsilon) = (fall of the mean / mean + fall of the deviation / deviation) / penalty

where the falls compare all scores with those below epsilon. With rows(epsilon) the flagged rows and the 49 rows on
both sides of each, the penalty is 1, rows, or rows squared (``reg_level`` 0, 1, 2). Candidates whose rows reach half
of all rows are left out.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from mtadgat.config import DetectionConfig
from mtadgat.detector.thresholds.threshold import Threshold, just_above

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int

logger = logging.getLogger(__name__)

DEVIATIONS = np.arange(2.5, 12, 0.5)
"""Candidates for z, as in telemanom."""

BUFFER = 49
"""Rows beside a flag that count as flagged with it, as in telemanom."""


@dataclass(frozen=True)
class Epsilon(Threshold):
    """The epsilon threshold of Hundman et al., over all scores at once.

    Scores without any candidate, such as constant ones, get a threshold just above the highest.

    Args:
        reg_level: exponent of the penalty on flagged rows, 0, 1 or 2.
        value: the threshold, None before fitting.

    Source: Hundman et al., KDD 2018, section 3.2; penalties of the MTAD-GAT implementations.
    """

    method: ClassVar[str] = "epsilon"
    reg_level: int = 1
    value: float | None = None

    @classmethod
    def from_config(cls, config: DetectionConfig) -> Epsilon:
        """Return an unfitted threshold with the penalty of the configuration."""
        return cls(config.reg_level)

    def _fitted(self, scores: Float[np.ndarray, " time"], labels: Bool[np.ndarray, " time"] | None) -> Epsilon:
        mean, deviation = float(scores.mean()), float(scores.std())
        candidates = mean + deviation * DEVIATIONS
        gains = [self._gain(scores, candidate, mean, deviation) for candidate in candidates]
        if np.isnan(gains).all():
            logger.warning("epsilon: no candidate flags between 0 and half of the rows; taking the highest score")
            return replace(self, value=just_above(float(scores.max())))
        # Of candidates that gain the same the highest is taken.
        last_best = len(gains) - 1 - int(np.nanargmax(gains[::-1]))
        return replace(self, value=float(candidates[last_best]))

    def _gain(self, scores: Float[np.ndarray, " time"], candidate: float, mean: float, deviation: float) -> float:
        flags = scores >= candidate
        rows = _rows_with_buffer(np.flatnonzero(flags), scores.size)
        if not 0 < rows < scores.size / 2 or mean == 0 or deviation == 0:
            return float("nan")
        kept = scores[~flags]
        falls = (mean - kept.mean()) / mean + (deviation - kept.std()) / deviation
        return float(falls / float(rows) ** self.reg_level)


def _rows_with_buffer(flagged: Int[np.ndarray, " flagged"], count: int) -> int:
    """Count the rows that lie at most ``BUFFER`` rows from a flagged one."""
    if flagged.size == 0:
        return 0
    between = np.minimum(np.diff(flagged), 2 * BUFFER + 1).sum()
    before, after = min(int(flagged[0]), BUFFER), min(count - 1 - int(flagged[-1]), BUFFER)
    return int(between) + before + 1 + after
