"""Outputs: tables written to a file or URL, whole or not at all."""

from __future__ import annotations

import tempfile
from pathlib import Path

import fsspec
import pandas as pd
from fsspec.implementations.local import LocalFileSystem

from mtadgat.data.storage.azure import azure_explained, azure_options
from mtadgat.data.storage.dbfs import on_cluster
from mtadgat.errors import DataError, ServiceError

ENDINGS = (".csv", ".parquet")


def check_output(url: str) -> None:
    """Refuse a name whose ending is no known format, before any work is done.

    Raises:
        DataError: the ending is unknown.
    """
    if not url.lower().endswith(ENDINGS):
        raise DataError(f"an output name that ends in {' or '.join(ENDINGS)}", repr(url), "Rename --output.")


def write_table(table: pd.DataFrame, url: str) -> None:
    """Write a table as CSV or parquet, by the ending of the name, on any URL that fsspec opens.

    Raises:
        DataError: the ending is unknown, or the place cannot be written to.
        ServiceError: the store does not answer.
    """
    check_output(url)
    url = on_cluster(url)
    local = True
    try:
        with azure_explained(url):
            system, path = fsspec.url_to_fs(url, **azure_options(url))
            local = isinstance(system, LocalFileSystem)
            if local:
                _write_local(table, Path(path))
            else:
                _upload(table, system, path)
    except (OSError, ValueError, ImportError) as error:
        got, remedy = f"{url}: {error}", "Choose another --output."
        if isinstance(error, OSError) and not local and not isinstance(error, (PermissionError, FileNotFoundError)):
            raise ServiceError("a store that takes the output", got, "Try again, or choose another.") from error
        raise DataError("an output that can be written", got, remedy) from error


def _write_local(table: pd.DataFrame, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Aside in the same folder: a rename is atomic only within one file system.
    aside = path.with_name(f".{path.name}.part")
    try:
        _serialise(table, aside, path.suffix)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def _upload(table: pd.DataFrame, system: fsspec.AbstractFileSystem, path: str) -> None:
    # Object stores show an upload when it is complete; a whole local file is one upload.
    with tempfile.TemporaryDirectory() as folder:
        aside = Path(folder) / "table"
        _serialise(table, aside, Path(path).suffix)
        system.put_file(str(aside), path)


def _serialise(table: pd.DataFrame, file: Path, suffix: str) -> None:
    if suffix.lower() == ".parquet":
        table.to_parquet(file, index=False)
    else:
        table.to_csv(file, index=False)
