"""Labels: which rows are anomalous, from a column or from a file of their own.

- Labels are 0 and 1, true and false, or words such as ``normal`` and ``attack``; anything else, a missing one too, is
  an error.
- A column named ``label``, ``anomaly``, ``is_anomaly``, ``attack`` ... holds labels and is never a feature. A
  column named ``changepoint`` is never a feature either: it is left out.
- A file of labels has one column, or one with such a name; it has as many rows as the split that it labels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mtadgat.config import FileConfig
from mtadgat.data.times import is_time_name, plain
from mtadgat.errors import DataError
from mtadgat.reading import Notes

if TYPE_CHECKING:
    from jaxtyping import Bool

LABEL_NAMES = frozenset(
    [
        "label",
        "labels",
        "is_label",
        "anomaly",
        "anomalies",
        "anomalous",
        "anomaly_label",
        "is_anomaly",
        "isanomaly",
        "is_anomalous",
        "attack",
        "is_attack",
        "normal/attack",
        "outlier",
        "is_outlier",
        "ground_truth",
    ]
)
CHANGE_NAMES = frozenset({"changepoint", "change_point", "is_changepoint"})
WORDS = {
    **dict.fromkeys(("0", "0.0", "false", "no", "normal", "healthy"), False),
    **dict.fromkeys(("1", "1.0", "true", "yes", "attack", "anomaly", "anomalous", "abnormal"), True),
}


def is_label_name(name: str) -> bool:
    """Whether a column of this name holds labels."""
    return plain(name) in LABEL_NAMES


def is_change_name(name: str) -> bool:
    """Whether a column of this name marks where events begin and end."""
    return plain(name) in CHANGE_NAMES


def as_labels(column: pd.Series, name: str, file: FileConfig, notes: Notes) -> Bool[np.ndarray, " time"]:
    """Return a column as labels.

    Args:
        column: (time,) numbers, booleans or words.
        name: name of the column or file, for messages.
        file: says which values mean anomalous.
        notes: take what is decided.

    Raises:
        DataError: some value is not a label.
    """
    del file, notes
    labels = column.astype(str).str.strip().str.lower().map(WORDS)
    wrong = labels.isna().to_numpy()
    if wrong.any():
        examples = sorted({str(value) for value in column[wrong].unique()[:5]})
        raise DataError(
            f"labels 0 and 1 in {name}",
            f"{examples} in {int(wrong.sum())} rows, first in row {int(wrong.argmax())}",
            "Write 1 for an anomalous row and 0 for any other, or leave the column out with --ignore-columns.",
        )
    return labels.to_numpy(dtype=bool)


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
    name = notes.name
    columns = [column for column in frame.columns if is_label_name(column)]
    columns = columns or [column for column in frame.columns if not is_time_name(column)]
    if len(columns) != 1:
        raise DataError(
            f"one column of labels in {name}", f"{len(columns)}: {columns[:5]}", "Name the column of labels `label`."
        )
    if len(frame) != rows:
        raise DataError(
            f"{rows} labels in {name}, one for each row", f"{len(frame)}", "Check that both files cover the same rows."
        )
    return as_labels(frame[columns[0]], name, file, notes)
