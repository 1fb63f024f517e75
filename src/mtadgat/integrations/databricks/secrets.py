"""Secrets: credentials for Azure storage from a Databricks secret scope."""

from __future__ import annotations

import os
from typing import Any

from mtadgat.data.storage.azure import VARIABLES
from mtadgat.errors import ConfigError


def load_azure_secrets(dbutils: Any, scope: str) -> list[str]:
    """Set the variables that `mtadgat.data.storage.azure` reads from the secrets of a scope.

    A key is named like its option, with hyphens: ``account-key``, ``sas-token``, ``connection-string``, or
    ``tenant-id``, ``client-id`` and ``client-secret``.

    Args:
        dbutils: the notebook's own.
        scope: name of the secret scope.

    Returns:
        Names of the variables that were set.

    Raises:
        ConfigError: the scope holds none of them, or may not be read.
    """
    keys = {option.replace("_", "-"): variable for option, variable in VARIABLES.items()}
    try:
        held = {found.key for found in dbutils.secrets.list(scope)}
    except Exception as error:  # what a notebook raises comes from Java
        raise ConfigError([f"secret-scope: expected a scope that you may read, got {scope!r}: {error}"]) from None
    found = {variable: key for key, variable in keys.items() if key in held}
    if not found:
        raise ConfigError([f"secret-scope: expected keys such as {', '.join(keys)} in {scope!r}, got {sorted(held)}"])
    for variable, key in found.items():
        os.environ[variable] = dbutils.secrets.get(scope, key)
    return list(found)
