"""Rows: where a split begins and ends, in the order of time, all values finite.

Row ranges:

- An integer is a row from 0, negative ones count from the end, as in Python's slices. ``2020`` is a row.
- Anything else is a time in ISO 8601 with year, month and day, for series that have times; the start is included, the
  end is not. A clock time alone, ``today`` and their like are errors: they would mean another row tomorrow.
- Where each split has its own file, ``train_*`` cuts the train split, ``eval_*`` the eval split, ``new_*`` the new
  one.
- A single table has one boundary: ``train_end``, else ``eval_start``. Rows before it are train, rows from it on are
  eval and new alike. Without a boundary every split is the whole table, so that a healthy file can be trained on and
  another, labelled one evaluated. ``eval_*`` and ``new_*`` narrow their splits.
- A split without rows is an error; so is a boundary behind the last row of a single table, which would train on all
  of it. Any other time outside the data changes nothing, and a note says so.

Repairs:

- Rows out of time order are sorted, with a logged note; their labels move with them.
- Of several rows with the same time the last is kept, with a logged note. More than one row in ten is an error: such a
  table usually holds several entities.
- Missing and infinite values are replaced by linear interpolation over time (over rows if there is no time), and by
  the nearest value at either end, within the rows that are read; a note counts them by column. The series remembers
  which they were: what was interpolated is trained on and drawn, but never scored as if it had been measured.
- A column without any finite value is an error where rows are trained on. Elsewhere it is all missing, with a note:
  a sensor that fails must not end the monitoring of the others.
- Constant columns are kept, and gaps stay; notes name them.
"""

from __future__ import annotations

import logging
import re
import shlex
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from mtadgat.config import DataConfig
from mtadgat.data.columns.machine_columns import MAX_REPEATED_SHARE
from mtadgat.data.columns.table_rows import Rows
from mtadgat.data.times.zones import bound_in
from mtadgat.errors import DataError
from mtadgat.gaps import gap_text
from mtadgat.reading import Notes
from mtadgat.series import Series

if TYPE_CHECKING:
    from jaxtyping import Float, Int, Shaped

log = logging.getLogger(__name__)

MAX_NAMED_COLUMNS = 8
"""Columns that a note names before it only counts."""

ROW = r"\s*[+-]?\d+\s*"
"""A bound that is a row."""

FULL_DATE = r"\s*\d{4}(-\d{2}-\d{2}|\d{4})(?!\d)"
"""How a bound that is a time begins: ``2024-03-01`` or ``20240301``."""


def split_rows(series: Series, split: str, config: DataConfig, *, one_table: bool) -> Series:
    """Return the rows of a split.

    Args:
        series: all rows of the split, or of the single table.
        split: train, eval or new.
        config: the row ranges.
        one_table: whether ``series`` holds all splits.

    Raises:
        DataError: a bound is not valid, or no row lies between the bounds.
    """
    start, end = _bounds(split, config, one_table=one_table)
    first = 0 if start is None else row_of(start.text, series, start.option)
    stop = len(series) if end is None else row_of(end.text, series, end.option)
    if first >= stop:
        options = dict.fromkeys(bound.option for bound in (start, end) if bound is not None)
        raise DataError(
            f"rows between {start.text if start else 'the first'} and {end.text if end else 'the last'} "
            f"in the {split} split of {series.name}",
            f"none of its {_extent(series)}",
            f"Check {' and '.join(f'--{option}' for option in options)}.",
        )
    if one_table and split == "train" and end is not None and stop == len(series):
        raise DataError(
            f"--{end.option} at or before the last row of {series.name}, so that rows are left to evaluate",
            f"{end.text!r} behind its {_extent(series)}",
            f"Give another, or leave out --{end.option} to train on all rows.",
        )
    notes = Notes(series.name)
    for bound, row in ((start, first), (end, stop)):
        if bound is not None and _is_outside(bound.text, series, row):
            notes.doubtful(f"--{bound.option} {bound.text} lies outside of its {_extent(series)}, and changes nothing")
    part = series.rows(first, stop)
    return replace(part, reading=replace(part.reading, notes=(*part.reading.notes, *notes.all)))


