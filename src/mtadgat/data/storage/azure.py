"""Azure: credentials for ``abfss://container@account.dfs.core.windows.net/path``, and errors that say what to do.

Credentials come from variables of the environment, the first of these that is set: a connection string, an account
key, a SAS token, a service principal (tenant, client id and client secret). Where none is set, Azure's default
credential is tried: a managed identity, the Azure command line, and so on. Other clouds are known by the host of the
URL, such as ``account.dfs.core.chinacloudapi.cn``; where their directory is another too, Azure's own variable
``AZURE_AUTHORITY_HOST`` names it. The oldest adlfs is 2023.8.0, the last for the fsspec of Databricks' runtimes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from fsspec.asyn import sync

from mtadgat.errors import DataError, MtadGatError, ServiceError, redacted

PROTOCOLS = ("abfs", "abfss", "az")

VARIABLES = {
    "account_name": "AZURE_STORAGE_ACCOUNT_NAME",
    "connection_string": "AZURE_STORAGE_CONNECTION_STRING",
    "account_key": "AZURE_STORAGE_ACCOUNT_KEY",
    "sas_token": "AZURE_STORAGE_SAS_TOKEN",
    "tenant_id": "AZURE_STORAGE_TENANT_ID",
    "client_id": "AZURE_STORAGE_CLIENT_ID",
    "client_secret": "AZURE_STORAGE_CLIENT_SECRET",
}
"""Option of adlfs -> the variable that holds it."""
HOST_VARIABLE = "AZURE_STORAGE_ACCOUNT_HOST"
"""The variable that wins over the host of a URL: where the blob service has another address, as of an emulator."""
PUBLIC_CLOUD = ".core.windows.net"
TOKEN_SCOPE = "https://storage.azure.com/.default"


def is_azure(url: str) -> bool:
    """Whether a URL is one of Azure's storage."""
    return url.partition("://")[0].lower() in PROTOCOLS


def azure_options(url: str) -> dict[str, Any]:
    """Return the options for fsspec that open a URL, none if the URL is not Azure's; `connect` completes the work.

    They are passed explicitly because fsspec keeps using the first credentials that it has seen. The account of the
    URL wins over that of the environment.

    Raises:
        DataError: no account is named.
    """
    if not is_azure(url):
        return {}
    options: dict[str, Any] = {option: os.environ[name] for option, name in VARIABLES.items() if os.environ.get(name)}
    host = urlsplit(url).hostname or ""
    if "@" in url:
        options.pop("account_name", None)
        if not host.endswith(PUBLIC_CLOUD):  # there adlfs takes the account from the URL itself
            options["account_name"] = host.partition(".")[0]
    elif not {"account_name", "connection_string"} & options.keys():
        remedy = f"Write abfss://container@account.dfs{PUBLIC_CLOUD}/path, or set {VARIABLES['account_name']}."
        raise DataError("a storage account", f"{url}, which names none", remedy)
    if "connection_string" not in options and "AZURE_STORAGE_ANON" not in os.environ:
        options["anon"] = False  # earlier releases of adlfs try no default credential unless they are told to
    return {**options, "skip_instance_cache": True} if _blob_host(url) else options


def connect(filesystem: Any, url: str) -> None:
    """Lead a file system of adlfs to the host of its URL, and ask for a token where it needs one.

    Raises:
        azure.core.exceptions.AzureError: the directory refuses, or does not answer.
    """
    host = _blob_host(url)
    if host:
        filesystem.account_host = host  # an option in later releases only
        filesystem.do_connect()
    if filesystem.connection_string is None and hasattr(filesystem.credential, "get_token"):
        # A refusal within a request is repeated for more than a minute before it is told.
        sync(filesystem.loop, filesystem.credential.get_token, TOKEN_SCOPE)


def _blob_host(url: str) -> str:
    """Return the host of the blob service, empty where it is that of the account in the public cloud."""
    given = os.environ.get(HOST_VARIABLE, "").removeprefix("https://").rstrip("/")
    host = urlsplit(url).hostname or ""
    if given or "@" not in url or host.endswith(PUBLIC_CLOUD):
        return given
    return host.replace(".dfs.", ".blob.", 1)


@contextmanager
def azure_explained(url: str) -> Iterator[None]:
    """Turn what Azure's libraries raise into a `DataError` or `ServiceError`, without secrets.

    Raises:
        DataError: the container is absent, or the credentials do not open it.
        ServiceError: the store does not answer.
    """
    try:
        yield
    except MtadGatError:
        raise
    except Exception as error:
        kinds = {kind.__name__ for kind in type(error).__mro__ if kind.__module__.startswith("azure.")}
        if re.search("No such container|Container does not exist", str(error)):
            remedy = "Make it, or check the address."
            raise DataError("a container that exists", f"{url}: no container {_container(url)}", remedy) from None
        if not kinds:
            raise
        reason = f"{url}: {_first_line(error)}"
        if kinds & {"ServiceRequestError", "ServiceResponseError"}:
            raise ServiceError("a store that answers", reason, "Check the account name and the network.") from None
        raise credentials_error(url, error) from None


def credentials_error(url: str, error: Exception) -> DataError:
    """Return the error for credentials that are refused, or of which half is missing."""
    return DataError(f"credentials that open {url}", _first_line(error), _remedy())


def _container(url: str) -> str:
    return urlsplit(url).netloc.partition("@")[0]


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    codes = [line for line in lines[1:] if line.startswith("ErrorCode:")]
    return redacted(" ".join([f"{type(error).__name__}: {lines[0].rstrip('.') if lines else ''}", *codes]))


def _remedy() -> str:
    names = [name for option, name in VARIABLES.items() if option != "account_name"]
    given = [name for name in names if os.environ.get(name)]
    if not given:
        return f"None is set: set one of {', '.join(names)}, or log in with `az login`."
    return f"Check {', '.join(given)}, and the role on the container."
