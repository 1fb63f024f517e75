"""Writing: tables are written to a file or URL, whole or not at all."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd
from fsspec import AbstractFileSystem
from fsspec.implementations.local import LocalFileSystem

from mtadgat.atomic_file import atomic_file
from mtadgat.data.storage.azure import azure_explained, is_azure
from mtadgat.data.storage.dbfs import on_cluster
from mtadgat.data.storage.filesystem import open_filesystem
from mtadgat.errors import DataError, ServiceError

SUFFIXES = (".csv", ".parquet")


def check_output(url: str) -> None:
    """Refuse a name whose suffix is not that of a format, before any work is done.

    Raises:
        DataError: the suffix is none of `SUFFIXES`.
    """
    if not url.lower().endswith(SUFFIXES):
        remedy = "Rename --output. On a cluster it may be a table: catalog.schema.table."
        raise DataError(f"an output name that ends in {' or '.join(SUFFIXES)}", repr(url), remedy)


def write_table(table: pd.DataFrame, url: str) -> None:
    """Write a table as CSV or parquet, by the suffix of the name, to any URL that fsspec opens.

    Raises:
        DataError: the suffix is none of `SUFFIXES`, or the URL cannot be written to.
        ServiceError: the store does not answer.
    """
    check_output(url)
    url = on_cluster(url)
    system, path = open_filesystem(url, "--output")
    local = isinstance(system, LocalFileSystem)
    try:
        with azure_explained(url):
            if local:
                with atomic_file(Path(path)) as file:
                    save_table(table, file)
            else:
                _upload(table, url, system, path)
    except (OSError, ValueError, ImportError) as error:
        got, remedy = f"{url}: {error}", "Choose another --output."
        if isinstance(error, OSError) and not local and not isinstance(error, (PermissionError, FileNotFoundError)):
            raise ServiceError("a store that accepts the output", got, "Try again, or choose another.") from error
        raise DataError("an output that can be written", got, remedy) from error


def save_table(table: pd.DataFrame, file: Path) -> None:
    """Write a table to a file on this machine, as parquet if its suffix says so, else as CSV."""
    if file.suffix.lower() == ".parquet":
        table.to_parquet(file, index=False)
    else:
        table.to_csv(file, index=False)


def _upload(table: pd.DataFrame, url: str, system: AbstractFileSystem, path: str) -> None:
    # Object stores show an upload when it is complete; a whole local file is one upload.
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"table{Path(path).suffix}"
        save_table(table, file)
        # adlfs replaces a file only where it is told to, in the release that goes with Databricks' runtimes.
        options = {"overwrite": True} if is_azure(url) else {}
        system.put_file(str(file), path, **options)
