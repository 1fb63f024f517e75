"""Time axis: where rows stand in time, and how moments and durations are written."""

from __future__ import annotations

from datetime import tzinfo
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from mtadgat.clock import Clock, zone_of

if TYPE_CHECKING:
    from jaxtyping import Float64, Int, Int64, Shaped

UNITS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))


class TimeAxis:
    """Positions of rows on an axis of time, or of row numbers if rows have no times.

    Args:
        timestamps: (time,) strictly increasing datetime64 or integers, or None.
        rows: number of rows.
        clock: how the times were written: they are shown as its clock showed them. Omitted: as they are.

    Attributes:
        timed: whether the rows have dates.
        kind: ``time``, ``timestamp`` (integers) or ``row``.
        zone: the time zone in which times are shown; empty if nobody told.
        stride: median step from a row to the next: milliseconds, or whole numbers if there are no dates.
    """

    def __init__(self, timestamps: Shaped[np.ndarray, " time"] | None, rows: int, clock: Clock | None = None) -> None:
        self._clock = clock or Clock()
        self.timed = timestamps is not None and np.issubdtype(timestamps.dtype, np.datetime64)
        self.kind = "time" if self.timed else "row" if timestamps is None else "timestamp"
        positions = np.arange(rows) if timestamps is None else timestamps
        if self.timed:
            positions = positions.astype("datetime64[ms]")
        self._positions: Int64[np.ndarray, " time"] = positions.astype(np.int64)
        self.zone = self._clock.zone if self.timed and self._clock.shows_zone else ""
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

    @cached_property
    def ahead(self) -> tuple[tuple[int, int], ...]:
        """How far the clock is ahead of the positions, in milliseconds, each with the position from which on it is."""
        if not self.timed or not self._clock.zone:
            return ((0, 0),)
        ahead = self._shown(self._positions) - self._positions
        changed = np.append(0, np.flatnonzero(np.diff(ahead)) + 1)
        return tuple((int(self._positions[row]), int(ahead[row])) for row in changed)

    def days(self) -> Float64[np.ndarray, " time"]:
        """Return the positions of all rows in matplotlib's unit, days since 1970, if rows have dates."""
        return np.asarray(self._positions / (86_400_000 if self.timed else 1), dtype=np.float64)

    @property
    def decimals(self) -> int:
        """Decimal places of the numbers that integer positions stand for."""
        return self._clock.decimals

    @property
    def label(self) -> str:
        """What the axis counts, such as ``time (Europe/Berlin)``; empty for dates whose zone nobody told."""
        if self.timed:
            return f"time ({self.zone})" if self.zone else ""
        return self.kind

    @property
    def drawn_zone(self) -> tzinfo | None:
        """The zone in which matplotlib draws `days`; None: as they are."""
        return zone_of(self._clock.zone) if self.timed and self._clock.zone else None

    def _shown(self, positions: Int64[np.ndarray, " some"]) -> Int64[np.ndarray, " some"]:
        """Return positions as the clock shows them: milliseconds since 1970 there."""
        local = self._clock.local(positions.astype("datetime64[ms]").astype("datetime64[ns]"))
        wall = local if local.dt.tz is None else local.dt.tz_localize(None)
        return np.asarray(wall.to_numpy().astype("datetime64[ms]").astype(np.int64))

    @property
    def step(self) -> float:
        """Median step from a row to the next, in the units of `days`."""
        return self.stride / 86_400_000 if self.timed else float(self.stride)

    def text(self, row: int) -> str:
        """Return the time of a row, such as ``2020-03-09 10:14:33``, ``timestamp 17`` or ``row 17``."""
        position = int(self.positions(np.array([row]))[0])
        if not self.timed:
            return f"{self.kind} {position / 10**self.decimals:,.{self.decimals}f}"
        shown = int(self._shown(np.array([position]))[0])
        return str(np.datetime64(shown, "ms").astype(f"datetime64[{self._unit}]")).replace("T", " ")

    def period(self) -> str:
        """Return the times of the first and the last row, with their zone."""
        zone = f" ({self.zone})" if self.zone else ""
        return f"{self.text(0)} to {self.text(len(self._positions) - 1)}{zone}"

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
