"""Machine columns: which columns of a table name the machine of each row.

- One that is named as such, if its values are several words or whole numbers that many rows share: ``machineID``. A
  name that may be a count as well, such as ``host``, counts if the values are words, or numbers in blocks of rows.
- One of any name, if times rise within the rows of each of its values, but go back or come again over all rows.
- Words that come in one block of rows each.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mtadgat.data.columns.name_lists import option_line, typed
from mtadgat.data.columns.names import Says, says
from mtadgat.data.columns.options import ENTITY, IGNORE, KEEP
from mtadgat.data.columns.table_columns import TableColumns
from mtadgat.errors import DataError

if TYPE_CHECKING:
    from jaxtyping import Shaped

MAX_REPEATED_SHARE = 0.1
"""Share of rows with the time of another row above which they are taken for rows of several machines."""


def refuse_machines(
    table: TableColumns, columns: Sequence[str], timestamps: Shaped[np.ndarray, " time"] | None
) -> None:
    """Raise an error if the rows are of several machines.

    Args:
        table: the columns, their rows as the table has them.
        columns: those that may name machines.
        timestamps: (time,) times of the rows; None: they have none.

    Raises:
        DataError: a column tells the rows of several machines apart.
    """
    apart = [column for column in columns if timestamps is not None and _tells_apart(table, column, timestamps)]
    named = [column for column in columns if _names_machines(table, column)]
    found = sorted({*apart, *named}, key=lambda column: (-table.content(column).distinct, column))
    if not found:
        return
    first, content = found[0], table.content(found[0])
    some = ", ".join(content.names[:3]) + (", ..." if content.distinct > 3 else "")
    read_one = f"Read one with {option_line(ENTITY, [first], table.names)} {typed('--entity', content.names[0])}"
    if table.named.entity is not None:
        read_one = together(table.named.entity, first)
    leave_out = (
        ""
        if apart
        else f"; or, if its rows are a single series, leave it out with {option_line(IGNORE, found, table.names)}"
        f"{_keeping(table, found)}"
    )
    raise DataError(
        f"rows of one machine in {table.notes.name}",
        f"{content.distinct} of them in column {first!r}: {some}"
        + (", and times that go back or come again from one to the next" if apart else "")
        + (f" (likewise {found[1:]})" if len(found) > 1 else ""),
        f"{read_one}{leave_out}.",
    )


def together(entity: str, column: str) -> str:
    """Return what to do where two columns name a machine only together, as a site and a number within it do."""
    return f"Write {entity!r} and {column!r} into one column, such as A-1, and name that with {ENTITY}"


def _keeping(table: TableColumns, columns: Sequence[str]) -> str:
    if any(table.content(column).numbers is None for column in columns):
        return ""
    return f" or keep it as a feature with {option_line(KEEP, columns, table.names)}"


def _names_machines(table: TableColumns, column: str) -> bool:
    speaks, content = says(column), table.content(column)
    text = content.numbers is None
    if not content.enough or not (text or speaks in (Says.ENTITY, Says.MAYBE_ENTITY)):
        return False
    if content.distinct < 2 or table.frame[column].isna().any():
        return False
    if speaks is Says.ENTITY:
        return (text or content.is_whole) and not content.is_near_unique
    if not content.names_something:
        return False
    if speaks is Says.MAYBE_ENTITY:
        return text or (content.in_blocks and not content.is_binary)
    return text and content.in_blocks


def _tells_apart(table: TableColumns, column: str, timestamps: Shaped[np.ndarray, " time"]) -> bool:
    content = table.content(column)
    times = timestamps.astype(np.int64)
    if not content.names_something or not content.separates(times):
        return False
    back = np.diff(times) <= 0
    ordered = np.sort(times)
    repeated = float((np.diff(ordered) == 0).mean())
    changes = content.changes
    return repeated >= MAX_REPEATED_SHARE or bool((back == changes).all())
