"""Output: where a table of predictions goes, a file or a table of a catalog."""

from __future__ import annotations

from pathlib import PurePosixPath

import pandas as pd

from mtadgat.data.storage.delta import LocalTables
from mtadgat.data.storage.table_store import TableStore, table_name
from mtadgat.data.storage.writing import check_output, write_table


class Output:
    """A place for predictions, whole or not at all.

    Args:
        url: file or URL that ends in the suffix of a format, or ``catalog.schema.table``.
        tables: writes tables to a catalog; omitted: none can be written.
    """

    def __init__(self, url: str, tables: TableStore | None = None) -> None:
        self._url, self._name = url, table_name(url)
        self._tables = tables or LocalTables()

    @property
    def file_name(self) -> str:
        """The name of a copy in a folder."""
        return PurePosixPath(self._url).name if self._name is None else f"{self._name.table}.csv"

    def check(self) -> None:
        """Refuse what `write` would refuse, before any work is done.

        Raises:
            DataError: the name is not that of a file or table that can be written.
            ServiceError: the catalog does not answer.
        """
        if self._name is None:
            check_output(self._url)
        else:
            self._tables.check_output(self._name)

    def write(self, table: pd.DataFrame) -> None:
        """Write the predictions; those of an earlier call are replaced.

        Raises:
            DataError: they cannot be written there.
            ServiceError: the store or the catalog does not answer.
        """
        if self._name is None:
            write_table(table, self._url)
        else:
            self._tables.write(table, self._name)
