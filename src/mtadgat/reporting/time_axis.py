"""Clock: where a row stands on the time axis, and how that is said in words."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float64, Int, Int64, Shaped

SPANS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))


class TimeAxis:
    """Places rows on an axis of time, or of row numbers where no time is known.

    Args:
        timestamps: (time,) strictly increasing datetime64 or integers, or None.
        rows: how many rows there are.

    Attributes:
        timed: whether the rows have dates.
        kind: ``time``, ``timestamp`` (integers) or ``row``.
        stride: from a row to the next, usually: milliseconds, or whole numbers where there are no dates.
    """

    def __init__(self, timestamps: Shaped[np.ndarray, " time"] | None, rows: int) -> None:
        self.timed = timestamps is not None and np.issubdtype(timestamps.dtype, np.datetime64)
        self.kind = "time" if self.timed else "row" if timestamps is None else "timestamp"
        places = np.arange(rows) if timestamps is None else timestamps
        if self.timed:
            places = places.astype("datetime64[ms]")
        self._places: Int64[np.ndarray, " time"] = places.astype(np.int64)
        step = float(np.median(np.diff(self._places))) if rows > 1 else 1.0
        self.stride = max(int(step), 1)
        # Seconds are left out of texts where every row falls on a whole minute.
        self._unit = "m" if self.timed and not (self._places % 60_000).any() else "s"

    @property
    def seconds(self) -> float | None:
        """Seconds from a row to the next, usually; None where no time is known."""
        return self.stride / 1000 if self.timed else None

    def places(self, rows: Int[np.ndarray, " some"]) -> Int64[np.ndarray, " some"]:
        """Return milliseconds since 1970, integer timestamps or row numbers; the row after the last has one too."""
        known = np.minimum(rows, len(self._places) - 1)
        return np.asarray(self._places[known] + (rows - known) * self.stride, dtype=np.int64)

    def days(self) -> Float64[np.ndarray, " time"]:
        """Return the places of all rows as matplotlib wants them: days since 1970 where time is known."""
        return np.asarray(self._places / (86_400_000 if self.timed else 1), dtype=np.float64)

    @property
    def step(self) -> float:
        """From a row to the next, in the units of `days`."""
        return self.stride / 86_400_000 if self.timed else float(self.stride)

    def text(self, row: int) -> str:
        """Return when a row was, such as ``2020-03-09 10:14:33``, ``timestamp 17`` or ``row 17``."""
        place = int(self.places(np.array([row]))[0])
        if not self.timed:
            return f"{self.kind} {place:,}"
        return str(np.datetime64(place, "ms").astype(f"datetime64[{self._unit}]")).replace("T", " ")

    def duration(self, rows: float) -> str:
        """Return how long some rows last, such as ``12 rows (1 h)``."""
        count = f"{rows:,.0f}" if float(rows).is_integer() else f"{rows:,.1f}"
        words = f"{count} {'row' if rows == 1 else 'rows'}"
        return words if self.seconds is None or not rows else f"{words} ({format_duration(rows * self.seconds)})"


def format_duration(seconds: float) -> str:
    """Return a length of time in its two largest units, such as ``1 h 5 min``."""
    if seconds < 1:
        return f"{seconds:.2g} s"
    if seconds < 60:
        return f"{seconds:.3g} s"
    left = round(seconds)
    words: list[str] = []
    for size, unit in SPANS:
        if left >= size and len(words) < 2:
            words.append(f"{left // size:,} {unit}")
            left %= size
        elif words:
            break
    return " ".join(words)
