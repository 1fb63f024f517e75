"""Time axis: where rows stand in time, and how moments and durations are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float64, Int, Int64, Shaped

UNITS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))


class TimeAxis:
    """Positions of rows on an axis of time, or of row numbers if rows have no times.

    Args:
        timestamps: (time,) strictly increasing datetime64 or integers, or None.
        rows: number of rows.

    Attributes:
        timed: whether the rows have dates.
        kind: ``time``, ``timestamp`` (integers) or ``row``.
        stride: median step from a row to the next: milliseconds, or whole numbers if there are no dates.
    """

    def __init__(self, timestamps: Shaped[np.ndarray, " time"] | None, rows: int) -> None:
        self.timed = timestamps is not None and np.issubdtype(timestamps.dtype, np.datetime64)
        self.kind = "time" if self.timed else "row" if timestamps is None else "timestamp"
        positions = np.arange(rows) if timestamps is None else timestamps
        if self.timed:
            positions = positions.astype("datetime64[ms]")
        self._positions: Int64[np.ndarray, " time"] = positions.astype(np.int64)
        step = float(np.median(np.diff(self._positions))) if rows > 1 else 1.0
        self.stride = max(int(step), 1)
        # Seconds are left out of texts if every row falls on a whole minute.
        self._unit = "m" if self.timed and not (self._positions % 60_000).any() else "s"

    @property
    def seconds(self) -> float | None:
        """Median seconds from a row to the next; None if rows have no dates."""
        return self.stride / 1000 if self.timed else None

    def positions(self, rows: Int[np.ndarray, " some"]) -> Int64[np.ndarray, " some"]:
        """Return milliseconds since 1970, integer timestamps or row numbers; the row after the last has one too."""
        existing = np.minimum(rows, len(self._positions) - 1)
        return np.asarray(self._positions[existing] + (rows - existing) * self.stride, dtype=np.int64)

    def days(self) -> Float64[np.ndarray, " time"]:
        """Return the positions of all rows in matplotlib's unit, days since 1970, if rows have dates."""
        return np.asarray(self._positions / (86_400_000 if self.timed else 1), dtype=np.float64)

    @property
    def step(self) -> float:
        """Median step from a row to the next, in the units of `days`."""
        return self.stride / 86_400_000 if self.timed else float(self.stride)

    def text(self, row: int) -> str:
        """Return the time of a row, such as ``2020-03-09 10:14:33``, ``timestamp 17`` or ``row 17``."""
        position = int(self.positions(np.array([row]))[0])
        if not self.timed:
            return f"{self.kind} {position:,}"
        return str(np.datetime64(position, "ms").astype(f"datetime64[{self._unit}]")).replace("T", " ")

    def duration(self, start: int, stop: int) -> str:
        """Return how long rows ``start`` to ``stop`` (exclusive) last, such as ``12 rows (1 h)``.

        The time is the one that elapsed, gaps included; the last row lasts one median step.
        """
        if not self.timed or stop <= start:
            return rows_and_time(stop - start)
        first, last = self.positions(np.array([start, stop - 1])).tolist()
        return rows_and_time(stop - start, (last - first + self.stride) / 1000)


def rows_and_time(rows: float, seconds: float | None = None) -> str:
    """Return a number of rows with the time that it took, such as ``12 rows (1 h)``; without a time if it is 0."""
    count = f"{rows:,.0f}" if float(rows).is_integer() else f"{rows:,.1f}"
    words = f"{count} {'row' if rows == 1 else 'rows'}"
    return f"{words} ({format_duration(seconds)})" if seconds else words


def format_duration(seconds: float) -> str:
    """Return a duration in its two largest units, such as ``1 h 5 min``."""
    if seconds < 1:
        return f"{seconds:.2g} s"
    if seconds < 60:
        return f"{seconds:.3g} s"
    left = round(seconds)
    words: list[str] = []
    for size, unit in UNITS:
        if left >= size and len(words) < 2:
            words.append(f"{left // size:,} {unit}")
            left %= size
        elif words:
            break
    return " ".join(words)
