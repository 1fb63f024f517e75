"""Scoring context: the rows just before the first one that is scored; with more of what came, a detector's state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from mtadgat.detector.thresholds import Threshold
from mtadgat.series import Series

if TYPE_CHECKING:
    from jaxtyping import Float, Shaped

MAX_STEPS_APART = 1.5
"""Steps after the last row of a context within which a series is contiguous to it."""


class RowsInContext(NamedTuple):
    """Rows to score, and what came before them.

    Args:
        context: (window, features), scaled: the rows just before the first of ``rows``.
        rows: (time, features), scaled.
    """

    context: Float[np.ndarray, "window features"]
    rows: Float[np.ndarray, "time features"]


@dataclass(frozen=True, eq=False)
class ScoringContext:
    """The last rows of a series, and when they were.

    Args:
        rows: (window, features), scaled.
        times: (2,) the last two timestamps in nanoseconds or row numbers, empty where rows have no time.
        clock: what ``times`` counts: ``M`` for time, ``i`` for rows, empty for nothing.
    """

    rows: Float[np.ndarray, "window features"]
    times: Shaped[np.ndarray, " stamps"]
    clock: str

    @classmethod
    def of(cls, series: Series, rows: Float[np.ndarray, "time features"], window: int) -> ScoringContext:
        """Return the context of what follows a series.

        Args:
            series: for its timestamps.
            rows: (time, features), the same scaled, after any rows that came before them.
            window: rows to keep.
        """
        clock, times = _ticks(series.timestamps)
        return cls(rows[-window:].copy(), times[-2:].copy(), clock)  # a view would keep the whole series in memory

    def before(self, series: Series, rows: Float[np.ndarray, "time features"]) -> Float[np.ndarray, "window features"]:
        """Return one window to read before the first row of a series.

        These are the rows of the context where the timestamps say that the series continues them. Elsewhere the first
        row stands for those before it, as if nothing had happened until then: rows of another day would make a jump,
        and the first rows would be flagged for it.

        Args:
            series: for its timestamps.
            rows: (time, features), the same scaled.
        """
        if len(rows) == 0 or self.is_contiguous(series):
            return self.rows
        return np.repeat(rows[:1], len(self.rows), axis=0)

    def is_contiguous(self, series: Series) -> bool:
        """Whether the timestamps say that a series continues the context."""
        clock, times = _ticks(series.timestamps)
        if clock != self.clock or len(self.times) < 2:
            return False
        step = self.times[1] - self.times[0]
        return bool(0 < times[0] - self.times[1] <= MAX_STEPS_APART * step)


def _ticks(timestamps: Shaped[np.ndarray, " time"] | None) -> tuple[str, Shaped[np.ndarray, " time"]]:
    if timestamps is None:
        return "", np.zeros(0, dtype=np.int64)
    if timestamps.dtype.kind == "M":
        timestamps = timestamps.astype("datetime64[ns]")
    return ("M" if timestamps.dtype.kind == "M" else "i"), timestamps.astype(np.int64)


@dataclass(frozen=True, eq=False)
class DetectorState:
    """What the next call needs to go on as if there had been only one.

    Args:
        context: the last rows, and when they were.
        smoothed: the smoothed total score of the last row, unrounded.
        threshold: the threshold as it stands after the last row.
        rows_seen: how many rows came since training; 0 for the state in which training left the detector.
    """

    context: ScoringContext
    smoothed: float
    threshold: Threshold
    rows_seen: int = 0


class DetectorStep(NamedTuple):
    """The prediction table of one piece of a stream, and the state to hand to the next call."""

    table: pd.DataFrame
    state: DetectorState
