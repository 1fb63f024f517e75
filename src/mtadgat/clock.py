"""Clock: how the times of a series were written, so that they go back as they came."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, timedelta, timezone, tzinfo
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import numpy as np

from mtadgat.errors import DataError, closest

if TYPE_CHECKING:
    import pandas as pd
    from jaxtyping import Shaped

UNITS = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}
"""Nanoseconds in each unit of times that are numbers since 1970."""

UTC_NAMES = frozenset({"UTC", "GMT", "Z", "+00:00"})
"""Spellings of UTC that a clock calls ``UTC``."""

OFFSET = re.compile(r"(?:UTC|GMT)?(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>[0-5]\d))?")
"""An offset from UTC, such as ``+01:00``, ``-0330``, ``+01`` or ``UTC+1``."""


@dataclass(frozen=True)
class Clock:
    """How times were written.

    Args:
        column: name of their column.
        zone: time zone of the instants, an IANA name or an offset such as ``+01:00``; empty: the times are those of a
            clock on a wall whose zone nobody told.
        unit: unit of times that are numbers since 1970, one of `UNITS`; empty: they were dates.
        shows_zone: whether the zone was written beside the times; if not, it only says which instants they were, and
            they are written without.
        decimals: decimal places of times that were other numbers, such as seconds since a start: whole timestamps
            count the last of these places.
    """

    column: str = "timestamp"
    zone: str = ""
    unit: str = ""
    shows_zone: bool = True
    decimals: int = 0

    def local(self, timestamps: Shaped[np.ndarray, " time"]) -> pd.Series:
        """Return times as the clock shows them.

        Args:
            timestamps: (time,) of a series: instants in UTC if the clock has a zone, else as written; or integers.

        Raises:
            DataError: this machine does not know the zone.
        """
        import pandas as pd

        times = pd.Series(timestamps)
        if timestamps.dtype.kind != "M":
            return (times / 10**self.decimals).round(self.decimals) if self.decimals else times
        if not self.zone:
            return times
        shown = times.dt.tz_localize("UTC").dt.tz_convert(zone_of(self.zone))
        return shown if self.shows_zone else shown.dt.tz_localize(None)

    def written(self, timestamps: Shaped[np.ndarray, " time"]) -> pd.Series:
        """Return times as they were written: local times, or numbers since 1970.

        Args:
            timestamps: (time,) of a series.

        Raises:
            DataError: this machine does not know the zone.
        """
        if timestamps.dtype.kind != "M" or not self.unit:
            return self.local(timestamps)
        import pandas as pd

        nanoseconds = timestamps.astype("datetime64[ns]").astype(np.int64)
        factor = UNITS[self.unit]
        if (nanoseconds % factor == 0).all():
            return pd.Series(nanoseconds // factor)
        microsecond = UNITS["us"]
        if factor > microsecond and (nanoseconds % microsecond == 0).all():
            # Whole numbers are divided once, so that the quotient is the one nearest to what was written.
            return pd.Series((nanoseconds // microsecond) / (factor // microsecond))
        return pd.Series(nanoseconds / factor)

    def column_beside(self, others: Collection[str]) -> str:
        """Return the name of a column of times beside other columns: that of the input, unless one of them has it."""
        return self.column if self.column not in others else "timestamp"


def spelled_zone(zone: tzinfo) -> str:
    """Return how a zone of a column is written, which libraries spell in ways of their own where it has no name."""
    named = getattr(zone, "zone", None) or getattr(zone, "key", None)
    ahead = zone.utcoffset(None)
    return str(zone) if named or not ahead else offset_name(ahead)


@cache
def zone_of(name: str) -> tzinfo:
    """Return a time zone.

    Args:
        name: an IANA name such as ``Europe/Berlin``, an offset such as ``+01:00``, or ``UTC``.

    Raises:
        DataError: there is no such zone, or this machine does not know it.
    """
    if name.upper() in UTC_NAMES:
        return UTC
    offset = offset_of(name)
    if offset is not None:
        return timezone(offset)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        known = available_timezones()
        if not known:
            raise DataError(
                f"the time zone {name!r}", "a machine without time zones", "Install them: pip install tzdata."
            ) from error
        raise DataError(
            "a time zone such as Europe/Berlin, +01:00 or UTC",
            f"{name!r}{closest(name, sorted(known))}",
            "Correct --time-zone.",
        ) from error


def offset_of(name: str) -> timedelta | None:
    """Return how far local time is ahead of UTC by an offset such as ``+01:00``, or None if it is none."""
    match = OFFSET.fullmatch(name)
    if match is None or int(match["hours"]) > 23:
        return None
    ahead = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"] or 0))
    return -ahead if match["sign"] == "-" else ahead


def offset_name(offset: timedelta) -> str:
    """Return an offset as a clock names it: ``+01:00``, or ``UTC`` if it is none."""
    minutes = round(offset.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}" if minutes else "UTC"
