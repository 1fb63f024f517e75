"""A workspace for the session, and projects to send to it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from checkout import ROOT
from workspace import Workspace
from workspace.cluster import what_is_missing


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A workspace that can do all but run jobs where the machine lacks something."""
    with Workspace(tmp_path_factory.mktemp("workspace")) as running:
        yield running


@pytest.fixture(scope="session")
def cluster_maker(workspace: Workspace) -> Workspace:
    """The workspace, where this machine can run its jobs; the test skips where it cannot."""
    missing = what_is_missing()
    if missing:
        pytest.skip(f"jobs cannot run here: {missing}")
    return workspace


@pytest.fixture
def client(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """This process as a client of the workspace, as on a laptop with host and token set."""
    for name, value in client_variables(workspace).items():
        monkeypatch.setenv(name, value)
    return workspace


def client_variables(workspace: Workspace) -> dict[str, str]:
    """The variables that a person sets who has host and token."""
    return {
        **workspace.credentials,
        "MLFLOW_TRACKING_URI": "databricks",
        "DATABRICKS_CONFIG_FILE": os.devnull,
    }


Shell = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone-like copy of the project: what git tracks, without what a working tree gathers."""
    copy = tmp_path_factory.mktemp("checkout") / "mtadgat"
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file() and not name.startswith("tests/"):
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_bytes((ROOT / name).read_bytes())
    return copy


@pytest.fixture(scope="session")
def shell(workspace: Workspace, checkout: Path) -> Shell:
    """Runs a command line in the checkout as a person does who has host and token."""
    bare = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"

    def run(command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-c", command],
            cwd=checkout,
            env={**bare, **client_variables(workspace), "PATH": path, **variables},
            capture_output=True,
            text=True,
            check=False,
        )

    return run
