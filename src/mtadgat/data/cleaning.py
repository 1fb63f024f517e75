"""Cleaning: rows in time order, values that are all finite.

- Rows out of time order are sorted, with a logged note; their labels move with them.
- Of several rows with the same time the last is kept, with a logged note. More than one row in ten is an error: such a
  table usually holds several entities.
- Missing and infinite values are replaced by linear interpolation over time (over rows if there is no time), and by
  the nearest value at either end, within the rows that are read; a logged note counts them by column.
- A column without any finite value is an error. Constant columns are kept, with a logged note.
"""

from __future__ import annotations

import logging
from dataclasses import replace

import numpy as np
from jaxtyping import Bool, Float, Int, Shaped

from mtadgat.errors import DataError
from mtadgat.series import Series

log = logging.getLogger(__name__)

MAX_REPEATED_SHARE = 0.1
"""Share of rows with the time of another row above which a table is refused."""

MAX_NAMED_COLUMNS = 8
"""Columns that a note names before it only counts."""


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
