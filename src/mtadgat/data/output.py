"""Output: where results go, a file or a table of a catalog, and never where they come from.

Whatever is refused is refused before any work: an output that is a folder, one that is an input however it is spelled,
a name without the suffix of a format. Folders that are missing are made.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import pandas as pd

from mtadgat.data.splits import Splits
from mtadgat.data.storage.delta import LocalTables
from mtadgat.data.storage.place import place
from mtadgat.data.storage.table_store import TableStore, table_name
from mtadgat.data.storage.writing import check_file, check_output, write_table
from mtadgat.errors import DataError

PAGE_SUFFIXES = (".html", ".htm")


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

    def check(self, splits: Splits | None = None) -> None:
        """Refuse what `write` would refuse, and what would replace the data, before any work is done.

        Args:
            splits: the data that the predictions are of; omitted: it is not known what is read.

        Raises:
            DataError: the name is not that of a file or table that can be written, or it is that of the data.
            ServiceError: the store or the catalog does not answer.
        """
        if self._name is None:
            check_output(self._url)
            if splits is not None:
                splits.check_output(self._url, "output")
            return
        read = None if splits is None else table_name(splits.data.fpath)
        if read is not None and str(read).casefold() == str(self._name).casefold():
            raise DataError(
                "an --output that is not the table of the data",
                f"{self._url}, which is read",
                "Choose another --output.",
            )
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


def check_page(path: str, option: str, inputs: Sequence[str] = (), splits: Splits | None = None) -> Path:
    """Return where a page is to be written, and refuse what must not be replaced by one.

    Args:
        path: file on this machine.
        option: the option that gave it, for messages.
        inputs: further files that are read, paths or URLs.
        splits: the data that the page is about.

    Raises:
        DataError: it is a folder, the name has another suffix, the address is not on this machine, or it is an input.
    """
    where = place(path)
    if where.store:
        raise DataError(f"a file on this machine for --{option}", path, f"Choose another --{option}.")
    check_file(path, option, PAGE_SUFFIXES)
    if splits is not None:
        splits.check_output(path, option)
    for url in inputs:
        if where.leads_to(place(url)):
            raise DataError(f"an --{option} that is no input", f"{path}, which is read", f"Choose another --{option}.")
    return Path(where.path)
