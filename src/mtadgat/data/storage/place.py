"""Place: where a path or URL leads, whatever its spelling.

``d.csv``, ``./d.csv``, ``file:///work/d.csv``, a symbolic or hard link to it, and ``D.CSV`` where file names ignore
case are one place; so are ``s3://`` and ``s3a://``, and all spellings of a file in Azure's storage. What is compared
are addresses: nothing is asked of a remote store.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from mtadgat.data.storage.dbfs import on_cluster

STORES = {
    **dict.fromkeys(("abfs", "abfss", "az"), "azure"),
    **dict.fromkeys(("s3", "s3a"), "s3"),
    **dict.fromkeys(("gs", "gcs"), "gs"),
    **dict.fromkeys(("http", "https"), "web"),
    **dict.fromkeys(("sftp", "ssh"), "sftp"),
}
"""Protocol -> the store that it reaches, where several spell the same."""
AZURE_HOST = re.compile(r"([a-z0-9]+)\.(?:blob|dfs)\.core\..*")


class Place(NamedTuple):
    """Where a path or URL leads.

    Args:
        store: kind of store; empty for this machine.
        host: server or account; empty if there is none, or the URL leaves it to the environment.
        path: absolute path there, its bucket included, without a slash at its end; without symbolic links on this
            machine.
    """

    store: str
    host: str
    path: str

    def leads_to(self, other: Place) -> bool:
        """Whether both are the same file or folder."""
        return self._is_beside(other) and (self.path == other.path or self._is_linked(other))

    def lies_in(self, folder: Place) -> bool:
        """Whether this is a file or folder somewhere below a folder."""
        return self._is_beside(folder) and self.path.startswith(folder.path.rstrip("/") + "/")

    def name_in(self, folder: Place) -> str:
        """Return the path below a folder in which this lies."""
        return self.path[len(folder.path.rstrip("/")) + 1 :]

    def _is_beside(self, other: Place) -> bool:
        # An account that stands in the environment may be any.
        return self.store == other.store and (self.host == other.host or not self.host or not other.host)

    def _is_linked(self, other: Place) -> bool:
        if self.store:
            return False
        try:
            return os.path.samefile(self.path, other.path)  # noqa: PTH121  pathlib has it for one that exists
        except OSError:
            return False


def place(url: str) -> Place:
    """Return where a path or URL leads.

    Raises:
        DataError: it is a ``dbfs:`` URL, and this machine is not a cluster.
    """
    url = on_cluster(url.strip())
    protocol, separator, rest = url.partition("://")
    protocol = protocol.lower()
    if not separator or protocol in ("file", "local"):
        path = rest.removeprefix("localhost") if separator else url.removeprefix("file:")
        return Place("", "", str(Path(path).expanduser().resolve()))
    parts = urlsplit(url)
    store = STORES.get(protocol, protocol)
    path = unquote(parts.path) if store == "web" else parts.path
    return _remote(store, parts.netloc, re.sub("/+", "/", f"/{path}").rstrip("/"))


def _remote(store: str, netloc: str, path: str) -> Place:
    user, _, host = netloc.rpartition("@")
    found = AZURE_HOST.fullmatch(host.lower())
    if store == "azure":
        account = found[1] if found else host.lower() if user else ""
        return Place(store, account, f"/{user or host}{path}")
    if store == "web" and found:
        return Place("azure", found[1], path)
    if store in ("web", "sftp"):
        return Place(store, host.lower(), path)
    return Place(store, "", re.sub("/+", "/", f"/{netloc}{path}"))
