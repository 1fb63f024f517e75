"""A stand-in of ``dbutils``: widgets, notebooks that run notebooks, secrets and mounts, by its rules."""

from __future__ import annotations

import os
import sys
from collections import namedtuple
from pathlib import Path
from typing import Any

FIRST_LINE = "# Databricks notebook source"
MountInfo = namedtuple("MountInfo", ["mountPoint", "source", "encryptionType"])
SecretMetadata = namedtuple("SecretMetadata", ["key"])


class NotebookExit(BaseException):
    """Ends a notebook with a value."""


class Widgets:
    """Widgets of one notebook.

    Args:
        arguments: what the caller hands over; they win over defaults.
    """

    def __init__(self, arguments: dict[str, str]) -> None:
        if not all(isinstance(value, str) for value in arguments.values()):
            raise TypeError(f"arguments of a notebook are texts, got {arguments}")
        self.arguments, self.shown = arguments, {}

    def text(self, name: str, default: str, label: str | None = None) -> None:
        if not isinstance(default, str):
            raise TypeError(f"a widget's default is a text, got {default!r}")
        self.shown.setdefault(name, default)

    def dropdown(self, name: str, default: str, choices: list[str], label: str | None = None) -> None:
        if default not in choices:
            raise ValueError(f"default {default!r} is none of {choices}")
        self.text(name, default, label)

    def get(self, name: str) -> str:
        if name in self.arguments:
            return self.arguments[name]
        if name in self.shown:
            return self.shown[name]
        raise RuntimeError(f"InputWidgetNotDefined: No input widget named {name} is defined")


class Secrets:
    """Secrets by scope and key."""

    def __init__(self, held: dict[str, dict[str, str]]) -> None:
        self.held = held

    def list(self, scope: str) -> list[SecretMetadata]:
        if scope not in self.held:
            raise RuntimeError(f"Scope {scope} does not exist!")
        return [SecretMetadata(key) for key in self.held[scope]]

    def get(self, scope: str, key: str) -> str:
        if key not in self.held.get(scope, {}):
            raise RuntimeError(f"Secret does not exist with scope: {scope} and key: {key}")
        return self.held[scope][key]


class Files:
    """Mounts."""

    def __init__(self) -> None:
        self.mounted: list[MountInfo] = []
        self.configurations: list[dict[str, str]] = []

    def mounts(self) -> list[MountInfo]:
        return list(self.mounted)

    def mount(self, source: str, mount_point: str, extra_configs: dict[str, str]) -> bool:
        if any(known.mountPoint == mount_point for known in self.mounted):
            raise RuntimeError(f"Directory already mounted: {mount_point}")
        self.mounted.append(MountInfo(mount_point, source, ""))
        self.configurations.append(extra_configs)
        return True


class Library:
    """Nothing is installed here."""

    def restartPython(self) -> None:  # noqa: N802
        pass


class Notebook:
    """Runs other notebooks."""

    def __init__(self, dbutils: DbUtils) -> None:
        self.dbutils = dbutils

    def exit(self, value: str) -> None:
        raise NotebookExit(value)

    def run(self, path: str, timeout_seconds: int, arguments: dict[str, str] | None = None) -> str:
        return self.dbutils.run(path, arguments or {})


class DbUtils:
    """What a notebook finds as ``dbutils``.

    Args:
        folder: where notebooks are looked for.
        secrets: scope -> key -> secret.
        arguments: what the caller hands over.
        fs: mounts, shared by all notebooks.
    """

    def __init__(
        self,
        folder: Path,
        secrets: dict[str, dict[str, str]] | None = None,
        arguments: dict[str, str] | None = None,
        fs: Files | None = None,
    ) -> None:
        self.folder = folder
        self.widgets = Widgets(arguments or {})
        self.secrets = Secrets(secrets or {})
        self.fs = fs or Files()
        self.library = Library()
        self.notebook = Notebook(self)

    def run(self, path: str, arguments: dict[str, str]) -> str:
        """Run a notebook in its folder, and return the value that it ends with."""
        file = (self.folder / path).with_suffix(".py").resolve()
        text = file.read_text()
        if not text.startswith(FIRST_LINE + "\n"):
            raise ValueError(f"{file} is no notebook in source format")
        inner = DbUtils(file.parent, self.secrets.held, arguments, self.fs)
        scope: dict[str, Any] = {"__name__": "__main__", "dbutils": inner}
        before, path_before = Path.cwd(), list(sys.path)
        os.chdir(file.parent)
        try:
            exec(compile(text, str(file), "exec"), scope)
        except NotebookExit as ended:
            return str(ended)
        finally:
            os.chdir(before)
            sys.path[:] = path_before
        return ""
