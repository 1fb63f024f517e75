"""POT: peaks over threshold, extreme value theory with a stated risk (Siffer et al., KDD 2017).

    threshold = level + scale / shape * ((q n / peaks) ** -shape - 1)

where n scores were seen, ``peaks`` of them above the level, and shape and scale describe how far above. Static: fitted
once. Dynamic (SPOT): scores between level and threshold are new peaks; those at or above the threshold are anomalies
and teach nothing, so that the tail comes to seem lighter than it is and more than q is flagged. With drift (DSPOT):
scores count from the median of the scores just before them, so that the threshold follows a slow change, and a
baseline that is another one from some day on is no anomaly for ever.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from mtadgat.config import DetectionConfig
from mtadgat.detector.thresholds.tail import Tail, fit_tail
from mtadgat.detector.thresholds.threshold import Step, Threshold, just_above

if TYPE_CHECKING:
    from jaxtyping import Bool, Float

logger = logging.getLogger(__name__)

GROWTH = 1.1
"""The tail is fitted anew when so many times more peaks were seen: the number of fits grows with the logarithm."""

LARGEST = float(np.finfo(np.float64).max)

MAX_PEAKS = 1500
"""How many peaks the tail is fitted to at most while it follows a stream: a fit then always takes some 20 ms."""


@dataclass(frozen=True)
class PeakState:
    """What POT has seen of the scores so far.

    Args:
        level: score above which a score is a peak.
        seen: scores that were not flagged.
        peaks: those of them above the level.
        shape: of the tail.
        scale: of the tail.
        fitted_peaks: peaks seen when the tail was fitted last.
        stride: one in so many peaks is kept.
        excesses: the kept peaks, less the level; none for static POT.
        recent: the latest scores, whose median all of the above counts from; none without drift.
        limit: the threshold above that median; of no use without drift.
    """

    level: float
    seen: int
    peaks: int
    shape: float
    scale: float
    fitted_peaks: int
    stride: int = 1
    excesses: tuple[float, ...] = ()
    recent: tuple[float, ...] = ()
    limit: float = 0.0


@dataclass(frozen=True)
class Pot(Threshold):
    """Peaks over threshold.

    Fewer than 10 peaks are taken as exponential; without any, as for constant scores, the threshold lies just above
    the highest score.

    Args:
        q: risk, the share of healthy rows that may be flagged.
        level: quantile of the scores that starts the tail.
        dynamic: whether the threshold follows the scores that it does not flag.
        drift: how many scores before a row its score counts from, by their median; None: from 0.
        value: the threshold after fitting, at the next row; None before.
        state: what was fitted.

    Source: Siffer et al., "Anomaly detection in streams with extreme value theory", KDD 2017, algorithms 1 to 3; their
    drift is a mean over scores that were not flagged.
    """

    method: ClassVar[str] = "pot"
    q: float
    level: float
    dynamic: bool = False
    drift: int | None = None
    value: float | None = None
    state: PeakState | None = None

    @classmethod
    def from_config(cls, config: DetectionConfig) -> Pot:
        """Return an unfitted threshold with the risk, level and drift of the configuration."""
        return cls(config.pot_q, config.pot_level, config.dynamic_pot, config.pot_drift)

    def _fitted(self, scores: Float[np.ndarray, " time"], labels: Bool[np.ndarray, " time"] | None) -> Pot:
        if self.drift is None:
            return self._with_tail(scores)
        return self._with_tail(scores - np.median(scores))._counted_from(scores[-self.drift :])

    def _counted_from(self, recent: Float[np.ndarray, " recent"]) -> Pot:
        """Return POT as fitted to scores less their median, with the scores to count from next."""
        assert self.state is not None and self.value is not None
        state = replace(self.state, recent=tuple(recent.tolist()), limit=self.value)
        return replace(self, state=state, value=float(_upon(np.array([np.median(recent)]), self.value)[0]))

    def _with_tail(self, scores: Float[np.ndarray, " time"]) -> Pot:
        # The score below the quantile, not a mixture: equal scores must not end up a rounding error above the level.
        level = float(np.quantile(scores, self.level, method="lower"))
        excesses = scores[scores > level] - level
        tail = fit_tail(excesses) if excesses.size else Tail(0.0, 0.0)
        if not excesses.size:
            logger.warning("pot: no score lies above the quantile %g; the threshold is just above it", self.level)
        state = PeakState(level, scores.size, excesses.size, tail.shape, tail.scale, fitted_peaks=excesses.size)
        if self.dynamic:
            stride = -(-excesses.size // MAX_PEAKS) or 1
            state = replace(state, stride=stride, excesses=tuple(excesses[::stride].tolist()))
        return replace(self, state=state, value=threshold_at_risk(level, tail, excesses.size / scores.size, self.q))

    @classmethod
    def from_fields(cls, fields: Mapping[str, Any]) -> Pot:
        """Return POT with the state that the fields describe."""
        state = fields["state"]
        restored = state and PeakState(**{**state, **{name: tuple(state[name]) for name in ("excesses", "recent")}})
        return cls(**{**fields, "state": restored})

    def _step(self, scores: Float[np.ndarray, " time"], value: float) -> Step[Pot]:
        """Step on; POT that is neither dynamic nor follows drift stays as it is."""
        if self.state is None:
            return Step(np.full(scores.size, value), self)
        if self.drift is None:
            return self._followed(scores, self.state, value)
        before = np.array(self.state.recent)
        finite = np.clip(scores, -LARGEST, LARGEST)
        medians = trailing_medians(before, finite, self.drift)
        still = replace(self, value=self.state.limit)
        followed = still._followed(finite - medians[:-1], self.state, self.state.limit)
        recent = np.concatenate((before, finite))[-self.drift :]
        return Step(_upon(medians[:-1], followed.values), followed.next._counted_from(recent))

    def _followed(self, scores: Float[np.ndarray, " time"], state: PeakState, value: float) -> Step[Pot]:
        if not self.dynamic:
            return Step(np.full(scores.size, value), self)
        stream = _Stream(state, self.q, value)
        changes, values = [0], [value]
        for row in np.flatnonzero(scores > state.level).tolist():
            if stream.takes(float(scores[row]), row):
                changes.append(row + 1)
                values.append(stream.value)
        in_force = np.repeat(values, np.diff([*changes, scores.size]))
        return Step(in_force, replace(self, value=stream.value, state=stream.after(scores.size)))


def _upon(
    medians: Float[np.ndarray, " time"], limits: Float[np.ndarray, " time"] | float
) -> Float[np.ndarray, " time"]:
    """Add limits to medians; where the sum rounds to the median itself, take the number after it."""
    return np.asarray(np.maximum(medians + limits, np.nextafter(medians, np.inf)))


class _Stream:
    """Dynamic POT at work on one piece of a stream."""

    def __init__(self, state: PeakState, risk: float, value: float) -> None:
        self.state = state
        self.risk = risk
        self.value = value
        self.flagged = 0
        self.peaks = state.peaks
        self.fitted_peaks = state.fitted_peaks
        self.tail = Tail(state.shape, state.scale)
        self.stride = state.stride
        self.excesses = list(state.excesses)

    def takes(self, score: float, row: int) -> bool:
        """Learn from a score above the level, unless it is flagged; return whether it was learned."""
        if score >= self.value:
            self.flagged += 1
            return False
        self._keep(score - self.state.level)
        if self.peaks >= GROWTH * self.fitted_peaks:
            self.tail = fit_tail(np.array(self.excesses), self.tail if self.tail.scale > 0 else None)
            self.fitted_peaks = self.peaks
        seen = self.state.seen + row + 1 - self.flagged
        self.value = threshold_at_risk(self.state.level, self.tail, self.peaks / seen, self.risk)
        return True

    def _keep(self, excess: float) -> None:
        """Keep an even sample of all peaks: of the latest alone, which are cut off at the threshold, it would sink."""
        if self.peaks % self.stride == 0:
            self.excesses.append(excess)
        self.peaks += 1
        if len(self.excesses) > MAX_PEAKS:
            self.excesses = self.excesses[::2]
            self.stride *= 2

    def after(self, rows: int) -> PeakState:
        """Return the state after so many rows."""
        return PeakState(
            level=self.state.level,
            seen=self.state.seen + rows - self.flagged,
            peaks=self.peaks,
            shape=self.tail.shape,
            scale=self.tail.scale,
            fitted_peaks=self.fitted_peaks,
            stride=self.stride,
            excesses=tuple(self.excesses),
        )


def threshold_at_risk(level: float, tail: Tail, peak_share: float, risk: float) -> float:
    """Return the score that a share ``risk`` of the scores exceeds.

    Where peaks are rarer than the risk all of them may be flagged: it lies just above the level then.

    Source: Siffer et al., KDD 2017, equation 1.
    """
    excess = tail.exceeded_by(risk / peak_share) if risk < peak_share else 0.0
    return max(level + excess, just_above(level))


def trailing_medians(
    history: Float[np.ndarray, " before"], scores: Float[np.ndarray, " time"], rows: int
) -> Float[np.ndarray, " after"]:
    """Return the median of the scores before each row, and of those before the row that comes next.

    A median, unlike a mean, stays where it was through an event of less than half its length.

    Args:
        history: (before,) scores before the first row, finite, at least one.
        scores: (time,) in time order, finite.
        rows: how many scores each median is of, or as many as there are.

    Returns:
        (time + 1,) medians.
    """
    joined = pd.Series(np.concatenate((history, scores)))
    return joined.rolling(rows, min_periods=1).median().to_numpy()[len(history) - 1 :]
