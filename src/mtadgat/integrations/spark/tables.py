"""Tables: what the Spark session of this process reads from a catalog or a Delta folder, and writes to a catalog.

Only the DataFrame API is used, so that the session may be a classic one or one over Spark Connect. Rows travel as
Arrow, in which a time keeps its zone: `toPandas` would give the wall clock of the session.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from mtadgat.config.data import PATH_OPTION
from mtadgat.data.storage.delta import LocalTables
from mtadgat.data.storage.location import has_delta_log
from mtadgat.data.storage.table_store import StoredTable, TableName, quoted
from mtadgat.errors import DataError, MtadGatError, ServiceError, closest, redacted
from mtadgat.integrations.mlflow.quiet import minimum_level
from mtadgat.integrations.spark.session import IGNORED_WARNING, active_session, running_session

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

PREDICTED = frozenset({"score", "threshold", "is_anomaly"})
"""Columns by which a table is known to hold predictions, and may be replaced by others."""
MAX_REASON_LENGTH = 500
"""Characters that are kept of the first line of an error of Spark."""
FORBIDDEN = ("INSUFFICIENT_PERMISSIONS", "PERMISSION_DENIED", "UnauthorizedAccess")


class SparkTables:
    """The tables that the Spark session of this process reads and writes; without one, those of any machine.

    The session is looked for when the first table is named.
    """

    def table(self, name: TableName) -> StoredTable:
        """Open a table or view of a catalog."""
        session = self._session()
        if session is None:
            return LocalTables().table(name)
        with _explained(f"a table or view {name} that Spark can read", f"Check {PATH_OPTION} and the grants on it."):
            try:
                return SparkTable(session.table(name.quoted), str(name))
            except Exception as error:
                reason = _reason(error)
                if "NOT_FOUND" not in reason or name.table not in reason:  # a view may lack a table of its own
                    raise
                near = closest(name.table, _tables_beside(session, name))
                raise DataError(
                    f"a table or view {name} in a catalog of this cluster, or a file of that name",
                    f"neither{near}",
                    f"Check {PATH_OPTION}: its catalog, its schema and its table.",
                ) from None

    def delta_folder(self, url: str) -> StoredTable | None:
        """Open a folder that Delta manages, or return None where none is."""
        is_remote = "://" in url and not url.startswith("file:")
        if not is_remote and not has_delta_log(url):
            return None
        # A folder of files at a URL is no reason to start Spark, as a child process of a driver would.
        session = active_session() if is_remote else self._session()
        if session is None:
            return LocalTables().delta_folder(url)
        with _explained(f"a Delta table at {url} that Spark can read", f"Check {PATH_OPTION} and the grants on it."):
            try:
                return SparkTable(session.read.format("delta").load(_spark_path(url)), url)
            except Exception as error:
                if _is_forbidden(_reason(error)):
                    raise
                if is_remote:  # Spark has its own credentials for a URL: it was asked whether Delta is there
                    return None
                if "DATA_SOURCE_NOT_FOUND" in _reason(error):  # a Spark without Delta
                    return LocalTables().delta_folder(url)
                raise

    def check_output(self, name: TableName) -> None:
        """Refuse a name that cannot be written, or that is not one of predictions."""
        session = self._session()
        if session is None:
            LocalTables().check_output(name)
        with _explained(f"a table {name} that Spark can write", "Check --output and the grants on its schema."):
            if not session.catalog.databaseExists(name.quoted_schema):
                raise DataError(
                    f"a schema {name.catalog}.{name.schema} for the output",
                    "none of that name",
                    "Check --output, or create the schema.",
                )
            if session.catalog.tableExists(name.quoted):
                _refuse_to_replace(session, name)

    def write(self, table: pd.DataFrame, name: TableName) -> None:
        """Write a table of predictions; one that an earlier prediction wrote is replaced.

        Delta, in which Databricks keeps managed tables, replaces rows and columns in one commit.
        """
        self.check_output(name)
        with _explained(f"a table {name} that Spark can write", "Check --output and the grants on its schema."):
            rows = self._session().createDataFrame(_as_arrow(table))
            rows.write.mode("overwrite").option("overwriteSchema", "true").saveAsTable(name.quoted)

    def _session(self) -> Any:
        with _explained("the Spark session of this process", "Attach to a cluster, or read files."):
            return running_session()


class SparkTable:
    """A table that Spark reads.

    Args:
        frame: the data frame of Spark that has its rows.
        name: its name, for messages.
    """

    def __init__(self, frame: Any, name: str) -> None:
        self._frame, self._name = frame, name
        self._types = {field.name: str(field.dataType.simpleString()) for field in frame.schema.fields}

    @property
    def columns(self) -> Mapping[str, str]:
        """Name of each column -> its type."""
        return self._types

    def values(self, column: str) -> Sequence[object]:
        """Return the distinct values of a column."""
        with _explained(f"rows of {self._name} that Spark can read", "Check the grants on it."):
            return list(self._frame.select(quoted(column)).distinct().toArrow().column(0).to_pylist())

    def read(self, columns: Sequence[str], only: Mapping[str, Sequence[object]] | None = None) -> pa.Table:
        """Return some of the columns, of all rows or of those with some values."""
        remedy = "Check the grants on it. If it is too large, leave columns out with --ignore-columns, or read a view."
        with _explained(f"rows of {self._name} that Spark can read", remedy):
            frame = self._frame
            for column, values in (only or {}).items():
                frame = frame.filter(frame[quoted(column)].isin(list(values)))
            return frame.select([quoted(column) for column in columns]).toArrow()


def _refuse_to_replace(session: Any, name: TableName) -> None:
    columns = list(session.table(name.quoted).columns)
    is_view = "VIEW" in str(session.catalog.getTable(name.quoted).tableType).upper()
    if is_view or not set(columns) >= PREDICTED:
        kind = "a view" if is_view else f"a table with the columns {', '.join(columns)}"
        raise DataError(
            "an --output that is a new table, or one that holds predictions and may be replaced",
            f"{name}, {kind}",
            "Give another name, or drop it first.",
        )


def _as_arrow(table: pd.DataFrame) -> pa.Table:
    import pyarrow as pa

    rows = pa.Table.from_pandas(table, preserve_index=False)
    instant = pa.timestamp("us", "UTC")
    kinds = [instant if pa.types.is_timestamp(field.type) else field.type for field in rows.schema]
    # Nanoseconds are cut off: Spark has none.
    return rows.cast(pa.schema(list(zip(rows.column_names, kinds, strict=True))), safe=False)


def _spark_path(url: str) -> str:
    """Return a path as Spark reads it, for which a bare one is not on this machine."""
    if "://" in url or url.startswith(("dbfs:", "/Volumes/")):
        return url
    if url.startswith("/dbfs/"):
        return "dbfs:" + url.removeprefix("/dbfs")
    return f"file://{os.path.abspath(os.path.expanduser(url))}"  # noqa: PTH100, PTH111  a path need not be one of pathlib


def _tables_beside(session: Any, name: TableName) -> list[str]:
    try:
        return [str(row["tableName"]) for row in session.sql(f"SHOW TABLES IN {name.quoted_schema}").collect()]
    except Exception:  # a hint is not worth an error of its own
        return []


@contextmanager
def _explained(expected: str, remedy: str) -> Iterator[None]:
    """Turn whatever Spark raises into an error of ours, without the trace of Java.

    Raises:
        DataError: Spark does not know what it was asked for, or may not do it.
        ServiceError: it failed while it did it.
    """
    # Warnings about pandas, and the log of errors of SQL as JSON, are nothing that users can act on.
    with warnings.catch_warnings(), minimum_level(logging.CRITICAL + 1, "SQLQueryContextLogger"):
        warnings.filterwarnings("ignore", message=IGNORED_WARNING)
        try:
            yield
        except MtadGatError:
            raise
        except Exception as error:
            # Without Spark Connect's own classes: they can only be imported where it is used.
            kinds = {kind.__name__ for kind in type(error).__mro__}
            reason = _reason(error)
            if kinds & {"AnalysisException", "ParseException"} or _is_forbidden(reason):
                raise DataError(expected, reason, remedy) from None
            raise ServiceError(expected, reason, remedy) from None


def _is_forbidden(reason: str) -> bool:
    return any(word in reason for word in FORBIDDEN)


def _reason(error: Exception) -> str:
    """Return the line that says what happened, of a text that goes on with plans and traces."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    if len(lines) > 1 and lines[0].startswith("An error occurred while calling"):  # Py4J's own first line
        lines = lines[1:]
    return redacted(lines[0].lstrip(": ")[:MAX_REASON_LENGTH]) if lines else type(error).__name__
