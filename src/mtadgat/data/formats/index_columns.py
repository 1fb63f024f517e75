"""Index columns: those that pandas, Spark, R and spreadsheets add to count the rows.

They have no name, or one such as ``Unnamed: 0``, ``index``, ``level_0`` or ``__index_level_0__``, and hold whole
numbers: without a name distinct ones, with a name those that count the rows, in each piece of a table anew or with
gaps where rows were left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mtadgat.reading import Notes

if TYPE_CHECKING:
    from jaxtyping import Int

UNNAMED = re.compile(r"|#|Unnamed: \d+(\.\d+|_level_\d+)*|__index_level_\d+__|\.\.\.1", re.IGNORECASE)
"""What writers call a column that has no name."""

NAMED = re.compile(r"index|level_\d+|row_?names?|_index|df_index|pandas_index", re.IGNORECASE)
"""What they call a column of the index once it is one of the others."""


def without_index(frame: pd.DataFrame, notes: Notes) -> pd.DataFrame:
    """Return a table without the columns that count its rows, and without a nameless empty last one.

    Args:
        frame: the table, its names as they are written.
        notes: take what is left out.
    """
    names = [str(name).strip() for name in frame.columns]
    columns = (column for _, column in frame.items())
    counting = [place for place, column in enumerate(columns) if _counts_rows(names[place], column)]
    if len(counting) == len(names):
        return frame
    for place in counting:
        name = f"column {names[place]!r}" if names[place] else f"column {place + 1} without a name"
        notes.decided(f"{name} counts the rows and is left out")
    last = len(names) - 1
    if last and UNNAMED.fullmatch(names[last]) and frame.iloc[:, last].isna().all():
        notes.decided("the last column has neither name nor values and is left out")
        counting.append(last)
    return frame.iloc[:, [place for place in range(len(names)) if place not in counting]] if counting else frame


def _counts_rows(name: str, column: pd.Series) -> bool:
    unnamed = UNNAMED.fullmatch(name) is not None
    if not (unnamed or NAMED.fullmatch(name)) or not pd.api.types.is_numeric_dtype(column):
        return False
    if pd.api.types.is_bool_dtype(column) or column.isna().any():
        return False
    values = column.to_numpy()
    numbers = values.astype(np.int64)
    if not len(numbers) or (numbers != values).any() or numbers.min() < 0:
        return False
    return _rises(numbers) or (unnamed and column.is_unique)


def _rises(numbers: Int[np.ndarray, " time"]) -> bool:
    """Whether numbers rise strictly, or count on by one and begin anew."""
    steps = np.diff(numbers)
    if (steps > 0).all():
        return True
    begins = np.concatenate([[True], steps <= 0])
    return bool(
        (steps[steps > 0] == 1).all() and np.isin(numbers[begins], (0, 1)).all() and 2 * begins.sum() <= len(numbers)
    )
