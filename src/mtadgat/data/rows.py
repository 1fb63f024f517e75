"""Rows: where a split begins and ends, in the order of time, all values finite.

Row ranges:

- An integer is a row from 0, negative ones count from the end, as in Python's slices. ``2020`` is a row.
- Anything else is a time in ISO 8601, for series that have times; the start is included, the end is not.
- Where each split has its own file, ``train_*`` cuts the train split, ``eval_*`` the eval split, ``new_*`` the new
  one.
- A single table has one boundary: ``train_end``, else ``eval_start``. Rows before it are train, rows from it on are
  eval and new alike. Without a boundary every split is the whole table, so that a healthy file can be trained on and
  another, labelled one evaluated. ``eval_*`` and ``new_*`` narrow their splits.

Repairs:

- Rows out of time order are sorted, with a logged note; their labels move with them.
- Of several rows with the same time the last is kept, with a logged note. More than one row in ten is an error: such a
  table usually holds several entities.
- Missing and infinite values are replaced by linear interpolation over time (over rows if there is no time), and by
  the nearest value at either end, within the rows that are read; a logged note counts them by column.
- A column without any finite value is an error. Constant columns are kept, with a logged note.
"""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mtadgat.config import DataConfig
from mtadgat.errors import DataError
from mtadgat.series import Series

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int, Shaped

log = logging.getLogger(__name__)

MAX_REPEATED_SHARE = 0.1
"""Share of rows with the time of another row above which a table is refused."""

MAX_NAMED_COLUMNS = 8
"""Columns that a note names before it only counts."""


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
    first = 0 if start is None else row_of(start, series, f"{split}-start")
    stop = len(series) if end is None else row_of(end, series, f"{split}-end")
    if first >= stop:
        raise DataError(
            f"rows between {start or 'the first'} and {end or 'the last'} in the {split} split of {series.name}",
            f"none of its {len(series)} rows",
            f"Check --{split}-start and --{split}-end{', and --train-end' if one_table and split != 'train' else ''}.",
        )
    return series.rows(first, stop)


def row_of(bound: str, series: Series, option: str) -> int:
    """Return the row that a bound stands for, between 0 and the length of the series.

    Args:
        bound: a row, or a time in ISO 8601.
        series: the series that it cuts.
        option: the option that gave it, for messages.

    Raises:
        DataError: the bound is neither.
    """
    if re.fullmatch(r"\s*[+-]?\d+\s*", bound):
        return slice(None, int(bound)).indices(len(series))[1]
    if series.timestamps is None or series.timestamps.dtype.kind != "M":
        raise DataError(f"a row for {option}: {series.name} has no dates", repr(bound), "Give an integer.")
    try:
        moment = pd.Timestamp(bound)
    except ValueError as error:
        raise DataError(f"a row or an ISO 8601 time for {option}", repr(bound), "Correct the option.") from error
    if moment.tzinfo is not None:
        moment = moment.tz_convert("UTC").tz_localize(None)
    return int(np.searchsorted(series.timestamps, np.datetime64(moment, "ns"), side="left"))


def _bounds(split: str, config: DataConfig, *, one_table: bool) -> tuple[str | None, str | None]:
    start, end = getattr(config, f"{split}_start"), getattr(config, f"{split}_end")
    if not one_table:
        return start, end
    boundary = config.train_end if config.train_end is not None else config.eval_start
    if split == "train":
        return start, boundary
    return (boundary if start is None else start), end


def time_order(timestamps: Shaped[np.ndarray, " time"], name: str) -> Int[np.ndarray, " kept"] | None:
    """Return the rows to keep, in time order, or None if no row is to be moved or left out.

    Args:
        timestamps: (time,) dates or integers.
        name: name of the file, for messages.

    Raises:
        DataError: too many rows share a time.
    """
    steps = np.diff(timestamps)
    zero = np.zeros((), dtype=steps.dtype)
    if (steps > zero).all():
        return None
    if (steps < zero).any():
        log.warning("%s: rows are not in time order; sorted", name)
    order = np.argsort(timestamps, kind="stable")
    last = np.append(np.diff(timestamps[order]) > zero, True)
    repeated = int((~last).sum())
    if repeated > MAX_REPEATED_SHARE * len(timestamps):
        raise DataError(
            f"one row for each time in {name}",
            f"{repeated} of {len(timestamps)} rows with the time of another, first {timestamps[order][~last][0]}",
            "Write one file for each entity, or leave the time out with --ignore-columns.",
        )
    if repeated:
        log.warning("%s: %d rows have the time of a later row and are left out", name, repeated)
    kept: Int[np.ndarray, " kept"] = order[last]
    return kept


def repaired(series: Series) -> Series:
    """Return the series with missing and infinite values interpolated, and log which columns are constant.

    Args:
        series: values in the units of the input, finite or not.

    Raises:
        DataError: a column has no finite value.
    """
    finite = np.isfinite(series.values)
    wrong = np.flatnonzero(~finite.all(axis=0))
    if wrong.size:
        _refuse_empty(series, finite)
        values = series.values.copy()
        moments = _moments(series)
        for column in wrong:
            valid = finite[:, column]
            values[~valid, column] = np.interp(moments[~valid], moments[valid], values[valid, column])
        series = replace(series, values=values)
        counts = {series.features[column]: int((~finite[:, column]).sum()) for column in wrong}
        log.warning("%s: missing or infinite values interpolated: %s", series.name, _summary(counts))
    _note_constant(series)
    return series


def _refuse_empty(series: Series, finite: Bool[np.ndarray, "time features"]) -> None:
    empty = [series.features[column] for column in np.flatnonzero(~finite.any(axis=0))]
    if empty:
        raise DataError(
            f"some finite value in each column of {series.name}",
            f"none in {empty} ({len(series)} rows)",
            f"Leave them out with --ignore-columns {','.join(empty)!r}.",
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


def _note_constant(series: Series) -> None:
    constant = [series.features[column] for column in np.flatnonzero(np.ptp(series.values, axis=0) == 0)]
    if constant and len(series) > 1:
        named = ", ".join(constant[:MAX_NAMED_COLUMNS]) + (", ..." if len(constant) > MAX_NAMED_COLUMNS else "")
        log.info("%s: %d constant columns are kept: %s", series.name, len(constant), named)
