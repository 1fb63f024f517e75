"""Delta: folders that Delta manages, and the table store of a machine without Spark, which has nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mtadgat.config.data import PATH_OPTION
from mtadgat.data.storage.location import has_delta_log
from mtadgat.data.storage.table_store import StoredTable, TableName
from mtadgat.errors import DataError, MissingExtraError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

CLUSTER = "run on a cluster, such as with -b databricks"


class LocalTables:
    """The tables of a machine without Spark: Delta folders, which the library ``deltalake`` reads."""

    def table(self, name: TableName) -> StoredTable:
        """Refuse every name."""
        raise DataError(
            f"a file or folder {str(name)!r}, or a Spark session that reads the table of this name",
            "neither on this machine",
            f"Check {PATH_OPTION}, or {CLUSTER}.",
        )

    def delta_folder(self, url: str) -> StoredTable | None:
        """Open a folder that Delta manages, or return None where none is."""
        return DeltaFolder(url) if has_delta_log(url) else None

    def check_output(self, name: TableName) -> None:
        """Refuse every name."""
        raise DataError(
            "an output name that ends in .csv or .parquet where no Spark session runs",
            f"the table {name}",
            f"Rename --output, or {CLUSTER}.",
        )

    def write(self, table: pd.DataFrame, name: TableName) -> None:
        """Refuse every name."""
        del table
        self.check_output(name)


class DeltaFolder:
    """A Delta table in a folder, without a catalog.

    Args:
        url: path or URL of the folder; delta-rs takes credentials from the variables of its own documentation.

    Raises:
        DataError: it cannot be opened.
        MissingExtraError: ``deltalake`` is not installed.
    """

    def __init__(self, url: str) -> None:
        try:
            import deltalake
        except ImportError as error:
            raise MissingExtraError(
                f"the package that reads the Delta table at {url}",
                "an environment without it",
                f"Run: pip install 'mtadgat[delta]', or {CLUSTER}.",
            ) from error
        self._url = url
        try:
            self._table = deltalake.DeltaTable(url)
            self._types = {field.name: _type_name(field.type) for field in self._table.schema().fields}
        except Exception as error:
            raise self._unreadable(error) from error

    @property
    def columns(self) -> Mapping[str, str]:
        """Name of each column -> its type."""
        return self._types

    def values(self, column: str) -> Sequence[object]:
        """Return the distinct values of a column."""
        return list(self.read([column]).column(0).unique().to_pylist())

    def read(self, columns: Sequence[str], only: Mapping[str, Sequence[object]] | None = None) -> pa.Table:
        """Return some of the columns, of all rows or of those with some values."""
        filters = [(column, "in", list(values)) for column, values in (only or {}).items()] or None
        try:
            return self._table.to_pyarrow_table(columns=list(columns), filters=filters)
        except Exception as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: Exception) -> DataError:
        # delta-rs has errors for its own, for Arrow's and for each store's, without a common class.
        reason = " ".join(str(error).split())
        return DataError(
            f"a Delta table at {self._url} that the library deltalake reads",
            f"{type(error).__name__}: {reason}",
            f"Check {PATH_OPTION}, write the rows to parquet, or {CLUSTER}.",
        )


def _type_name(kind: Any) -> str:
    return str(kind.type)