def row_of(bound: str, series: Series, option: str) -> int:
    """Return the row that a bound stands for, between 0 and the length of the series.

    Args:
        bound: a row, or a time in ISO 8601.
        series: the series that it cuts.
        option: the option that gave it, for messages.

    Raises:
        DataError: the bound is neither.
    """
    if re.fullmatch(ROW, bound):
        return slice(None, int(bound)).indices(len(series))[1]
    if series.timestamps is None or series.timestamps.dtype.kind != "M":
        raise DataError(f"a row for --{option}: {series.name} has no dates", repr(bound), "Give an integer.")
    return int(np.searchsorted(series.timestamps, _moment(bound, series, option), side="left"))


def _moment(bound: str, series: Series, option: str) -> np.datetime64:
    try:
        if not re.match(FULL_DATE, bound):
            raise ValueError
        moment = pd.to_datetime(bound.strip(), format="ISO8601").as_unit("ns")
    except ValueError:
        raise DataError(
            f"a whole row, or a time with year, month and day, for --{option}",
            repr(bound),
            "Write it as the start of 2024 is written: 2024-01-01, or 2024-01-01 00:00.",
        ) from None
    if moment.tzinfo is not None and not series.clock.zone:
        log.warning("%s: its times name no zone; --%s %s is taken in UTC", series.name, option, bound)
    return np.datetime64(bound_in(series.clock.zone, moment), "ns")


class Bound(NamedTuple):
    """Where a split begins or ends, and the option that says so."""

    text: str
    option: str


def _bounds(split: str, config: DataConfig, *, one_table: bool) -> tuple[Bound | None, Bound | None]:
    start, end = _bound(config, f"{split}_start"), _bound(config, f"{split}_end")
    if not one_table:
        return start, end
    boundary = _bound(config, "train_end") or _bound(config, "eval_start")
    if split == "train":
        return start, boundary
    return start or boundary, end


def _bound(config: DataConfig, name: str) -> Bound | None:
    text = getattr(config, name)
    return None if text is None else Bound(text, name.replace("_", "-"))


def _is_outside(bound: str, series: Series, row: int) -> bool:
    """Whether a bound lies before the first row, or behind the last."""
    if re.fullmatch(ROW, bound):
        return abs(int(bound)) > len(series)
    if series.timestamps is None:
        return False
    return bool(row == len(series) or (row == 0 and _moment(bound, series, "bound") < series.timestamps[0]))


def _extent(series: Series) -> str:
    """Return the number of rows, and their times if they have any, as a phrase."""
    if series.timestamps is None:
        return f"{len(series)} rows"
    times = series.clock.local(series.timestamps[[0, -1]])
    return f"{len(series)} rows, {times.iloc[0]} to {times.iloc[1]}"


def in_time_order(rows: Rows, notes: Notes) -> Rows:
    """Return the rows in the order of time, the last one of each time; those without times as they are.

    Args:
        rows: rows in any order.
        notes: take what is decided; they name the file.

    Raises:
        DataError: too many rows share a time.
    """
    order = None if rows.timestamps is None else time_order(rows.timestamps, notes)
    return rows if order is None else rows.at(order)


