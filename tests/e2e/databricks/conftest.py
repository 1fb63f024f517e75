"""A workspace for the session, and projects to send to it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import mlflow
import pytest
from mlflow.entities import Run

from checkout import ROOT
from workspace import Workspace
from workspace.cluster import what_is_missing
from workspace.jobs import Job


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


EXPERIMENT = "/Shared/mtadgat"
Shell = Callable[..., subprocess.CompletedProcess[str]]
Submit = Callable[..., tuple[Job, Run]]


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


@pytest.fixture(scope="module")
def submit(cluster_maker: Workspace, shell: Shell) -> Iterator[Submit]:
    """Runs a command and waits for its job; gives the job and its MLflow run."""

    def run(command: str, **variables: str) -> tuple[Job, Run]:
        ended = shell(command, **{"MLFLOW_EXPERIMENT_NAME": EXPERIMENT, **variables})
        assert ended.returncode == 0, ended.stderr
        assert cluster_maker.token not in ended.stdout + ended.stderr
        job = cluster_maker.wait(int(re.findall(r"job run with ID (\d+)", ended.stderr)[0]))
        return job, mlflow.get_run(_mlflow_run(cluster_maker, job))

    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("MLFLOW_TRACKING_URI", "databricks")
        for name, value in cluster_maker.credentials.items():
            patched.setenv(name, value)
        yield run


def _mlflow_run(workspace: Workspace, job: Job) -> str:
    name = job.body["spark_python_task"]["python_file"].removeprefix("dbfs:/")
    return re.findall(r'"MLFLOW_RUN_ID": "(\w+)"', (workspace.files.dbfs / name).read_text())[0]
