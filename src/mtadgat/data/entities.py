"""Entities: the machines whose rows stand in one table, told apart by a column.

A machine is called as its column spells it: text without blanks around it, whole numbers without a fraction, so that
``--entity 1`` finds 1, 1.0 and ``1``. Rows that name none are left out, with a note.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from mtadgat.data.columns.machine_columns import MAX_REPEATED_SHARE, together
from mtadgat.data.storage.pieces import natural
from mtadgat.errors import DataError, closest
from mtadgat.reading import Notes

if TYPE_CHECKING:
    from jaxtyping import Shaped

MAX_LISTED = 20
"""Entities that a message lists."""

MIN_ROWS_OF_ENTITY = 3
"""Rows of each value, on average, from which a column may name machines."""

TIME = "\0time"
"""A name that no column has."""


class EntityRows(NamedTuple):
    """The rows of one entity; their index still counts the rows of the whole table."""

    frame: pd.DataFrame
    entity: str


def chosen_entity(
    entity: str | None, names: Sequence[str], where: str, remedy: str = "Pick one with --entity."
) -> str:
    """Return the entity that was asked for; None means the only one.

    Args:
        entity: its name.
        names: those that there are; the empty string is one without a name.
        where: what holds them, for messages.
        remedy: what to do where there are several and none was asked for.

    Raises:
        DataError: there is no such entity, or there are several to choose from.
    """
    if entity is None:
        if len(names) != 1:
            raise DataError(f"one entity of {where}", f"{len(names)}: {listed_names(names)}", remedy)
        return names[0]
    if entity not in names:
        expected = f"one of {listed_names(names)}" if any(names) else "no entity, as the data hold only one"
        raise DataError(f"{expected}, in {where}", f"{entity!r}{closest(entity, list(names))}", "Correct --entity.")
    return entity


def listed_names(names: Sequence[str]) -> str:
    """Return names as a message lists them."""
    more = len(names) - MAX_LISTED
    return ", ".join(names[:MAX_LISTED]) + (f" and {more} more" if more > 0 else "")


def entity_names(column: pd.Series) -> pd.Series:
    """Return the name of the entity of each row, missing where the column is.

    Args:
        column: (time,) text, numbers or whatever else names machines.
    """
    present = column.dropna()
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        names = present.map(lambda number: str(int(number)) if float(number).is_integer() else str(number))
    else:
        names = present.astype(str).str.strip()
    return names.reindex(column.index)


def entities_of(column: pd.Series) -> tuple[str, ...]:
    """Return the entities that a column names, numbers in numeric order.

    Args:
        column: (time,) as for `entity_names`.
    """
    return tuple(sorted(map(str, entity_names(column).dropna().unique()), key=natural))


def asked_entity(entity: str | None, column: pd.Series) -> str | None:
    """Return the entity that was asked for as the column spells it: ``01`` asks for the number 1."""
    if entity is None or not pd.api.types.is_numeric_dtype(column):
        return entity and entity.strip()
    try:
        number = float(entity)
    except ValueError:
        return entity.strip()
    return str(int(number)) if number.is_integer() else str(number)


def rows_of_entity(frame: pd.DataFrame, column: str, entity: str | None, notes: Notes) -> EntityRows:
    """Return the rows of one entity of a table.

    Args:
        frame: the table.
        column: the column that names the entity of each row.
        entity: the entity; None means the only one.
        notes: take what is decided; they name the table.

    Raises:
        DataError: there is no such entity, or there are several to choose from.
    """
    names = entity_names(frame[column])
    chosen = chosen_entity(asked_entity(entity, frame[column]), entities_of(frame[column]), notes.name)
    if entity is None:
        notes.decided(f"all rows are of entity {chosen!r}, the only one in column {column!r}")
    note_missing(int(names.isna().sum()), column, notes)
    return EntityRows(frame[(names == chosen).to_numpy(dtype=bool)], chosen)


def note_missing(rows: int, column: str, notes: Notes) -> None:
    """Note that some rows name no entity."""
    if rows:
        notes.doubtful(f"{rows} rows without a value in the entity column {column!r} are left out")


def likely_entity_column(frame: pd.DataFrame, timestamps: Shaped[np.ndarray, " time"]) -> str | None:
    """Return the column whose values tell apart the rows of equal times, or None.

    Args:
        frame: (time, columns) the table.
        timestamps: (time,) the times of its rows.
    """
    distinct = frame.assign(**{TIME: timestamps}).drop_duplicates()
    most = int(distinct[TIME].value_counts().iloc[0])
    found = []
    for column in frame.columns:
        values = distinct[column].nunique(dropna=False)
        few = most <= values <= len(distinct) / MIN_ROWS_OF_ENTITY
        if few and not distinct.duplicated([column, TIME]).any():
            found.append((pd.api.types.is_float_dtype(frame[column]), values, column))
    return str(min(found, key=lambda each: each[:2])[2]) if found else None


def told_apart(frame: pd.DataFrame, timestamps: Shaped[np.ndarray, " time"], entity: str = "") -> str:
    """Return the sentence that says how to tell apart the rows of equal times, empty if no column does.

    Args:
        frame: (time, columns) the table, or the rows of one entity.
        timestamps: (time,) the times of its rows.
        entity: the column that named the entity, empty if none did.
    """
    column = likely_entity_column(frame.drop(columns=entity, errors="ignore"), timestamps)
    if column is None:
        return ""
    if entity:
        return f"{together(entity, column)}."
    return f"Name the column that says which machine each row is of: --entity-column {shlex.quote(column)}."


def refuse_repeated_times(
    frame: pd.DataFrame, timestamps: Shaped[np.ndarray, " time"], name: str, *, joined: bool, entity: str = ""
) -> None:
    """Refuse a table in which many rows share their time, as those of several machines do.

    Args:
        frame: (time, columns) the table.
        timestamps: (time,) the times of its rows.
        name: its name, for messages.
        joined: whether its rows are those of several files, by their names alone.
        entity: the column that named the entity, empty if none did.

    Raises:
        DataError: more rows than `MAX_REPEATED_SHARE` have the time of another; the remedy names the column that tells
            them apart, if one does.
    """
    times, counts = np.unique(timestamps, return_counts=True)
    repeated = len(timestamps) - len(times)
    if repeated <= MAX_REPEATED_SHARE * len(timestamps):
        return
    otherwise = "No column tells the rows of one time apart: write one table for each machine, one row for each time."
    if joined:
        otherwise = "If the files are of several machines, read them one by one with --join-files false."
    raise DataError(
        f"one row for each time in {name}",
        f"{repeated} of {len(timestamps)} rows with the time of another, first {pd.Series(times[counts > 1]).iloc[0]}",
        told_apart(frame, timestamps, entity) or otherwise,
    )
