"""Mounts: a container of Azure storage as a folder below ``/mnt``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mtadgat.errors import ConfigError


@dataclass(frozen=True)
class Container:
    """A container, and the secrets of a service principal that may read it.

    Args:
        account: name of the storage account.
        container: name of the container.
        scope: secret scope with the keys ``tenant-id``, ``client-id`` and ``client-secret``.
    """

    account: str
    container: str
    scope: str

    @property
    def source(self) -> str:
        """URL of the container."""
        return f"abfss://{self.container}@{self.account}.dfs.core.windows.net/"


def mount(dbutils: Any, container: Container, point: str) -> str:
    """Mount a container, unless it is already mounted.

    Args:
        dbutils: that of the notebook.
        container: the container to mount.
        point: the folder at which to mount it, such as ``/mnt/fleet``.

    Returns:
        A sentence that says what was done.

    Raises:
        ConfigError: a name is empty, the folder is not below ``/mnt``, or something else is mounted there.
    """
    empty = [name for name, value in vars(container).items() if not value]
    if empty or not point.startswith("/mnt/"):
        raise ConfigError(
            [f"expected values for account, container, scope and a point /mnt/..., got {container}, {point}"]
        )
    for mounted in dbutils.fs.mounts():
        if mounted.mountPoint.rstrip("/") == point.rstrip("/"):
            if mounted.source.rstrip("/") == container.source.rstrip("/"):
                return f"{container.source} is mounted at {point} already"
            raise ConfigError([f"mount-point: expected a free folder, got {point}, where {mounted.source} is mounted"])
    dbutils.fs.mount(source=container.source, mount_point=point, extra_configs=_configuration(dbutils, container))
    return f"mounted {container.source} at {point}"


def _configuration(dbutils: Any, container: Container) -> dict[str, str]:
    tenant, client, secret = (
        dbutils.secrets.get(container.scope, key) for key in ("tenant-id", "client-id", "client-secret")
    )
    login = f"https://login.microsoftonline.com/{tenant}/oauth2/token"
    return {
        "fs.azure.account.auth.type": "OAuth",
        "fs.azure.account.oauth.provider.type": "org.apache.hadoop.fs.azurebfs.oauth2.ClientCredsTokenProvider",
        "fs.azure.account.oauth2.client.id": client,
        "fs.azure.account.oauth2.client.secret": secret,
        "fs.azure.account.oauth2.client.endpoint": login,
    }
