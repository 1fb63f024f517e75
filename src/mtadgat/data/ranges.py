"""Row range: where a split begins and ends, by row or by time.

- An integer is a row from 0, negative ones count from the end, as in Python's slices. ``2020`` is a row.
- Anything else is a time in ISO 8601, for series that have times; the start is included, the end is not.
- Where each split has its own file, ``train_*`` cuts the train split, ``eval_*`` the eval split, ``new_*`` the new
  one.
- A single table has one boundary: ``train_end``, else ``eval_start``. Rows before it are train, rows from it on are
  eval and new alike. Without a boundary every split is the whole table, so that a healthy file can be trained on and
  another, labelled one evaluated. ``eval_*`` and ``new_*`` narrow their splits.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from mtadgat.config import DataConfig
from mtadgat.errors import DataError
from mtadgat.series import Series


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
