"""Time column: recognised by its name or by what it holds, and understood as its content says.

- Dates and text that holds dates: `mtadgat.data.times.formats` says which forms are known, and
  `mtadgat.data.times.zones` what their zones mean.
- Numbers, also in text: `mtadgat.data.times.numbers`.
- A date and a time of day in two columns are one time, and become one column of both names.
- Times of day without a date, and missing times, are errors.
"""

from __future__ import annotations

import datetime
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mtadgat.clock import UNITS, Clock, spelled_zone
from mtadgat.config import FileConfig
from mtadgat.data.times.formats import Dates, dates_of_text, in_nanoseconds, is_date, is_time_of_day
from mtadgat.data.times.numbers import (
    UNIT_NAMES,
    Counted,
    counted_from_a_start,
    dates_of_digits,
    ignoring,
    refuse_odd_ones,
    since_1970,
    unit_since_1970,
)
from mtadgat.data.times.zones import Instants, instants_of, zone_name
from mtadgat.errors import DataError
from mtadgat.reading import Notes

if TYPE_CHECKING:
    from jaxtyping import Shaped

LOOKED_AT = 20
"""Values of a column of text that are looked at to see what it holds, evenly spaced."""


def holds_dates(column: pd.Series) -> bool:
    """Whether a column holds points in time already, not text or numbers that stand for them."""
    return pd.api.types.is_datetime64_any_dtype(column)


def holds_times(column: pd.Series) -> bool:
    """Whether a column holds dates, with or without a time of day, as such or as text."""
    if holds_dates(column):
        return True
    values = _some(column)
    return bool(values) and all(
        isinstance(value, datetime.date) or (isinstance(value, str) and is_date(value)) for value in values
    )


def holds_times_of_day(column: pd.Series) -> bool:
    """Whether a column holds times of day without a date."""
    values = _some(column)
    return bool(values) and all(
        isinstance(value, datetime.time) or (isinstance(value, str) and is_time_of_day(value)) for value in values
    )


@dataclass(frozen=True, eq=False)
class Times:
    """The times of a table.

    Args:
        timestamps: (time,) datetime64[ns], in UTC if the clock has a zone, or int64.
        clock: how they were written.
        options: parameters of `FileConfig` by name that read the next file alike.
    """

    timestamps: Shaped[np.ndarray, " time"]
    clock: Clock
    options: Mapping[str, object] = field(default_factory=dict)


def as_times(columns: pd.DataFrame, file: FileConfig, notes: Notes, usual_zone: str = "") -> Times:
    """Return the times of a table.

    Args:
        columns: (time, 1 or 2) its time column, or those of date and time of day in any order.
        file: says how they are written.
        notes: take what is decided.
        usual_zone: the zone of times that name none where ``file`` does not say, such as that of the training rows.

    Raises:
        DataError: some time is missing or cannot be understood.
    """
    times = _times_of(columns, file, notes)
    if not usual_zone or times.clock.zone or times.timestamps.dtype.kind != "M":
        return times
    try:
        times = _times_of(columns, replace(file, time_zone=usual_zone), notes)
    except DataError as error:
        notes.doubtful(f"times in {times.clock.column!r} name no zone and are not in {usual_zone}: {error.got}")
    else:
        notes.decided(f"times in {times.clock.column!r} name no zone and are taken in {usual_zone}, as in training")
    return times


def _times_of(columns: pd.DataFrame, file: FileConfig, notes: Notes) -> Times:
    name = " ".join(str(column) for column in columns.columns)
    for label in columns.columns:
        _refuse_missing(columns[label], str(label))
    column = (columns.iloc[:, 0] if columns.shape[1] == 1 else _joined(columns)).reset_index(drop=True)
    clock = Clock(name)
    if not len(column):
        return Times(np.zeros(0, "datetime64[ns]"), clock)
    numbers = _numbers(column)
    if numbers is not None:
        return _of_numbers(numbers, clock, file, notes)
    if holds_dates(column) and column.dt.tz is not None:
        instants = in_nanoseconds(column.dt.tz_convert("UTC").dt.tz_localize(None), name)
        zone = zone_name(file.time_zone or spelled_zone(column.dt.tz))
        return Times(instants.to_numpy().astype("datetime64[ns]"), replace(clock, zone=zone))
    if holds_dates(column):
        return _of_dates(Dates(in_nanoseconds(column, name)), clock, file, notes)
    if not all(isinstance(value, str | datetime.date) for value in _some(column)):
        raise _not_times(column, name)
    text = column.astype(str)
    if file.time_format in UNITS:
        raise DataError(
            f"numbers in {UNIT_NAMES[str(file.time_format)]} since 1970 in column {name!r}",
            f"{text.iloc[0]!r} in row 0",
            "Correct --time-format, or omit it to have it detected.",
        )
    if not file.time_format and is_time_of_day(text.iloc[0]):
        raise _not_times(column, name)
    return _of_dates(dates_of_text(text, file, notes, name), clock, file, notes)


def _of_dates(dates: Dates, clock: Clock, file: FileConfig, notes: Notes) -> Times:
    found = instants_of(dates.wall, dates.zones, file.time_zone, notes, clock.column)
    options = {} if dates.day_first is None else {"day_first": dates.day_first}
    return _times(found, clock, options)


