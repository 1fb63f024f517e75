"""Columns: a table becomes times, labels and features.

`mtadgat.data.columns.roles` says which column is what. Every column that is nothing else is a feature, in the order of
the table. Booleans become 0 and 1. Columns that are not numeric are an error that names them.

With the features of a trained model these become the features, and nothing else: what was left out in training is set
aside, labels that cannot be read are noted, and a column that the model does not know is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from mtadgat.clock import Clock
from mtadgat.config import FileConfig
from mtadgat.config.data import PATH_OPTION
from mtadgat.data.columns.content import Content
from mtadgat.data.columns.label_columns import label_column
from mtadgat.data.columns.label_values import Meaning, meaning_of
from mtadgat.data.columns.name_lists import (
    NamedColumns,
    column_named,
    did_you_mean,
    name_list,
    named_columns,
    option_line,
)
from mtadgat.data.columns.names import Says, says
from mtadgat.data.columns.options import IGNORE, LABEL, named_of
from mtadgat.data.columns.roles import Taken, roles_of
from mtadgat.data.columns.table_columns import TableColumns
from mtadgat.data.columns.time_columns import time_columns
from mtadgat.data.formats.numbers import refuse_unknown_words
from mtadgat.data.labels import as_labels, remembered_labels
from mtadgat.data.times.time_column import as_times
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

    def carrying(self, table: pd.DataFrame, carried: Sequence[str]) -> Rows:
        """Return the rows with columns of their table to carry along.

        Args:
            table: the whole table.
            carried: some of its columns.
        """
        return self._replace(carried=table.loc[self.positions, list(carried)]) if carried else self

    def at(self, chosen: Int[np.ndarray, " chosen"]) -> Rows:
        """Return some rows."""
        return self._replace(
            values=self.values[chosen],
            timestamps=None if self.timestamps is None else self.timestamps[chosen],
            labels=None if self.labels is None else self.labels[chosen],
            positions=self.positions[chosen],
            carried=None if self.carried is None else self.carried.iloc[chosen],
        )


def rows_of(
    frame: pd.DataFrame,
    file: FileConfig,
    notes: Notes,
    known: Known | None = None,
    *,
    elsewhere: Callable[[], Sequence[str]] = tuple,
    labelled: bool = True,
    ordered: bool = True,
) -> Rows:
    """Sort the columns of a table into time, labels and features.

    Args:
        frame: the table; its index counts the rows of the file, of which it may hold some.
        file: which columns the user named, and what a trained model remembers, as `present_columns` returns it.
        notes: take what is decided; they name the table.
        known: what a model knows: its features become the features, whatever the columns look like, and what was
            left out in training is set aside; None: there is no model.
        elsewhere: returns the columns of other splits, which ``file`` may name although this table lacks them.
        labelled: whether labels are wanted; if not, labels that cannot be read are noted and left out.
        ordered: whether rows have an order of their own; if not, they are put into that of their times.

    Raises:
        DataError: a named column is missing, time or labels are ambiguous, rows are of several machines, a feature is
            not numeric, or the columns are not those that the model knows.
    """
    names = [str(column) for column in frame.columns]
    aside = _set_aside(known, names)
    named = named_of(names, file, notes.name, lambda: [*elsewhere(), *aside.columns, *aside.absent])
    purposes = {*named.time, named.label, named.entity, *named.features}
    also_ignored = [column for column in aside.columns if column not in purposes]
    named = named._replace(ignored=tuple(dict.fromkeys([*named.ignored, *also_ignored])))
    table = TableColumns(frame, named, notes, () if known is None else known.features)
    time = time_columns(table)
    label = label_column(table, time)
    zone = "" if known is None else known.zone
    times = as_times(frame[list(time)], file, notes, usual_zone=zone) if time else None
    timestamps = None if times is None else times.timestamps
    if timestamps is not None and not ordered:
        table = table.in_time(timestamps)
        frame, timestamps = table.frame, np.sort(timestamps)
    labels = _labels(frame, label, file, notes, wanted=labelled)
    roles = roles_of(table, Taken(time, label, timestamps, labels))
    options = {
        **{parameter.name: getattr(file, parameter.name) for parameter in fields(file)},
        **({} if times is None else times.options),
        "time_column": name_list(time, names) or file.time_column,
        "label_column": label or file.label_column,
        "entity_column": table.named.entity or file.entity_column,
        "feature_columns": name_list(table.named.features, names) or file.feature_columns,
        "ignore_columns": name_list(list(roles.left_out), names) or file.ignore_columns,
    }
    if label is not None and labels is not None:
        options["anomalous_labels"] = remembered_labels(frame[label], file)
    return Rows(
        values=_values(frame[list(roles.features)], names, notes.name),
        features=roles.features,
        timestamps=timestamps,
        labels=labels,
        numbered=roles.numbered,
        clock=Clock() if times is None else times.clock,
        reading=Reading(
            time=name_list(time, names),
            label=label or "",
            entity=table.named.entity or "",
            left_out=roles.left_out,
            notes=notes.all,
            options={option: value for option, value in options.items() if value is not None},
        ),
        positions=frame.index.to_numpy(),
    )


def _set_aside(known: Known | None, columns: Sequence[str]) -> NamedColumns:
    """Return the columns that were left out in training, unless the user calls them something now."""
    left_out = None if known is None else known.options.get("ignore_columns")
    return named_columns(None if left_out is None else str(left_out), columns, positions=False)


def _labels(
    frame: pd.DataFrame, label: str | None, file: FileConfig, notes: Notes, *, wanted: bool
) -> Bool[np.ndarray, " time"] | None:
    if label is None:
        return None
    try:
        return as_labels(frame[label], f"column {label!r} of {notes.name}", file, notes)
    except DataError as error:
        if wanted:
            raise
        notes.doubtful(f"labels in column {label!r} are not read: {error.got}")
        return None


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
        columns and a description from which `rows_of` makes the same as from the whole table, if it is told that
        ``columns`` may be named.

    Raises:
        DataError: a named column is missing.
    """
    named = named_of(columns, file, notes.name)
    kept = tuple(column for column in columns if column not in named.ignored)
    return Wanted(
        kept,
        replace(
            file,
            time_column=",".join(named.time) or None,
            label_column=named.label,
            entity_column=named.entity,
            feature_columns=",".join(named.features) or None,
            ignore_columns=",".join(named.ignored) or None,
        ),
    )


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


