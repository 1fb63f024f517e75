"""Columns: which columns of a table hold the time, the labels and the features.

- The time column is the one that ``--time-column`` names, else the one with a name such as ``timestamp``, else the
  only one that holds dates. Two with such names are an error.
- The label column is the one that ``--label-column`` names, else the one with a name such as ``label``. Two are an
  error unless the option picks one; the other is then left out. A label column is never a feature.
- The column that ``--entity-column`` names says whose rows they are, and is never a feature.
- Every other column is a feature, in the order of the table. Booleans become 0 and 1. Columns that are not numeric are
  an error that names them.
- An option names a column by its name, or by its position from 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from mtadgat.clock import Clock
from mtadgat.config import FileConfig
from mtadgat.config.data import PATH_OPTION
from mtadgat.data.labels import as_labels, is_change_name, is_label_name
from mtadgat.data.remembered import present_columns
from mtadgat.data.times import as_times, holds_dates, is_time_name
from mtadgat.errors import DataError, closest
from mtadgat.reading import Known, Notes, Reading

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int, Shaped


class Rows(NamedTuple):
    """A table, its columns sorted into time, labels and features."""

    values: Float[np.ndarray, "time features"]
    features: tuple[str, ...]
    timestamps: Shaped[np.ndarray, " time"] | None
    labels: Bool[np.ndarray, " time"] | None
    numbered: tuple[str, ...]
    """Names of the features before any was ignored: interpretation files count these."""
    clock: Clock
    reading: Reading
    positions: Int[np.ndarray, " time"]
    """The row of its table that each row was, from 0."""
    carried: pd.DataFrame | None = None
    """(time, ...) columns of the table to carry along, as they were read."""


def rows_of(frame: pd.DataFrame, file: FileConfig, notes: Notes, known: Known | None = None) -> Rows:
    """Sort the columns of a table into time, labels and features.

    Args:
        frame: the table; its index counts the rows of the file, of which it may hold some.
        file: which columns the user named.
        notes: take what is decided; they name the table.
        known: what a model knows, for rows that it is to read: columns that are not its features are left out.

    Raises:
        DataError: a named column is missing, time or labels are ambiguous, or a feature is not numeric.
    """
    name = notes.name
    file = present_columns(file, known, list(frame.columns), notes)
    ignored = _ignored(list(frame.columns), file, notes)
    entity = entity_column_of(list(frame.columns), file, name)
    kept = [column for column in frame.columns if column not in ignored and column != entity]
    time = _time_column(frame, kept, name, file)
    label = _label_column(frame, kept, file, notes)
    marks = {column for column in frame.columns if is_label_name(column) or is_change_name(column)} | {
        time,
        label,
        entity,
    }
    numbered = [column for column in frame.columns if column not in marks]
    left_out = [column for column in kept if column in marks and column not in (time, label)]
    if left_out:
        notes.decided(f"{left_out} describe labels and are not features")
    features = [column for column in numbered if column not in ignored]
    unknown = [] if known is None else [column for column in features if column not in known.features]
    if known is not None and set(known.features) <= set(features):
        features = [column for column in features if column not in unknown]
        if unknown:
            notes.decided(f"{unknown} are no features of the model and are left out")
    times = None if time is None else as_times(frame[[time]], file, notes)
    return Rows(
        values=_values(frame[features], name),
        features=tuple(features),
        timestamps=None if times is None else times.timestamps,
        labels=None if label is None else as_labels(frame[label], f"column {label!r} of {name}", file, notes),
        numbered=tuple(numbered),
        clock=Clock() if times is None else times.clock,
        reading=Reading(
            time=time or "",
            label=label or "",
            entity=entity or "",
            left_out={
                **dict.fromkeys(ignored, "ignored"),
                **dict.fromkeys(left_out, "describes labels"),
                **dict.fromkeys(unknown, "no feature of the model"),
            },
            notes=notes.all,
        ),
        positions=frame.index.to_numpy(),
    )


class Wanted(NamedTuple):
    """The columns that have to be read, and a description that calls them by their names alone."""

    columns: tuple[str, ...]
    file: FileConfig


def wanted_columns(columns: Sequence[str], file: FileConfig, notes: Notes) -> Wanted:
    """Leave out the columns to be ignored before a table is read; positions count all of its columns.

    Args:
        columns: all columns of the table.
        file: which columns the user named.
        notes: take what is decided; they name the table.

    Returns:
        columns and a description from which `rows_of` makes the same as from the whole table.
    """
    ignored = _ignored(list(columns), file, notes)
    time, label, entity = (
        text and (column_named(text, list(columns)) or text)
        for text in (file.time_column, file.label_column, file.entity_column)
    )
    kept = tuple(column for column in columns if column not in ignored or column in (time, label, entity))
    return Wanted(kept, replace(file, time_column=time, label_column=label, entity_column=entity, ignore_columns=None))


def entity_column_of(columns: list[str], file: FileConfig, name: str) -> str | None:
    """Return the column that names the machine of each row, or None: the user named none.

    Args:
        columns: all columns of the table.
        file: which columns the user named.
        name: name of the table, for messages.

    Raises:
        DataError: there is no such column.
    """
    if file.entity_column is None:
        return None
    column = column_named(file.entity_column, columns)
    if column is None:
        near = closest(file.entity_column, columns)
        raise DataError(
            f"an entity column {file.entity_column!r} in {name}",
            f"columns {columns}{near}",
            "Correct --entity-column, or leave it out.",
        )
    return column


def listed(text: str | None) -> list[str]:
    """Return the items of a string that separates them by commas."""
    return [item.strip() for item in (text or "").split(",") if item.strip()]


def column_named(name: str, columns: list[str]) -> str | None:
    """Return the column of this name, else the one at this position, else None."""
    if name in columns:
        return name
    if name.isdigit() and int(name) < len(columns):
        return columns[int(name)]
    return None


def target_names(option: str | None, features: tuple[str, ...]) -> tuple[str, ...]:
    """Return the features that ``--target-features`` names, by name or by position among the features.

    Args:
        option: names or positions, separated by commas.
        features: the features of the table.

    Raises:
        DataError: one of them is not a feature.
    """
    targets = []
    for item in listed(option):
        column = column_named(item, list(features))
        if column is None:
            near = closest(item, list(features))
            raise DataError(
                f"targets among the features {list(features)}", f"{item!r}{near}", "Correct --target-features."
            )
        targets.append(column)
    return tuple(dict.fromkeys(targets))


def _ignored(columns: list[str], file: FileConfig, notes: Notes) -> set[str]:
    matches = {item: column_named(item, columns) for item in listed(file.ignore_columns)}
    absent = [item for item, column in matches.items() if column is None]
    if absent:
        # No error: the same options read files that have the column and files that lack it.
        notes.doubtful(f"no columns {absent} to ignore; there are {columns}")
    return {column for column in matches.values() if column is not None}


def _time_column(frame: pd.DataFrame, kept: list[str], name: str, file: FileConfig) -> str | None:
    if file.time_column is not None:
        column = column_named(file.time_column, list(frame.columns))
        if column is None:
            near = closest(file.time_column, list(frame.columns))
            raise DataError(
                f"a time column {file.time_column!r} in {name}",
                f"columns {list(frame.columns)}{near}",
                "Correct --time-column.",
            )
        return column
    named = [column for column in kept if is_time_name(column)]
    if len(named) > 1:
        raise DataError(
            f"one time column in {name}", f"{named}", "Name it with --time-column, or the others in --ignore-columns."
        )
    dates = [column for column in kept if holds_dates(frame[column])]
    return named[0] if named else dates[0] if len(dates) == 1 else None


def _label_column(frame: pd.DataFrame, kept: list[str], file: FileConfig, notes: Notes) -> str | None:
    if file.label_column is not None:
        column = column_named(file.label_column, list(frame.columns))
        if column is None:
            # No error: the train split of a data set often lacks the column. Evaluation asks for labels itself.
            near = closest(file.label_column, list(frame.columns))
            notes.doubtful(f"no label column {file.label_column!r}{near}; its rows have no labels")
        return column
    named = [column for column in kept if is_label_name(column)]
    if len(named) > 1:
        raise DataError(f"one label column in {notes.name}", f"{named}", "Name it with --label-column.")
    if named:
        notes.decided(f"column {named[0]!r} is taken as labels, not as a feature")
    return named[0] if named else None


def _values(frame: pd.DataFrame, name: str) -> Float[np.ndarray, "time features"]:
    if frame.shape[1] == 0:
        raise DataError(
            f"features in {name}", "none besides time and labels", f"Check --ignore-columns and {PATH_OPTION}."
        )
    numeric = {column: _as_numbers(frame[column]) for column in frame.columns}
    wrong = [column for column, numbers in numeric.items() if numbers is None]
    if wrong:
        raise DataError(
            f"numeric columns in {name}",
            "; ".join(f"{column!r} holds {_example(frame[column])}" for column in wrong[:5])
            + (f"; and {len(wrong) - 5} more" if len(wrong) > 5 else ""),
            f"Leave them out with --ignore-columns {','.join(wrong)!r}, or write numbers (decimals with a point).",
        )
    return np.column_stack([numbers for numbers in numeric.values() if numbers is not None])


def _as_numbers(column: pd.Series) -> Float[np.ndarray, " time"] | None:
    if holds_dates(column) or pd.api.types.is_timedelta64_dtype(column):
        return None
    try:
        return column.astype("float64").to_numpy()
    except (ValueError, TypeError):
        return None


def _example(column: pd.Series) -> str:
    text = column.astype(str)
    wrong = pd.to_numeric(text, errors="coerce").isna().to_numpy() & column.notna().to_numpy()
    row = int(wrong.argmax())
    return f"{text.iloc[row]!r} in row {row}"
