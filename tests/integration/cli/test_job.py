"""Inside a job on Databricks success ends quietly, and a failure is recorded with the project's run."""

from __future__ import annotations

import sys
from pathlib import Path

import mlflow
import pytest

from mtadgat.cli.job import job


@pytest.fixture
def run_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The id of the project's run, as MLflow's client opens it before it sends the job."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/tracking.db")
    client = mlflow.MlflowClient()
    opened = client.create_run(client.create_experiment("jobs"))
    monkeypatch.setenv("MLFLOW_RUN_ID", opened.info.run_id)
    return str(opened.info.run_id)


def test_success_ends_without_an_exit(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["launch.py", "--version"])
    job()
    assert capsys.readouterr().out.startswith("mtadgat, version")


def test_a_command_line_that_is_wrong_fails_the_run_with_the_reason(
    run_id: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["launch.py", "train", "--windw", "3"])
    with pytest.raises(SystemExit, match="2"):
        job()
    run = mlflow.get_run(run_id)
    assert run.info.status == "FAILED"
    assert "--windw" in run.data.tags["mtadgat.error"]
    assert "--windw" in capsys.readouterr().err


def test_a_run_that_has_ended_keeps_its_reason(run_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mlflow.MlflowClient().set_terminated(run_id, "KILLED")
    monkeypatch.setattr(sys, "argv", ["launch.py", "train", "--fpath", "nowhere.csv"])
    with pytest.raises(SystemExit, match="2"):
        job()
    assert mlflow.get_run(run_id).info.status == "KILLED"
