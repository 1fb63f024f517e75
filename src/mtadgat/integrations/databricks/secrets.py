"""Secrets: credentials for Azure storage from a Databricks secret scope."""

from __future__ import annotations

import os
from typing import Any

from mtadgat.data.storage.azure import VARIABLES
from mtadgat.errors import ConfigError


def load_azure_secrets(dbutils: Any, scope: str) -> list[str]:
    """Set the variables that `mtadgat.data.storage.azure` reads from the secrets of a scope.

    A secret is named like the option, with hyphens: ``account-key``, ``sas-token``, ``connection-string``, or
    ``tenant-id``, ``client-id`` and ``client-secret``.

    Args:
        dbutils: that of the notebook.
        scope: name of the secret scope.

    Returns:
        The names of the variables that were set.

    Raises:
        ConfigError: the scope has none of these secrets, or may not be read.
    """
    keys = {option.replace("_", "-"): variable for option, variable in VARIABLES.items()}
    try:
        secrets = {secret.key for secret in dbutils.secrets.list(scope)}
    except Exception as error:  # dbutils raises errors of Java
        raise ConfigError([f"secret-scope: expected a scope that you may read, got {scope!r}: {error}"]) from None
    matches = {variable: key for key, variable in keys.items() if key in secrets}
    if not matches:
        raise ConfigError(
            [f"secret-scope: expected keys such as {', '.join(keys)} in {scope!r}, got {sorted(secrets)}"]
        )
    for variable, key in matches.items():
        os.environ[variable] = dbutils.secrets.get(scope, key)
    return list(matches)
