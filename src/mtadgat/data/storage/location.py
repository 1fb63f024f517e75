"""Storage: files and folders on this machine, on the web, or wherever fsspec reaches.

A folder is listed three levels deep, or as deep as its partitions go; the layouts are recognised by the names alone.
Names that begin with ``.`` or ``_`` are left out, and so are texts such as ``README.txt``. Files that are pieces of
one table count as one file, as `mtadgat.data.storage.pieces` says. Over http(s) a file needs no listing; a folder
needs a server that lists it.
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
from mtadgat.data.storage.pieces import is_partitioned, tables_of
from mtadgat.data.storage.table_suffix import is_table, stem
from mtadgat.errors import DataError, MtadGatError, closest

LISTING_DEPTH, PARTITIONED_DEPTH = 3, 12
DOCUMENTS = frozenset({"readme", "read_me", "license", "licence", "copying", "notice", "changelog", "citation"})
"""Names of texts that come with data and are none."""
DELTA_LOG = "_delta_log"
"""The folder in which Delta keeps what is in a table."""


@dataclass(frozen=True)
class Location:
    """A file, or a folder with the names of the files below it.

    Args:
        url: path or URL, as the user wrote it.
        filesystem: the fsspec file system that reads it.
        root: its path there.
        files: name below the root -> paths of its pieces in order.
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
        return tuple(self.pieces(name))

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of the pieces of a file, one after another.

        Raises:
            DataError: a piece has gone, or cannot be reached.
        """
        for path in self.files[name]:
            with explained(self.url, self.filesystem, name):
                content = bytes(self.filesystem.cat_file(path))
            yield content

    def piece_names(self, name: str) -> tuple[str, ...]:
        """Return the names below the root that the pieces of a file have, in order."""
        root = "" if self.files[name] == (self.root,) else f"{self.root.rstrip('/')}/"
        return tuple(path.removeprefix(root) if root else self.name for path in self.files[name])


def open_location(url: str, join_files: bool | None = None) -> Location:
    """Open a file or folder and list it.

    Args:
        url: path or URL.
        join_files: whether the tables of a folder are one; None: where their names differ by a date alone.

    Raises:
        DataError: nothing is there, it cannot be reached, or it is a folder without data.
        MissingExtraError: the package for this kind of URL is not installed.
    """
    filesystem, path = open_filesystem(on_cluster(url), PATH_OPTION)
    with explained(url, filesystem, path):
        if _is_file(filesystem, path):
            return Location(url, filesystem, path, {_last_part(path): (path,)}, is_file=True)
        names = _listed(filesystem, path)
    if any(DELTA_LOG in name.split("/") for name in names):
        raise DataError(
            "text, parquet or npy files", f"a Delta table in the folder {url}", "Give the path of the table itself."
        )
    root = path.rstrip("/")
    data = [name for name in names if not is_hidden(name)]
    files = tables_of(data, join_files, root)
    if not files:
        raise DataError("data files", f"none in the folder {url}", f"Check {PATH_OPTION}.")
    whole = list(files) == [""]
    paths = {
        name or _last_part(root) + ("" if whole else _suffix(pieces[0])): tuple(f"{root}/{piece}" for piece in pieces)
        for name, pieces in files.items()
    }
    return Location(url, filesystem, root, paths, is_file=whole)


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


def _listed(filesystem: Any, path: str) -> list[str]:
    """Return the names of the files below a folder: partitions may lie deeper than other files."""
    root = path.rstrip("/")

    def names(depth: int) -> dict[str, bool]:
        found = filesystem.find(path, maxdepth=depth, withdirs=True, detail=True)
        entries = {
            str(entry)[len(root) :].strip("/"): each.get("type") != "directory" for entry, each in found.items()
        }
        return {name: is_file for name, is_file in entries.items() if name}

    found = names(LISTING_DEPTH)
    if any(
        not is_file and name.count("/") == LISTING_DEPTH - 1 and is_partitioned(name)
        for name, is_file in found.items()
    ):
        found = names(PARTITIONED_DEPTH)
    return [name for name, is_file in found.items() if is_file]


def is_hidden(name: str) -> bool:
    """Whether a file of this name below a folder is none of its data."""
    documents = name.lower().endswith(".txt") and stem(name).lower() in DOCUMENTS
    return documents or "?" in name or any(part.startswith((".", "_")) for part in name.split("/"))


def _suffix(name: str) -> str:
    return name.rpartition("/")[2][len(stem(name)) :]


def _neighbour(filesystem: Any, path: str) -> str:
    parent, _, last = path.rstrip("/").rpartition("/")
    if not parent or _is_web(filesystem):
        return ""
    try:
        return closest(last, [_last_part(name) for name in filesystem.ls(parent, detail=False)])
    except Exception:  # a hint is not worth an error of its own, whatever the backend raises
        return ""