def _times(found: Instants, clock: Clock, options: Mapping[str, object]) -> Times:
    return Times(found.timestamps, replace(clock, zone=found.zone, shows_zone=found.shows_zone), options)


def _of_numbers(numbers: Shaped[np.ndarray, " time"], clock: Clock, file: FileConfig, notes: Notes) -> Times:
    name, told = clock.column, file.time_format
    if told and told not in UNITS:
        whole = pd.Series(numbers).astype(np.int64).astype(str)
        return _of_dates(dates_of_text(whole, file, notes, name), clock, file, notes)
    dates = None if told else dates_of_digits(numbers)
    if dates is not None:
        notes.decided(f"numbers in {name!r} are dates such as {dates.iloc[0]}")
        return _of_dates(Dates(in_nanoseconds(dates, name)), clock, file, notes)
    if not told:
        refuse_odd_ones(numbers, name)
    unit = told or unit_since_1970(numbers)
    found = since_1970(numbers, unit, name) if unit else counted_from_a_start(numbers, name)
    zone = zone_name(file.time_zone) if file.time_zone else "UTC"
    if unit:
        notes.decided(
            f"numbers in {name!r} are {UNIT_NAMES[unit]} since 1970, from {pd.Timestamp(found.timestamps[0])} UTC on"
        )
        return Times(found.timestamps, replace(clock, zone=zone, unit=unit))
    if file.time_zone:
        notes.doubtful(
            f"numbers in {name!r} are no times since 1970: --time-zone {file.time_zone} says nothing of them"
        )
    return _since_a_start(found, clock, notes)


def _since_a_start(found: Counted, clock: Clock, notes: Notes) -> Times:
    if found.decimals:
        notes.decided(
            f"numbers in {clock.column!r} count from a start that nobody told, in a unit that nobody told, with "
            f"{found.decimals} decimals"
        )
    return Times(found.timestamps, replace(clock, decimals=found.decimals))


def _joined(columns: pd.DataFrame) -> pd.Series:
    """Return a date and a time of day as one text."""
    first, second = (columns.iloc[:, place] for place in (0, 1))
    if holds_times_of_day(first):
        first, second = second, first
    second = _hours_as_text(second)
    if not holds_times_of_day(second):
        raise DataError(
            f"a date and a time of day in the columns {list(columns.columns)}",
            f"{first.iloc[0]!r} and {second.iloc[0]!r} in row 0",
            "Correct --time-column.",
        )
    days = first.dt.strftime("%Y-%m-%d") if holds_dates(first) else first.astype(str).str.removesuffix(" 00:00:00")
    return days.str.strip() + " " + second.astype(str).str.strip()


def _hours_as_text(column: pd.Series) -> pd.Series:
    """Return numbers that are hours of a day, or hours and minutes such as 930, as text; others as they are."""
    if not pd.api.types.is_integer_dtype(column) or not column.between(0, 2400).all() or (column % 100 > 59).any():
        return column
    hours, minutes = (column, column * 0) if column.max() <= 24 else (column // 100, column % 100)
    return hours.astype(str) + ":" + minutes.astype(str).str.zfill(2)


def _numbers(column: pd.Series) -> Shaped[np.ndarray, " time"] | None:
    """Return a column of numbers, or of text that is all numbers, as such; None for any other."""
    if pd.api.types.is_bool_dtype(column) or holds_dates(column):
        return None
    if pd.api.types.is_timedelta64_dtype(column):
        column = column.dt.total_seconds()
    if not pd.api.types.is_numeric_dtype(column):
        if not all(isinstance(value, str | int | float) for value in _some(column)):
            return None
        column = pd.to_numeric(column, errors="coerce")
        if column.isna().any():
            return None
    numbers: Shaped[np.ndarray, " time"] = column.to_numpy()
    return numbers if numbers.dtype.kind in "iuf" else column.to_numpy(dtype=np.float64)


def _some(column: pd.Series) -> list[object]:
    """Return some values that are not missing, evenly spaced."""
    if pd.api.types.is_numeric_dtype(column) or not len(column):
        return []
    rows = np.unique(np.linspace(0, len(column) - 1, min(len(column), LOOKED_AT)).astype(int))
    return column.iloc[rows].dropna().tolist()


def _refuse_missing(column: pd.Series, name: str) -> None:
    missing = column.isna().to_numpy()
    if missing.any():
        raise DataError(
            f"a time in each row of column {name!r}",
            f"{int(missing.sum())} missing, first in row {int(missing.argmax())}",
            f"Fill in the times, or leave the column out: {ignoring(name)}.",
        )


def _not_times(column: pd.Series, name: str) -> DataError:
    value = column.iloc[0]
    if isinstance(value, datetime.time) or (isinstance(value, str) and is_time_of_day(value)):
        return DataError(
            f"a date beside the time of day in column {name!r}",
            f"values such as {value!r}",
            f"Name both columns, such as --time-column {shlex.quote(f'Date,{name}')}, or leave this one out: "
            f"{ignoring(name)}.",
        )
    return DataError(
        f"times in column {name!r}",
        f"values such as {value!r}",
        f"Name another column with --time-column, or leave this one out: {ignoring(name)}.",
    )
