"""Scoring context: the rows just before the first one that is scored; with more of what came, a detector's state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from mtadgat.detector.masked_rows import MaskedRows
from mtadgat.detector.thresholds import Threshold
from mtadgat.gaps import ticks
from mtadgat.series import Series

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int

MAX_STEPS_APART = 1.5
"""Steps after the last row of a context within which a series is contiguous to it."""


@dataclass(frozen=True, eq=False)
class ScoringContext:
    """The last rows of a series, and when they were.

    Args:
        rows: (window, features), scaled.
        times: (2,) the last two timestamps in nanoseconds or row numbers, empty where rows have no time.
        clock: what ``times`` counts: ``M`` for time, ``i`` for rows, empty for nothing.
        missing: (window, features) true where a value was missing; None: nowhere.
    """

    rows: Float[np.ndarray, "window features"]
    times: Int[np.ndarray, " stamps"]
    clock: str
    missing: Bool[np.ndarray, "window features"] | None = None

    @classmethod
    def of(cls, series: Series, rows: MaskedRows, window: int) -> ScoringContext:
        """Return the context of what follows a series.

        Args:
            series: for its timestamps.
            rows: its last rows, after any that came before them.
            window: rows to keep.
        """
        clock, times = ticks(series.timestamps)
        last = rows.rows(-window)
        missing = None if last.missing is None or not last.missing.any() else last.missing.copy()
        return cls(last.values.copy(), times[-2:].copy(), clock, missing)  # a view would keep the whole series

    @property
    def masked_rows(self) -> MaskedRows:
        """The rows, and which of their cells were missing."""
        return MaskedRows(self.rows, self.missing)

    def is_contiguous(self, series: Series) -> bool:
        """Whether the timestamps say that a series continues the context."""
        clock, times = ticks(series.timestamps)
        if clock != self.clock or len(self.times) < 2 or not len(times):
            return False
        step = self.times[1] - self.times[0]
        return bool(0 < times[0] - self.times[1] <= MAX_STEPS_APART * step)


@dataclass(frozen=True, eq=False)
class DetectorState:
    """What the next call needs to go on as if there had been only one.

    Args:
        context: the last rows, and when they were.
        smoothed: the smoothed total score of the last row, unrounded.
        threshold: the threshold as it stands after the last row.
        rows_seen: how many rows came since training; 0 for the state in which training left the detector.
        rows_to_fill: how many rows have yet to come until the window, which started anew after a gap, is full.
    """

    context: ScoringContext
    smoothed: float
    threshold: Threshold
    rows_seen: int = 0
    rows_to_fill: int = 0


class DetectorStep(NamedTuple):
    """The prediction table of one piece of a stream, and the state to hand to the next call."""

    table: pd.DataFrame
    state: DetectorState
