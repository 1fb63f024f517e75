"""Clock: how the times of a series were written, so that they go back as they came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from jaxtyping import Shaped

UNITS = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}
"""Nanoseconds in each unit of times that are numbers since 1970."""


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
    """

    column: str = "timestamp"
    zone: str = ""
    unit: str = ""
    shows_zone: bool = True

    def local(self, timestamps: Shaped[np.ndarray, " time"]) -> pd.Series:
        """Return times as the clock shows them.

        Args:
            timestamps: (time,) of a series: instants in UTC if the clock has a zone, else as written; or row numbers.
        """
        import pandas as pd

        times = pd.Series(timestamps)
        if timestamps.dtype.kind != "M" or not self.zone:
            return times
        shown = times.dt.tz_localize("UTC").dt.tz_convert(self.zone)
        return shown if self.shows_zone else shown.dt.tz_localize(None)

    def written(self, timestamps: Shaped[np.ndarray, " time"]) -> pd.Series:
        """Return times as they were written: local times, or numbers since 1970.

        Args:
            timestamps: (time,) of a series.
        """
        if timestamps.dtype.kind != "M" or not self.unit:
            return self.local(timestamps)
        import pandas as pd

        nanoseconds = timestamps.astype("datetime64[ns]").astype(np.int64)
        factor = UNITS[self.unit]
        return pd.Series(nanoseconds // factor if (nanoseconds % factor == 0).all() else nanoseconds / factor)
