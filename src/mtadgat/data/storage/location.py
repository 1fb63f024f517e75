"""Storage: files and folders on this machine, on the web, or wherever fsspec reaches.

A folder is listed once, three levels deep, and the layouts are recognised by the names alone. Names that begin with
``.`` or ``_`` are left out. The pieces ``part-*`` that Spark writes into a folder count as one file, named after the
folder. Over http(s) a file needs no listing; a folder needs a server that lists it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from mtadgat.config.data import PATH_OPTION
from mtadgat.data.storage.azure import azure_explained
from mtadgat.data.storage.dbfs import on_cluster
from mtadgat.data.storage.filesystem import open_filesystem
from mtadgat.errors import DataError, MtadGatError, closest

TABLE_SUFFIXES = (".csv", ".txt", ".tsv", ".parquet", ".npy", ".feather", ".arrow")
COMPRESSION_SUFFIXES = (".gz", ".zip", ".bz2", ".zst", ".xz")
"""What may be written behind them."""

LISTING_DEPTH = 3
DELTA_LOG = "_delta_log"
"""The folder in which Delta keeps what is in a table."""


def stem(name: str) -> str:
    """Return the last part of a path without the suffixes of a table: ``asd/train.csv.gz`` gives ``train``."""
    last = _uncompressed_name(name.rpartition("/")[2])
    for suffix in TABLE_SUFFIXES:
        if last.lower().endswith(suffix):
            return last[: -len(suffix)]
    return last


def is_table(name: str) -> bool:
    """Whether the suffix of a name is one of a table that can be read."""
    return _uncompressed_name(name).lower().endswith(TABLE_SUFFIXES)


def _uncompressed_name(name: str) -> str:
    suffix = next((suffix for suffix in COMPRESSION_SUFFIXES if name.lower().endswith(suffix)), "")
    return name[: len(name) - len(suffix)]


@dataclass(frozen=True)
class Location:
    """A file, or a folder with the names of the files below it.

    Args:
        url: path or URL, as the user wrote it.
        filesystem: the fsspec file system that reads it.
        root: its path there.
        files: name below the root -> paths of its pieces, more than one if Spark wrote them.
        is_file: whether it is a single file.
    """

    url: str
    filesystem: Any
    root: str
    files: Mapping[str, tuple[str, ...]]
    is_file: bool

    @property
    def name(self) -> str:
        """The last part of its path."""
        return _last_part(self.root)

    @property
    def folder(self) -> str:
        """The name of the folder that holds it, empty if there is none."""
        return self.root.rpartition("/")[0].rpartition("/")[2]

    @property
    def is_web(self) -> bool:
        """Whether it is read over http(s), where folders have no reliable listing."""
        return _is_web(self.filesystem)

    def read(self, name: str) -> tuple[bytes, ...]:
        """Return the bytes of a file, one item for each piece.

        Raises:
            DataError: the file has gone, or cannot be reached.
        """
        with explained(self.url, self.filesystem, name):
            return tuple(bytes(self.filesystem.cat_file(path)) for path in self.files[name])


def open_location(url: str) -> Location:
    """Open a file or folder and list it.

    Args:
        url: path or URL.

    Raises:
        DataError: nothing is there, it cannot be reached, or it is a folder without data.
        MissingExtraError: the package for this kind of URL is not installed.
    """
    filesystem, path = open_filesystem(on_cluster(url), PATH_OPTION)
    with explained(url, filesystem, path):
        if _is_file(filesystem, path):
            return Location(url, filesystem, path, {_last_part(path): (path,)}, is_file=True)
        paths = [str(file) for file in filesystem.find(path, maxdepth=LISTING_DEPTH)]
    root = path.rstrip("/")
    names = [file[len(root) :].lstrip("/") for file in paths]
    if any(DELTA_LOG in name.split("/") for name in names):
        raise DataError(
            "text, parquet or npy files", f"a Delta table in the folder {url}", "Give the path of the table itself."
        )
    files = _files(root, names)
    if not files:
        raise DataError("data files", f"none in the folder {url}", f"Check {PATH_OPTION}.")
    whole = list(files) == [""]
    return Location(url, filesystem, root, {_last_part(root): files[""]} if whole else files, is_file=whole)


def has_delta_log(url: str) -> bool:
    """Whether a path or URL is the folder of a Delta table.

    Raises:
        DataError: the address cannot be reached.
        MissingExtraError: the package for this kind of URL is not installed.
    """
    filesystem, path = open_filesystem(on_cluster(url), PATH_OPTION)
    if _is_web(filesystem):
        return False
    with explained(url, filesystem, path):
        return bool(filesystem.isdir(f"{path.rstrip('/')}/{DELTA_LOG}"))


def sibling_folders(location: Location, max_folders: int) -> dict[str, list[str]]:
    """Return the names of the files in the other folders of the parent folder.

    Args:
        location: a folder.
        max_folders: folders to look into, which bounds the requests to a remote store.
    """
    parent = location.root.rpartition("/")[0]
    if not parent or location.is_web:
        return {}
    with explained(location.url, location.filesystem, parent):
        entries = location.filesystem.ls(parent, detail=True)
        folders = [entry["name"].rstrip("/") for entry in entries if entry["type"] == "directory"]
        others = [folder for folder in sorted(folders) if folder != location.root][:max_folders]
        return {
            _last_part(folder): [_last_part(name) for name in location.filesystem.ls(folder, detail=False)]
            for folder in others
        }


def folder_above(location: Location, levels: int) -> str:
    """Return the path of the folder some levels above, in the form in which `open_location` reads it."""
    return str(location.filesystem.unstrip_protocol("/".join(location.root.split("/")[:-levels])))


@contextmanager
def explained(url: str, filesystem: Any, path: str) -> Iterator[None]:
    """Turn whatever a store raises into a `DataError` that names the address.

    Raises:
        DataError: the block raised.
    """
    try:
        with azure_explained(url):
            yield
    except MtadGatError:
        raise
    except FileNotFoundError:
        near = _neighbour(filesystem, path)
        raise DataError(f"a file or folder at {url}", f"nothing there{near}", f"Check {PATH_OPTION}.") from None
    except Exception as error:
        # Every fsspec backend has its own family of errors; the address is what the user can correct.
        reason = " ".join(str(error).split())
        raise DataError(
            f"data that can be read at {url}",
            f"{type(error).__name__}{': ' + reason if reason else ''}",
            "Check the address, the network and the permissions.",
        ) from error


def _is_web(filesystem: Any) -> bool:
    return "http" in filesystem.protocol


def _is_file(filesystem: Any, path: str) -> bool:
    if _is_web(filesystem):
        return is_table(urlsplit(path).path) or not filesystem.isdir(path)
    return bool(filesystem.info(path)["type"] == "file")


def _last_part(path: str) -> str:
    bare = urlsplit(path).path if "://" in path else path
    return unquote(bare.rstrip("/").rpartition("/")[2])


def _files(root: str, names: list[str]) -> dict[str, tuple[str, ...]]:
    pieces: dict[str, list[str]] = {}
    for path in sorted(names):
        if "?" in path or any(part.startswith((".", "_")) for part in path.split("/")):
            continue
        name = path
        folder, _, last = path.rpartition("/")
        if last.startswith("part-"):
            name = folder if not folder or is_table(folder) else folder + last[len(stem(last)) :]
        pieces.setdefault(name, []).append(f"{root}/{path}")
    return {name: tuple(paths) for name, paths in pieces.items()}


def _neighbour(filesystem: Any, path: str) -> str:
    parent, _, last = path.rstrip("/").rpartition("/")
    if not parent or _is_web(filesystem):
        return ""
    try:
        return closest(last, [_last_part(name) for name in filesystem.ls(parent, detail=False)])
    except Exception:  # a hint is not worth an error of its own, whatever the backend raises
        return ""
