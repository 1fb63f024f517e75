"""Time column: recognised by its name, or as the only one that holds dates.

- ISO 8601 strings, and whole or fractional epoch seconds, milliseconds, microseconds or nanoseconds between 1980 and
  2100, become datetime64[ns] in UTC, without a time zone.
- Other whole numbers stay int64. Fractions that are not an epoch, clock times without a date, and missing times are
  errors.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from mtadgat.clock import Clock
from mtadgat.config import FileConfig
from mtadgat.errors import DataError
from mtadgat.reading import Notes

if TYPE_CHECKING:
    from jaxtyping import Shaped

TIME_NAMES = frozenset(
    [
        "time",
        "times",
        "timestamp",
        "timestamps",
        "time_stamp",
        "datetime",
        "date_time",
        "date",
        "ds",
        "ts",
        "epoch",
        "unix_time",
        "unixtime",
        "utc",
        "event_time",
    ]
)
EARLIEST = int(datetime(1980, 1, 1, tzinfo=UTC).timestamp())
LATEST = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp())
UNITS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
REMEDY = "Write ISO 8601 or epoch seconds, name another column with --time-column, or leave it out: --ignore-columns."


def plain(name: str) -> str:
    """Return a column name in the form in which `TIME_NAMES` and its like are listed."""
    return name.strip().lower().replace(" ", "_").replace("-", "_")


def is_time_name(name: str) -> bool:
    """Whether a column of this name holds the time."""
    return plain(name) in TIME_NAMES


def holds_dates(column: pd.Series) -> bool:
    """Whether a column holds points in time already."""
    return pd.api.types.is_datetime64_any_dtype(column)


class Times(NamedTuple):
    """The times of a table.

    Args:
        timestamps: (time,) datetime64[ns], in UTC if the clock has a zone, or int64.
        clock: how they were written.
    """

    timestamps: Shaped[np.ndarray, " time"]
    clock: Clock


def as_times(columns: pd.DataFrame, file: FileConfig, notes: Notes) -> Times:
    """Return the times of a table.

    Args:
        columns: (time, 1 or 2) its time column, or those of date and time of day: dates, strings or numbers.
        file: says how they are written.
        notes: take what is decided.

    Raises:
        DataError: some time is missing or cannot be parsed.
    """
    del file, notes
    column = columns.iloc[:, 0]
    name = str(columns.columns[0])
    return Times(as_timestamps(column, name), Clock(name))


def as_timestamps(column: pd.Series, name: str) -> Shaped[np.ndarray, " time"]:
    """Return a time column as datetime64[ns] or int64.

    Args:
        column: (time,) dates, strings or numbers.
        name: its name, for messages.

    Raises:
        DataError: some time is missing or cannot be parsed.
    """
    missing = column.isna().to_numpy()
    if missing.any():
        raise DataError(
            f"a time in each row of column {name!r}",
            f"{int(missing.sum())} missing, first in row {int(missing.argmax())}",
            "Fill in the times, or leave the column out with --ignore-columns.",
        )
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        return _from_numbers(column.to_numpy(), name)
    try:
        times = pd.to_datetime(column, format="ISO8601", utc=True)
        return times.dt.tz_localize(None).to_numpy().astype("datetime64[ns]")
    except (ValueError, TypeError) as error:
        raise DataError(f"times in column {name!r}", f"values such as {column.iloc[0]!r}", REMEDY) from error


def _from_numbers(numbers: Shaped[np.ndarray, " time"], name: str) -> Shaped[np.ndarray, " time"]:
    for unit, factor in UNITS.items():
        if numbers.min() >= EARLIEST * factor and numbers.max() < LATEST * factor:
            if np.issubdtype(numbers.dtype, np.integer):
                return numbers.astype(f"datetime64[{unit}]").astype("datetime64[ns]")
            return np.round(numbers * (UNITS["ns"] / factor)).astype("datetime64[ns]")
    wrong = ~np.isfinite(numbers) | (numbers != np.rint(numbers))
    if wrong.any():
        row = int(wrong.argmax())
        raise DataError(f"dates or whole numbers in the time column {name!r}", f"{numbers[row]} in row {row}", REMEDY)
    return numbers.astype(np.int64)
