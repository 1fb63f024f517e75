"""Score file: the scores of any detector, one for each row of a split.

The file has one column of scores, or one with a name such as ``score``, as a prediction table has. It may have any
format of a table and be stored wherever a table may be. Higher means more anomalous.

- Beside a column of times, scores belong to the rows with these times, whatever their order. A row without a score is
  an error, and so is a score without a row, unless it belongs to rows of the table outside of the split.
- Without times, scores are in the order of the rows in the file of the data: of all of its rows, or of those of the
  split. They follow their rows through sorting, and are left out where these are. Rows of a stored table have no
  order: their scores need times.
- Labels beside the scores are those of data that have none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mtadgat.config import FileConfig
from mtadgat.data.columns.names import is_label_name, is_time_name, plain
from mtadgat.data.formats.tables import read_table
from mtadgat.data.labels import as_labels
from mtadgat.data.source import find_source
from mtadgat.data.times.time_column import as_times
from mtadgat.errors import DataError
from mtadgat.reading import Notes
from mtadgat.series import Series

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int, Shaped

SCORE_NAMES = frozenset({"score", "scores", "total", "anomaly_score", "outlier_score"})
FLAGGED = frozenset({"threshold", "is_anomaly"})
"""Columns of a prediction table, whose ``is_anomaly`` is a flag and no label."""


@dataclass(frozen=True, eq=False)
class GivenScores:
    """The scores of a series.

    Args:
        scores: (time,) float64, finite, in the order of the series.
        labels: (time,) the labels beside them; None where there are none, or where the series has its own.
        notes: take what was decided.
    """

    scores: Float[np.ndarray, " time"]
    labels: Bool[np.ndarray, " time"] | None
    notes: Notes


def read_scores(url: str, series: Series, file: FileConfig) -> GivenScores:
    """Read the scores of a detector.

    Args:
        url: file or URL.
        series: the rows of the split that were scored.
        file: how the table of the series is written; its times and labels may be written alike here.

    Raises:
        DataError: it is unclear which column holds the scores, they do not belong to the rows of the series, or some
            are not finite.
        MissingExtraError: the package for this kind of URL is not installed.
    """
    source = find_source(url, "table")
    name = source.entity_files(None).splits["eval"].rows
    notes = Notes(name)
    frame = read_table(source.location.read(name), FileConfig(), notes)
    times = [] if series.timestamps is None else _time_columns(list(frame.columns), series)
    rows = _rows_by_time(frame[times], series, file, notes) if times else _rows_by_order(frame, series, notes)
    column = frame[_score_column(list(frame.columns), series, name)]
    return GivenScores(_finite(column, rows, name), _labels(frame, rows, series, file, notes), notes)


def _time_columns(columns: list[str], series: Series) -> list[str]:
    of_data = [series.clock.column] if series.clock.column in columns else _pair(series.reading.time, columns)
    return of_data or [column for column in columns if is_time_name(column)][:1]


def _pair(name: str, columns: list[str]) -> list[str]:
    """Return the columns of date and time of day that make up a time together, or nothing."""
    parts = [part.strip() for part in name.split(",")]
    return parts if name and all(part in columns for part in parts) else []


def _score_column(columns: list[str], series: Series, name: str) -> str:
    named = [column for column in columns if plain(column) in SCORE_NAMES]
    others = {series.clock.column, series.reading.time, series.reading.label, series.reading.entity}
    found = named or [
        column for column in columns if not is_time_name(column) and not is_label_name(column) and column not in others
    ]
    if len(found) != 1:
        raise DataError(f"one column of scores in {name}", f"{len(found)}: {found[:5]}", "Name the column `score`.")
    return found[0]


def _rows_by_order(frame: pd.DataFrame, series: Series, notes: Notes) -> Int[np.ndarray, " time"]:
    """Return the row of the score file that belongs to each row of the series, which follows their order."""
    whole = series.reading.rows
    if not series.reading.ordered:
        raise DataError(
            f"a column with the time of each score in {notes.name}, as rows of a table have no other order",
            f"the columns {', '.join(frame.columns)}",
            "Write the times beside the scores.",
        )
    positions = np.arange(len(series)) if series.positions is None else series.positions
    if len(frame) not in (whole, len(series)):
        each = f"{len(series)} scores in {notes.name}, one for each row"
        raise DataError(
            f"{each} of the split, or {whole} for all rows of the table" if whole > len(series) else each,
            f"{len(frame)}",
            "Score the same rows: check the split, or write the times beside the scores.",
        )
    if (np.diff(positions) < 0).any():
        notes.decided("the scores are in the order of the rows in the file of the data, and are sorted with these")
    return positions if len(frame) == whole else np.argsort(np.argsort(positions))


def _rows_by_time(columns: pd.DataFrame, series: Series, file: FileConfig, notes: Notes) -> Int[np.ndarray, " time"]:
    """Return the row of the score file that has the time of each row of the series."""
    scored, wanted = _times(columns, series, file, notes), series.timestamps
    assert wanted is not None
    if scored.dtype.kind != wanted.dtype.kind:
        raise DataError(
            f"times in {notes.name} such as {wanted[0]}, as the rows of {series.name} have",
            f"{scored[0]}",
            "Write the times of the data beside the scores.",
        )
    positions = series.positions
    if len(scored) == series.reading.rows and positions is not None and (scored[positions] == wanted).all():
        return positions
    order = np.argsort(scored, kind="stable")
    repeated = int((np.diff(scored[order]) == np.zeros((), dtype=np.diff(scored).dtype)).sum())
    if repeated:
        notes.doubtful(f"{repeated} scores have the time of a later one and are left out, as rows of data are")
    last = np.searchsorted(scored[order], wanted, side="right") - 1
    found = (last >= 0) & (scored[order][last] == wanted)
    added = scored[~np.isin(scored, wanted)]
    outside = (added < wanted[0]) | (added > wanted[-1])
    whole = len(scored) <= series.reading.rows  # the table has rows before or behind the split
    if not found.all() or (len(added) and not (outside.all() and whole)):
        first = wanted[~found][0] if not found.all() else added[0]
        raise DataError(
            f"a score in {notes.name} for each of the {len(series)} rows of {series.name}, and for no other",
            f"{int((~found).sum())} rows without a score and {len(added)} scores at other times, first {first}",
            "Score the same rows: check the times and the split.",
        )
    if len(added):
        notes.decided(f"{len(added)} scores before or behind the split are left out")
    return order[last]


def _times(columns: pd.DataFrame, series: Series, file: FileConfig, notes: Notes) -> Shaped[np.ndarray, " scored"]:
    """Return the times of the scores, written as those of the data, or in ISO 8601 as predictions have them."""
    try:
        return as_times(columns, file, notes).timestamps
    except DataError:
        return as_times(columns, FileConfig(time_zone=series.clock.zone or None), notes).timestamps


def _finite(column: pd.Series, rows: Int[np.ndarray, " time"], name: str) -> Float[np.ndarray, " time"]:
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    scores: Float[np.ndarray, " time"] = numbers[rows]
    wrong = ~np.isfinite(scores)
    if wrong.any():
        row = int(rows[wrong].min())
        raise DataError(
            f"finite scores in {name}",
            f"{int(wrong.sum())} that are not, first {column.iloc[row]!r} in row {row}",
            "Give each row a score.",
        )
    return scores


def _labels(
    frame: pd.DataFrame, rows: Int[np.ndarray, " time"], series: Series, file: FileConfig, notes: Notes
) -> Bool[np.ndarray, " time"] | None:
    flags = FLAGGED if set(frame.columns) >= FLAGGED else frozenset[str]()
    own = {series.reading.label, file.label_column} - {"", None}
    named = [column for column in frame.columns if (is_label_name(column) or column in own) and column not in flags]
    if not named:
        return None
    if series.labels is not None:
        notes.decided(f"labels in {named} are ignored: those of the data count")
        return None
    if len(named) > 1:
        raise DataError(f"one column of labels in {notes.name}", f"{named}", "Leave one of them.")
    notes.decided(f"column {named[0]!r} is taken as labels, since the data have none")
    return as_labels(frame[named[0]].iloc[rows], f"column {named[0]!r} of {notes.name}", file, notes)
