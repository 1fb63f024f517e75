"""Labels: which rows are anomalous, from a column or from a file of their own.

- Labels are numbers, booleans or words; `mtadgat.data.columns.label_values` says which of them mean anomalous, and
  ``--anomalous-labels`` whatever it does not. A missing one is an error.
- A file of labels has one column, or one whose name speaks of labels; it has as many rows as the split that it labels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mtadgat.config import FileConfig
from mtadgat.data.columns.content import Content
from mtadgat.data.columns.label_values import OPTION, Unclear, chosen_values, meaning_of, proposal
from mtadgat.data.columns.name_lists import column_named, option_line, typed
from mtadgat.data.columns.names import Says, is_label_name, is_time_name, says
from mtadgat.data.columns.options import IGNORE, KEEP, LABEL
from mtadgat.errors import DataError
from mtadgat.reading import Notes

if TYPE_CHECKING:
    from jaxtyping import Bool


def as_labels(column: pd.Series, what: str, file: FileConfig, notes: Notes) -> Bool[np.ndarray, " time"]:
    """Return a column as labels.

    Args:
        column: (time,) numbers, booleans or words.
        what: what they are and where, for messages.
        file: says which values mean anomalous.
        notes: take what is decided.

    Raises:
        DataError: a label is missing, or it cannot be told which values mean anomalous.
    """
    name = str(column.name)
    remedy = f" leave the column out with {option_line(IGNORE, [name], [name])}"
    if Content(column).numbers is None:
        return _labels(column, what, file, notes, f", or{remedy}")
    return _labels(column, what, file, notes, f",{remedy}, or keep it as a feature with {typed(KEEP, name)}")


def _labels(
    column: pd.Series, what: str, file: FileConfig, notes: Notes, otherwise: str = ""
) -> Bool[np.ndarray, " time"]:
    missing = column.isna().to_numpy(dtype=bool)
    if missing.any():
        raise DataError(
            f"a label in each row of {what}",
            f"{int(missing.sum())} missing, first in row {int(missing.argmax())}",
            f"Fill them in, 0 where nothing is wrong{otherwise}.",
        )
    meaning = meaning_of(column)
    if isinstance(meaning, Unclear) and not meaning.labels:
        raise DataError(f"labels in {what}", meaning.got, f"Name another column with {LABEL}{otherwise}.")
    if file.anomalous_labels is not None:
        return chosen_values(file.anomalous_labels, column)
    if isinstance(meaning, Unclear):
        raise DataError(
            f"labels 0 and 1, or words such as normal and attack, in {what}",
            meaning.got,
            f"Say which values mean anomalous, such as {proposal(column)}{otherwise}.",
        )
    for note in meaning.notes:
        doubt = "" if meaning.plain else f"; {OPTION} says otherwise"
        notes.decided(f"labels in column {column.name!r}: {note}{doubt}")
    labels = meaning.flags(column)
    if len(labels) > 1 and labels.all():
        notes.doubtful(f"all rows are labelled as anomalous by column {column.name!r}; {OPTION} says otherwise")
    return labels


def remembered_labels(column: pd.Series, file: FileConfig) -> str | None:
    """Return what ``--anomalous-labels`` has to say for other rows to be read alike; None: nothing.

    Args:
        column: (time,) labels that `as_labels` could read.
        file: says which values mean anomalous.
    """
    if file.anomalous_labels is not None:
        return file.anomalous_labels
    meaning = meaning_of(column)
    return None if isinstance(meaning, Unclear) else meaning.option or None


def labels_of_file(frame: pd.DataFrame, rows: int, file: FileConfig, notes: Notes) -> Bool[np.ndarray, " time"]:
    """Return the labels in a file of their own.

    Args:
        frame: its table.
        rows: number of rows that it labels.
        file: says which values mean anomalous.
        notes: take what is decided; they name the file.

    Raises:
        DataError: it is unclear which column holds the labels, their number differs, or some value is not a label.
    """
    name, all_columns = notes.name, [str(column) for column in frame.columns]
    named = None if file.label_column is None else column_named(file.label_column, all_columns)
    columns = [named] if named is not None and len(all_columns) > 1 else _label_columns(all_columns)
    if len(columns) != 1:
        raise DataError(
            f"one column of labels in {name}",
            f"{len(columns)}: {columns[:5]}",
            "Name it with --label-column, or name the column of labels `label`.",
        )
    if len(frame) != rows:
        raise DataError(
            f"{rows} labels in {name}, one for each row", f"{len(frame)}", "Check that both files cover the same rows."
        )
    return _labels(frame[columns[0]], name, file, notes)


def _label_columns(columns: list[str]) -> list[str]:
    """Return the columns whose names speak most clearly of labels, else all that are neither times nor counters."""
    for speaks in (
        lambda column: says(column) is Says.LABEL,
        is_label_name,
        lambda column: not is_time_name(column) and says(column) is not Says.COUNTER,
        lambda column: not is_time_name(column),
    ):
        some = [column for column in columns if speaks(column)]
        if some:
            return some
    return columns
