"""Azure: credentials for ``abfss://container@account.dfs.core.windows.net/path``, and errors that say what to do.

Credentials come from variables of the environment, the first of these that is set: a connection string, an account
key, a SAS token, a service principal (tenant, client id and client secret). Where none is set, Azure's default
credential is tried: a managed identity, the Azure command line, and so on.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

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


def is_azure(url: str) -> bool:
    """Whether a URL is one of Azure's storage."""
    return url.partition("://")[0].lower() in PROTOCOLS


def azure_options(url: str) -> dict[str, str]:
    """Return the options for fsspec that open a URL, none if the URL is not Azure's.

    The options are passed explicitly because fsspec keeps using the first credentials that it has seen.
    """
    if not is_azure(url):
        return {}
    options = {option: os.environ[name] for option, name in VARIABLES.items() if os.environ.get(name)}
    if "@" in url:
        options.pop("account_name", None)
    return options


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
        container = re.search(r"No such container: '(.*)'", str(error))
        if container:
            raise DataError(
                "a container that exists", f"{url}: no container {container[1]}", "Make it, or check the address."
            ) from None
        if not kinds:
            raise
        reason = f"{url}: {_first_line(error)}"
        if kinds & {"ServiceRequestError", "ServiceResponseError"}:
            raise ServiceError("a store that answers", reason, "Check the account name and the network.") from None
        raise DataError(f"credentials that open {url}", _first_line(error), _remedy()) from None


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    codes = [line for line in lines[1:] if line.startswith("ErrorCode:")]
    return redacted(" ".join([f"{type(error).__name__}: {lines[0] if lines else ''}", *codes]))


def _remedy() -> str:
    given = [name for name in VARIABLES.values() if os.environ.get(name)]
    if not given:
        names = ", ".join(name for option, name in VARIABLES.items() if option != "account_name")
        return f"None is set: set one of {names}, or log in with `az login`."
    return f"Check {', '.join(given)}, and the role on the container."