def target_names(option: str | None, features: tuple[str, ...]) -> tuple[str, ...]:
    """Return the features that ``--target-features`` names, by name or by position among the features.

    Args:
        option: names or positions, separated by commas.
        features: the features of the table.

    Raises:
        DataError: one of them is not a feature.
    """
    targets = named_columns(option, features)
    if targets.absent:
        raise DataError(
            f"targets among the features {list(features)}",
            f"{', '.join(repr(item) for item in targets.absent)}{did_you_mean(targets.absent, features)}",
            "Correct --target-features.",
        )
    return targets.columns


def _values(frame: pd.DataFrame, names: Sequence[str], name: str) -> Float[np.ndarray, "time features"]:
    if frame.shape[1] == 0:
        raise DataError(
            f"features in {name}", "none besides time and labels", f"Check --ignore-columns and {PATH_OPTION}."
        )
    numeric = {str(column): Content(frame[column]).numbers for column in frame.columns}
    wrong = [column for column, numbers in numeric.items() if numbers is None]
    if wrong:
        refuse_unknown_words(frame[wrong], name, option_line(IGNORE, wrong, names))
        labels = [column for column in wrong if _may_be_labels(frame[column])]
        raise DataError(
            f"numeric columns in {name}",
            "; ".join(f"{column!r} holds {_example(frame[column])}" for column in wrong[:5])
            + (f"; and {len(wrong) - 5} more" if len(wrong) > 5 else ""),
            f"Leave them out with {option_line(IGNORE, wrong, names)}, or write numbers (decimals with a point)."
            + (f" Labels are named with {option_line(LABEL, labels[:1], names)}." if labels else ""),
        )
    return np.column_stack([numbers for numbers in numeric.values() if numbers is not None])


def _may_be_labels(column: pd.Series) -> bool:
    return says(str(column.name)) in (Says.MAYBE_LABEL, Says.STATE) or isinstance(meaning_of(column.dropna()), Meaning)


def _example(column: pd.Series) -> str:
    text = column.astype(str)
    wrong = pd.to_numeric(text, errors="coerce").isna().to_numpy() & column.notna().to_numpy()
    row = int(wrong.argmax())
    return f"{text.iloc[row]!r} in row {row}"
