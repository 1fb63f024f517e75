"""DBFS: ``dbfs:/path`` is the folder ``/dbfs/path`` on a cluster; a volume is the same folder with or without it."""

from __future__ import annotations

from pathlib import Path

from mtadgat.errors import DataError

MOUNT = Path("/dbfs")


def on_cluster(url: str) -> str:
    """Return the folder behind a ``dbfs:`` URL; other paths and URLs as they are.

    Raises:
        DataError: it is one, and this machine is not a cluster.
    """
    if not url.lower().startswith("dbfs:"):
        return url
    path = "/" + url[len("dbfs:") :].lstrip("/")
    if path.startswith("/Volumes/"):
        return path
    if not MOUNT.is_dir():
        raise DataError(
            "a location that this machine can reach",
            f"{url}, which only Databricks clusters see",
            "Run with -b databricks, or give the address of the storage, such as abfss:// or s3://.",
        )
    return f"{MOUNT}{path}"