def time_order(timestamps: Shaped[np.ndarray, " time"], notes: Notes) -> Int[np.ndarray, " kept"] | None:
    """Return the rows to keep, in time order, or None if no row is to be moved or left out.

    Args:
        timestamps: (time,) dates or integers.
        notes: take what is decided; they name the file.

    Raises:
        DataError: too many rows share a time.
    """
    steps = np.diff(timestamps)
    zero = np.zeros((), dtype=steps.dtype)
    if (steps > zero).all():
        return None
    if (steps < zero).any():
        notes.doubtful("rows are not in time order; sorted")
    order = np.argsort(timestamps, kind="stable")
    last = np.append(np.diff(timestamps[order]) > zero, True)
    repeated = int((~last).sum())
    if repeated > MAX_REPEATED_SHARE * len(timestamps):
        raise DataError(
            f"one row for each time in {notes.name}",
            f"{repeated} of {len(timestamps)} rows with the time of another, first {timestamps[order][~last][0]}",
            "Write one table for each machine, one row for each time.",
        )
    if repeated:
        notes.doubtful(f"{repeated} rows have the time of a later row and are left out")
    kept: Int[np.ndarray, " kept"] = order[last]
    return kept


def repaired(series: Series, *, training: bool = False) -> Series:
    """Return the series with missing and infinite values interpolated and marked, and notes on what was found.

    Args:
        series: values in the units of the input, finite or not.
        training: whether every column needs some value.

    Raises:
        DataError: a column has no finite value, and the rows are to be trained on.
    """
    notes = Notes(series.name)
    finite = np.isfinite(series.values)
    wrong = np.flatnonzero(~finite.all(axis=0))
    if wrong.size:
        empty = [series.features[column] for column in wrong if not finite[:, column].any()]
        if empty:
            _note_empty(empty, series, notes, training=training)
        values = series.values.copy()
        moments = _moments(series)
        for column in wrong:
            valid = finite[:, column]
            known = (moments[valid], values[valid, column]) if valid.any() else ([0.0], [0.0])
            values[~valid, column] = np.interp(moments[~valid], *known)
        missing = ~finite if series.missing is None else series.missing | ~finite
        series = replace(series, values=values, missing=missing)
        counts = {series.features[column]: int((~finite[:, column]).sum()) for column in wrong}
        counts = {name: count for name, count in counts.items() if name not in empty}
        if counts:
            notes.doubtful(f"missing or infinite values interpolated: {_summary(counts)}", counted=True)
    _note_constant(series, notes)
    gaps = gap_text(series)
    if gaps:
        notes.doubtful(f"gaps: {gaps}", counted=True)
    return replace(series, reading=replace(series.reading, notes=(*series.reading.notes, *notes.all)))


def _note_empty(empty: list[str], series: Series, notes: Notes, *, training: bool) -> None:
    if not training:
        notes.doubtful(f"no value in any of the {len(series)} rows of {_named(empty)}: missing", counted=True)
        return
    raise DataError(
        f"some finite value in each column of {series.name}",
        f"none in {empty} ({len(series)} rows)",
        f"Leave them out with --ignore-columns {shlex.quote(','.join(empty))}.",
    )


def _moments(series: Series) -> Float[np.ndarray, " time"]:
    if series.timestamps is None:
        return np.arange(len(series), dtype=np.float64)
    moments: Float[np.ndarray, " time"] = (series.timestamps - series.timestamps[0]).astype(np.float64)
    return moments


def _summary(counts: dict[str, int]) -> str:
    named = ", ".join(f"{count} in {name}" for name, count in list(counts.items())[:MAX_NAMED_COLUMNS])
    rest = list(counts.values())[MAX_NAMED_COLUMNS:]
    return named + (f", and {sum(rest)} in {len(rest)} other columns" if rest else "")


def _note_constant(series: Series, notes: Notes) -> None:
    still = np.ptp(series.values, axis=0) == 0
    if series.missing is not None:
        still &= ~series.missing.all(axis=0)
    constant = [series.features[column] for column in np.flatnonzero(still)]
    if constant and len(series) > 1:
        notes.decided(f"constant, and kept: {_named(constant)}", counted=True)


def _named(columns: list[str]) -> str:
    return ", ".join(columns[:MAX_NAMED_COLUMNS]) + (", ..." if len(columns) > MAX_NAMED_COLUMNS else "")
