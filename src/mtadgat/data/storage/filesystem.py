"""File system: the one of fsspec that reads and writes a URL, or the line to type where its package is absent."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import fsspec

from mtadgat.data.storage.azure import azure_explained, azure_options, connect, credentials_error, is_azure
from mtadgat.errors import DataError, MissingExtraError, MtadGatError

CONNECT_SECONDS, READ_SECONDS = 20, 120

PACKAGES = {
    **dict.fromkeys(("abfs", "abfss", "az"), "adlfs"),
    **dict.fromkeys(("s3", "s3a"), "s3fs"),
    **dict.fromkeys(("gs", "gcs"), "gcsfs"),
    **dict.fromkeys(("http", "https"), "aiohttp"),
    **dict.fromkeys(("ssh", "sftp"), "paramiko"),
    "hf": "huggingface_hub",
    "smb": "smbprotocol",
}
"""Protocol -> the package with which fsspec reads and writes it."""
ADLFS_OF_RUNTIMES = "adlfs==2023.8.0"
"""The latest release that leaves Databricks' runtimes their fsspec 2023.5, which other packages of theirs need."""


def open_filesystem(url: str, option: str) -> tuple[Any, str]:
    """Return the file system of a URL, and the path there.

    Args:
        url: path or URL.
        option: the option that gave it, for messages.

    Raises:
        DataError: fsspec does not know the protocol, or the store cannot be opened.
        MissingExtraError: the package for this kind of URL is not installed.
        ServiceError: the directory that gives tokens for the store does not answer.
    """
    protocol = url.partition("://")[0].lower() if "://" in url else "file"
    if protocol == "adl":
        successor = "Give the address of its successor: abfss://container@account.dfs.core.windows.net/path."
        raise DataError("a store that still exists", f"{url} of Data Lake Storage Gen1, retired in 2024", successor)
    try:
        with azure_explained(url):
            filesystem, path = fsspec.core.url_to_fs(url, **_web_options(protocol), **azure_options(url))
            if is_azure(url):
                connect(filesystem, url)
    except MtadGatError:
        raise
    except Exception as error:
        # Some backends connect at once, and each has its own family of errors.
        raise _explained(error, url, protocol, option) from error
    filesystem.invalidate_cache()
    return filesystem, str(path)


def _explained(error: Exception, url: str, protocol: str, option: str) -> MtadGatError:
    package = PACKAGES.get(protocol)
    if isinstance(error, ImportError) or (package and find_spec(package) is None):
        expected, got = f"the package that opens {protocol}:// URLs", "an environment without it"
        return MissingExtraError(expected, got, _remedy(package) if package else f"{error}.")
    if is_azure(url):
        return credentials_error(url, error)
    if isinstance(error, ValueError):
        return DataError("a path or a URL that fsspec opens", f"{url!r}: {error}", f"Check {option}.")
    reason = f"{type(error).__name__}: {' '.join(str(error).split())}"
    return DataError(f"a store that answers at {url}", reason, "Check the address, the network and the permissions.")


def _remedy(package: str) -> str:
    if "DATABRICKS_RUNTIME_VERSION" in os.environ:
        if package != "adlfs":
            return f"Use a volume (/Volumes/...), or add {package} to the libraries of the job."
        return f"Add {ADLFS_OF_RUNTIMES} to the libraries of the job; in a notebook: %pip install {ADLFS_OF_RUNTIMES}"
    if package != "adlfs":
        return f"Run: pip install {package}"
    in_checkout = Path("envs/azure.txt").is_file()
    return f"Run: pip install {'-r envs/azure.txt' if in_checkout else repr('mtadgat[azure]')}"


def _web_options(protocol: str) -> dict[str, Any]:
    if protocol not in ("http", "https"):
        return {}
    try:
        import aiohttp
    except ImportError:
        return {}
    # aiohttp's own limits end a large download after five minutes, and it ignores HTTPS_PROXY unless told.
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=READ_SECONDS)
    return {"client_kwargs": {"timeout": timeout, "trust_env": True}}
