"""Gaps: where rows are missing from a series, as its times tell.

Times are counted in ticks: nanoseconds for dates, ones for whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mtadgat.series import Series

if TYPE_CHECKING:
    from jaxtyping import Int, Shaped

LONG_STEP_QUANTILE = 0.95
"""Quantile of the steps that still counts as usual: a series with irregular steps is not full of gaps."""
LONGEST = 3.0
"""Median steps beyond which no step is usual, however many there are: short series have few steps to count."""
MENTIONED = 1.5
"""Long steps from one row to the next from which on a gap is mentioned."""


class Ticks(NamedTuple):
    """Times as whole numbers.

    Args:
        kind: what they count: ``M`` nanoseconds, ``i`` whole numbers, empty where rows have no time.
        counts: (time,) int64.
    """

    kind: str
    counts: Int[np.ndarray, " time"]


def ticks(timestamps: Shaped[np.ndarray, " time"] | None) -> Ticks:
    """Return the times of a series as whole numbers.

    Args:
        timestamps: (time,) dates or integers, or None if rows have no time.
    """
    if timestamps is None:
        return Ticks("", np.zeros(0, dtype=np.int64))
    if timestamps.dtype.kind == "M":
        return Ticks("M", timestamps.astype("datetime64[ns]").astype(np.int64))
    return Ticks("i", timestamps.astype(np.int64))


@dataclass(frozen=True)
class Pace:
    """How far apart the rows of a series usually are.

    Args:
        kind: what the steps count, as in `Ticks`; empty: nothing is known.
        step: the median step in ticks.
        long_step: the longest step that is still usual, in ticks; that of a regular series is its step.
    """

    kind: str = ""
    step: float = 0.0
    long_step: float = 0.0

    @classmethod
    def of(cls, timestamps: Shaped[np.ndarray, " time"] | None) -> Pace:
        """Learn the pace of a series.

        Args:
            timestamps: (time,) of its rows in the order of time; fewer than two tell nothing.
        """
        times = ticks(timestamps)
        if len(times.counts) < 2:
            return cls()
        steps = np.diff(times.counts)
        step, long_step = np.quantile(steps, (0.5, LONG_STEP_QUANTILE), method="inverted_cdf")
        return cls(times.kind, float(step), float(min(long_step, LONGEST * step)))

    def rows_after_gaps(self, times: Ticks, max_gap: float, before: int | None = None) -> Int[np.ndarray, " gaps"]:
        """Return the rows that come after more than ``max_gap`` long steps without a row.

        Args:
            times: of the rows.
            max_gap: long steps without a row that are no gap yet.
            before: ticks of the row before the first; None: there is none.
        """
        if not self.kind or times.kind != self.kind:
            return np.zeros(0, dtype=np.int64)
        first = times.counts[:1] if before is None else before
        return np.flatnonzero(np.diff(times.counts, prepend=first) > (max_gap + 1) * self.long_step)

    def missing_rows(self, step: int) -> int:
        """Return how many rows are missing in a step, at least 1."""
        return max(1, round(step / self.step) - 1)


class Gap(NamedTuple):
    """Rows that are missing.

    Args:
        row: the row after which they are missing.
        missing: how many there would have been at the median step.
    """

    row: int
    missing: int


def gaps_of(timestamps: Shaped[np.ndarray, " time"] | None) -> list[Gap]:
    """Return where rows are missing from a series, in the order of time.

    Args:
        timestamps: (time,) of its rows in the order of time, or None if they have none.
    """
    pace, times = Pace.of(timestamps), ticks(timestamps)
    if not pace.kind:
        return []
    after = pace.rows_after_gaps(times, MENTIONED - 1)
    return [Gap(int(row) - 1, pace.missing_rows(int(times.counts[row] - times.counts[row - 1]))) for row in after]


def gap_text(series: Series) -> str:
    """Return the gaps of a series in words, such as ``1 of 40 missing rows after 2024-03-01 03:19:00``.

    Empty if there are none.
    """
    gaps = gaps_of(series.timestamps)
    if not gaps:
        return ""
    largest = max(gaps, key=lambda gap: gap.missing)
    size = f"{largest.missing} missing row{'s' if largest.missing > 1 else ''}"
    if len(gaps) > 1:
        size = f"{sum(gap.missing for gap in gaps)} missing rows in all, the largest of {size}"
    return f"{len(gaps)} of {size} after {moment_text(series, largest.row)}"


def moment_text(series: Series, row: int) -> str:
    """Return when a row was, as the clock of its series shows it, or its number where rows have no time."""
    if series.timestamps is None:
        return f"row {row}"
    return str(series.clock.local(series.timestamps[row : row + 1]).iloc[0])


def step_text(pace: Pace, step: float) -> str:
    """Return a step in words, such as ``0 days 00:01:00`` or ``5``."""
    if pace.kind != "M":
        return f"{step:g}"
    return str(np.timedelta64(round(step), "ns").astype("timedelta64[ms]").item())
