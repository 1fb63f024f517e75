"""Inside `mlflow run` the project's run is joined, finished and marked as what happened to it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from mlflow import MlflowClient
from mlflow.entities import Run

from checkout import ROOT
from mtadgat.tracking import names

pytestmark = pytest.mark.slow

SOURCE = ROOT / "src"
PROJECT = """
name: tiny
databricks_spark_job:
  python_libraries: [mlflow]
entry_points:
  main:
    command: "python job.py"
"""
JOB = """
import sys, time
sys.path.insert(0, {source!r})
from mtadgat.config import TrackingConfig
from mtadgat.integrations.mlflow.runs.mlflow_tracking import MlflowTracking
from mtadgat.tracking.protocols import RunLabel

tracking = MlflowTracking()
with tracking.run(RunLabel("run", "plant"), TrackingConfig()) as outer:
    outer.log_parameters({{"learning_rate": 0.001, "window": 10}})
    with tracking.run(RunLabel("train", "plant"), TrackingConfig()) as inner:
        inner.log_metrics({{"loss": 0.5}})
        if "{fate}" == "fail":
            raise ValueError("no rows")
        if "{fate}" == "wait":
            open("waiting", "w").close()
            time.sleep(300)
"""


@pytest.fixture
def project(store: Path, process_environment: dict[str, str]) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts `mlflow run` on a project of which the fate is known; what still runs afterwards is ended."""
    processes = []

    def start(fate: str, *words: str) -> subprocess.Popen[str]:
        folder = store / "project"
        folder.mkdir()
        (folder / "MLproject").write_text(PROJECT)
        (folder / "job.py").write_text(JOB.format(source=str(SOURCE), fate=fate))
        command = [sys.executable, "-m", "mlflow", "run", str(folder), "-b", "local", "-P", "learning_rate=1e-3"]
        process = subprocess.Popen(
            [*command, *words],
            cwd=store,
            env={**process_environment, "MLFLOW_TRACKING_URI": f"sqlite:///{store}/mlflow.db"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        for member in family(process):
            member.kill()
        process.communicate(timeout=30)


def family(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """Return a process and those that it started, as far as they run."""
    try:
        known = psutil.Process(process.pid)
        return [*known.children(recursive=True), known]
    except psutil.NoSuchProcess:
        return []


def recorded(experiment: str) -> tuple[Run, Run]:
    """Return the project's run and the run in it, the only ones there are."""
    runs = MlflowClient().search_runs([found.experiment_id for found in MlflowClient().search_experiments()])
    outer = next(run for run in runs if "mlflow.parentRunId" not in run.data.tags)
    (inner,) = (run for run in runs if run is not outer)
    assert MlflowClient().get_experiment(outer.info.experiment_id).name == experiment
    assert inner.info.experiment_id == outer.info.experiment_id
    assert inner.data.tags["mlflow.parentRunId"] == outer.info.run_id
    return outer, inner


@pytest.mark.parametrize(("words", "experiment"), [((), "Default"), (("--experiment-name", "team"), "team")])
def test_the_projects_run_is_joined_and_finished(
    project: Callable[..., subprocess.Popen[str]], words: tuple[str, ...], experiment: str
) -> None:
    process = project("pass", *words)
    output, _ = process.communicate(timeout=240)
    assert process.returncode == 0, output
    outer, inner = recorded(experiment)
    assert (outer.info.status, inner.info.status) == ("FINISHED", "FINISHED")
    assert outer.data.params == {"learning_rate": "1e-3", "window": "10"}
    assert outer.data.tags["mlflow.project.entryPoint"] == "main"
    assert outer.data.tags[names.TAG_COMMAND] == "run"
    assert inner.data.metrics == {"loss": 0.5}


def test_a_failing_project_is_marked_failed(project: Callable[..., subprocess.Popen[str]]) -> None:
    process = project("fail")
    output, _ = process.communicate(timeout=240)
    assert process.returncode != 0, output
    outer, inner = recorded("Default")
    assert (outer.info.status, inner.info.status) == ("FAILED", "FAILED")
    assert outer.data.tags[names.TAG_ERROR] == inner.data.tags[names.TAG_ERROR] == "ValueError: no rows"


def test_an_interrupted_project_is_marked_killed(project: Callable[..., subprocess.Popen[str]], store: Path) -> None:
    process = project("wait")
    for _ in range(960):
        if (store / "project" / "waiting").exists() or process.poll() is not None:
            break
        time.sleep(0.25)
    (job,) = [child for child in family(process) if "job.py" in child.cmdline()]
    job.send_signal(signal.SIGINT)
    process.communicate(timeout=120)
    _, inner = recorded("Default")
    assert inner.info.status == "KILLED"
