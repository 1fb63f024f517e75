"""A bundle as the Databricks CLI resolves it: one target merged over what all share, variables put in."""

from __future__ import annotations

import re
from functools import reduce
from pathlib import Path
from typing import Any

import yaml

USER = "someone@example.com"
KEYS = ("task_key", "job_cluster_key", "name")
"""By which items of lists are merged; a task names its job cluster, so its own key comes first."""
REFERENCE = re.compile(r"\$\{([^}]+)\}")


class Bundle:
    """A bundle on disk.

    Args:
        file: the file called ``databricks.yml``.
    """

    def __init__(self, file: Path) -> None:
        self.content: dict[str, Any] = yaml.safe_load(file.read_text())

    @property
    def targets(self) -> list[str]:
        """The names of the targets."""
        return list(self.content["targets"])

    @property
    def required(self) -> set[str]:
        """The variables that have no default."""
        return {name for name, variable in self.content["variables"].items() if "default" not in variable}

    def resources(self, target: str, **variables: object) -> dict[str, Any]:
        """Return the resources of a target, with the values of variables.

        Raises:
            KeyError: a reference leads nowhere, or a variable has no value.
        """
        chosen = self.content["targets"][target]
        defaults = {
            name: variable["default"] for name, variable in self.content["variables"].items() if "default" in variable
        }
        resources = merged(self.content.get("resources", {}), chosen.get("resources", {}))
        scope = {
            "bundle": {"name": self.content["bundle"]["name"], "target": target},
            "workspace": {"current_user": {"userName": USER}},
            "var": {**defaults, **chosen.get("variables", {}), **variables},
            "resources": resources,
        }
        return _resolved(resources, scope)


def merged(base: Any, over: Any) -> Any:
    """Return a value laid over another: maps by key, lists of maps by their own keys, other lists joined."""
    if isinstance(base, dict) and isinstance(over, dict):
        return base | {key: merged(base[key], value) if key in base else value for key, value in over.items()}
    if isinstance(base, list) and isinstance(over, list):
        items: dict[object, Any] = {}
        for number, item in enumerate([*base, *over]):
            own = next((item[key] for key in KEYS if isinstance(item, dict) and key in item), number)
            items[own] = merged(items[own], item) if own in items else item
        return list(items.values())
    return over


def _resolved(value: Any, scope: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key: _resolved(item, scope) for key, item in value.items()}
    if isinstance(value, list):
        return [_resolved(item, scope) for item in value]
    if not isinstance(value, str):
        return value
    whole = REFERENCE.fullmatch(value)
    if whole:
        return _resolved(_found(whole[1], scope), scope)
    return REFERENCE.sub(lambda found: str(_resolved(_found(found[1], scope), scope)), value)


def _found(path: str, scope: dict[str, Any]) -> Any:
    return reduce(lambda inner, name: inner[name], path.split("."), scope)
