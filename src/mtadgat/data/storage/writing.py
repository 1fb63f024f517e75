"""Writing: tables are written to a file or URL, whole or not at all."""

from __future__ import annotations

import os
import shlex
import tempfile
from pathlib import Path

import pandas as pd
from fsspec import AbstractFileSystem
from fsspec.implementations.local import LocalFileSystem

from mtadgat.atomic_file import atomic_file
from mtadgat.data.storage.azure import azure_explained, is_azure
from mtadgat.data.storage.dbfs import on_cluster
from mtadgat.data.storage.filesystem import open_filesystem
from mtadgat.data.storage.place import place
from mtadgat.errors import DataError, ServiceError

SUFFIXES = (".csv", ".parquet")


def check_output(url: str) -> None:
    """Refuse what `write_table` would refuse, before any work is done.

    Raises:
        DataError: it is a folder, the suffix is none of `SUFFIXES`, or the URL cannot be written to.
        MissingExtraError: the package for this kind of URL is not installed.
    """
    check_file(url, "output", SUFFIXES, "On a cluster it may be a table: catalog.schema.table.")


def check_file(url: str, option: str, suffixes: tuple[str, ...], alternative: str = "") -> None:
    """Refuse a name that cannot be that of a file to write, before any work is done.

    Args:
        url: file or URL.
        option: the option that gave it, for messages.
        suffixes: those that the name may have, in any case.
        alternative: what else it may be, as a sentence.

    Raises:
        DataError: it is a folder, or lies below a file; its suffix is another, or the URL cannot be written to.
        MissingExtraError: the package for this kind of URL is not installed.
    """
    where = place(url)
    local = Path(where.path)
    if url.endswith("/") or (not where.store and local.is_dir()):
        inside = shlex.quote(f"{url.rstrip('/')}/{option}{suffixes[0]}")
        raise DataError(f"a file for --{option}", f"the folder {url}", f"Name a file in it: --{option} {inside}")
    if not url.lower().endswith(suffixes):
        remedy = " ".join(filter(None, (f"Rename --{option}.", alternative)))
        raise DataError(f"a name for --{option} that ends in {' or '.join(suffixes)}", repr(url), remedy)
    if where.store:
        open_filesystem(url, f"--{option}")
        return
    above = next(folder for folder in local.parents if folder.exists())
    if not above.is_dir() or not os.access(above, os.W_OK | os.X_OK):
        kind = "a folder that may not be written to" if above.is_dir() else "a file"
        raise DataError(f"a folder for --{option} {url}", f"{above}, {kind}", f"Choose another --{option}.")


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
        try:
            system.put_file(str(file), path, **options)
        except FileNotFoundError:  # a store with folders: object stores have none, and must not be asked to make them
            system.makedirs(path.rpartition("/")[0], exist_ok=True)
            system.put_file(str(file), path, **options)
