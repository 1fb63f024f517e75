"""Table store: tables that are read by columns instead of as files, and the three-part names that they have.

A name is ``catalog.schema.table``. A part with dots or spaces stands in backticks, as in SQL. ``pump.2024.csv`` is a
file, by its suffix, and so is whatever exists by that name.

Whoever runs a workflow hands in a `TableStore`; `mtadgat.data.storage.delta` has the one of machines without Spark.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from mtadgat.data.storage.table_suffix import is_table

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

PART = r"`(?:[^`]|``)+`|[^\s`.,;:*?\"'<>|/\\]+"
NAME = re.compile(rf"({PART})\.({PART})\.({PART})")


class TableName(NamedTuple):
    """The name of a table in a catalog."""

    catalog: str
    schema: str
    table: str

    def __str__(self) -> str:
        return ".".join(self)

    @property
    def quoted(self) -> str:
        """The name as SQL reads it, whatever characters it has."""
        return ".".join(map(quoted, self))

    @property
    def quoted_schema(self) -> str:
        """Catalog and schema as SQL reads them."""
        return ".".join(map(quoted, self[:2]))


def quoted(identifier: str) -> str:
    """Return a name of a column, or a part of a name, as SQL reads it."""
    return "`" + identifier.replace("`", "``") + "`"


def table_name(text: str) -> TableName | None:
    """Return the name of a table that a text spells, or None: it spells a file, a URL, or a path that exists."""
    found = None if is_table(text) else NAME.fullmatch(text.strip())
    return None if found is None or Path(text).exists() else TableName(*map(_plain, found.groups()))


def _plain(part: str) -> str:
    return part[1:-1].replace("``", "`") if part.startswith("`") else part


@runtime_checkable
class StoredTable(Protocol):
    """A table that is read by columns; its rows have no order."""

    @property
    def columns(self) -> Mapping[str, str]:
        """Name of each column -> its type, as the store spells it."""

    def values(self, column: str) -> Sequence[object]:
        """Return the distinct values of a column, in any order, None where it has none.

        Raises:
            DataError: they cannot be read.
            ServiceError: the store does not answer.
        """

    def read(self, columns: Sequence[str], only: Mapping[str, Sequence[object]] | None = None) -> pa.Table:
        """Return some of the columns.

        Args:
            columns: their names.
            only: column -> the values of it with which rows are wanted; None: all rows.

        Raises:
            DataError: they cannot be read.
            ServiceError: the store does not answer.
        """


@runtime_checkable
class TableStore(Protocol):
    """Where tables are read and written."""

    def table(self, name: TableName) -> StoredTable:
        """Open a table or view of a catalog.

        Raises:
            DataError: there is none that may be read from here.
            ServiceError: the store does not answer.
        """

    def delta_folder(self, url: str) -> StoredTable | None:
        """Open a folder that Delta manages, or return None where none is.

        Args:
            url: path or URL.

        Raises:
            DataError: it cannot be read.
            MissingExtraError: the package that reads it is not installed.
        """

    def check_output(self, name: TableName) -> None:
        """Refuse a name that `write` would refuse, before any work is done.

        Raises:
            DataError: no table can be written there, or something is there that predictions must not replace.
            ServiceError: the store does not answer.
        """

    def write(self, table: pd.DataFrame, name: TableName) -> None:
        """Write a table of predictions; one that an earlier prediction wrote is replaced.

        Args:
            table: its rows; times without a time zone are UTC, and are kept to the microsecond.
            name: its name.

        Raises:
            DataError: as `check_output`.
            ServiceError: the store does not answer.
        """
