"""A stand-in of ``dbutils``: widgets, notebooks that run notebooks, secrets and mounts, by its rules.

Notebooks lie in a folder that stands for ``/Workspace``; wherever their text names that, it is pointed there.
"""

from __future__ import annotations

import os
import re
import sys
from collections import namedtuple
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FIRST_LINE = "# Databricks notebook source"
CELL_END = "# COMMAND ----------"
INLINED = re.compile(r"# MAGIC %run (\S+)")
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


class Shown:
    """A value of Java, which shows itself with ``get()``."""

    def __init__(self, value: str) -> None:
        self.value = value

    def get(self) -> str:
        return self.value


class EntryPoint:
    """The chain of calls that leads to the path of a notebook in the workspace.

    Args:
        path: the path, or None where the driver hides it.
    """

    def __init__(self, path: str | None) -> None:
        self.path = path

    def getDbutils(self) -> EntryPoint:  # noqa: N802
        return self

    def notebook(self) -> EntryPoint:
        return self

    def getContext(self) -> EntryPoint:  # noqa: N802
        return self

    def notebookPath(self) -> Shown:  # noqa: N802
        if self.path is None:
            raise RuntimeError("py4j.security.Py4JSecurityException: notebookPath() is not whitelisted")
        return Shown(self.path)


class Notebook:
    """Runs other notebooks, and knows where it is."""

    def __init__(self, dbutils: DbUtils, path: str | None) -> None:
        self.dbutils = dbutils
        self.entry_point = EntryPoint(path)

    def exit(self, value: str) -> None:
        raise NotebookExit(value)

    def run(self, path: str, timeout_seconds: int, arguments: dict[str, str] | None = None) -> str:
        return self.dbutils.run(path, arguments or {})


@dataclass
class Driver:
    """What the notebooks that run one another share.

    Args:
        workspace: the folder that stands for ``/Workspace``.
        secrets: scope -> key -> secret.
        fs: mounts.
        working_folder: where notebooks run, if not in their own folders.
        shows_paths: whether a notebook may ask where it is.
    """

    workspace: Path
    secrets: dict[str, dict[str, str]] = field(default_factory=dict)
    fs: Files = field(default_factory=Files)
    working_folder: Path | None = None
    shows_paths: bool = True


class DbUtils:
    """What a notebook finds as ``dbutils``.

    Args:
        driver: what it shares with other notebooks.
        folder: where it looks for other notebooks.
        arguments: what the caller hands over.
        path: where the notebook is, below ``/Workspace``.
    """

    def __init__(
        self, driver: Driver, folder: Path, arguments: dict[str, str] | None = None, path: str | None = None
    ) -> None:
        self.driver, self.folder = driver, folder
        self.widgets = Widgets(arguments or {})
        self.secrets = Secrets(driver.secrets)
        self.fs = driver.fs
        self.notebook = Notebook(self, path if driver.shows_paths else None)

    def run(self, path: str, arguments: dict[str, str]) -> str:
        """Run a notebook in its folder, and return the value that it ends with."""
        file = (self.folder / path).with_suffix(".py").resolve()
        place = "/" + str(file.relative_to(self.driver.workspace).with_suffix(""))
        inner = DbUtils(self.driver, file.parent, arguments, place)
        scope: dict[str, Any] = {"__name__": "__main__", "dbutils": inner}
        before, path_before = Path.cwd(), list(sys.path)
        os.chdir(self.driver.working_folder or file.parent)
        try:
            for cell in self._cells(file):
                exec(compile(cell, str(file), "exec"), scope)
        except NotebookExit as ended:
            return str(ended)
        finally:
            os.chdir(before)
            sys.path[:] = path_before
        return ""

    def _cells(self, file: Path) -> Iterator[str]:
        """Yield the cells of a notebook, those of one that it inlines with ``%run`` in its place."""
        first, _, text = file.read_text().partition("\n")
        if first != FIRST_LINE:
            raise ValueError(f"{file} is no notebook in source format")
        for cell in text.split(CELL_END):
            inlined = INLINED.match(cell.strip())
            if inlined is None:
                yield cell.replace("/Workspace", str(self.driver.workspace))
            elif cell.strip() != inlined[0]:
                raise ValueError(f"%run stands alone in its cell, got {cell!r}")
            else:
                yield from self._cells((file.parent / inlined[1]).with_suffix(".py"))
