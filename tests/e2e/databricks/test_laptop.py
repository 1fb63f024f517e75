"""Training on a laptop publishes to the workspace, with no more than host, token and the name of an experiment."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import mlflow
import pytest

from checkout import ROOT
from mtadgat.errors import ConfigError
from mtadgat.integrations.mlflow.models.registry import check_name
from workspace import Workspace

Shell = Callable[..., CompletedProcess[str]]
README = (ROOT / "README.md").read_text()
SMALL = "--epochs 1 --window 10 --gru-hidden 8 --forecast-hidden 8 --reconstruction-hidden 8 --stride 40"


@pytest.mark.slow
def test_a_local_training_is_found_in_the_workspace(shell: Shell, client: Workspace) -> None:
    name = f"/Users/{client.user}/laptop"
    (training,) = re.findall(r"^mtadgat train .*main\.ml\.fleet$", README, re.MULTILINE)
    command = training.replace("mtadgat", "python -m mtadgat", 1).replace("ml.fleet", "ml.laptop")
    ended = shell(f"{command} {SMALL}", PYTHONPATH="src", MLFLOW_EXPERIMENT_NAME=name)
    assert ended.returncode == 0, ended.stderr
    assert client.token not in ended.stdout + ended.stderr
    (run,) = mlflow.search_runs(experiment_names=[name], output_format="list")
    assert run.info.status == "FINISHED"
    assert run.info.artifact_uri.startswith("dbfs:/databricks/mlflow-tracking/")
    registry = mlflow.MlflowClient(registry_uri="databricks-uc")
    assert registry.get_model_version_by_alias("main.ml.laptop", "champion").run_id == run.info.run_id


def test_the_doctor_is_content_in_the_checkout(shell: Shell, client: Workspace) -> None:
    (command,) = re.findall(r"^mtadgat doctor .*$", README, re.MULTILINE)
    ended = shell(f"python -m {command}", PYTHONPATH="src", MLFLOW_EXPERIMENT_NAME="/Shared/mtadgat")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert client.token not in ended.stdout + ended.stderr


def test_a_profile_serves_as_well_as_variables(
    client: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profiles = tmp_path / "profiles"
    profiles.write_text(f"[work]\nhost = {client.url}\ntoken = {client.token}\n")
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(profiles))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "databricks://work")
    for name in client.credentials:
        monkeypatch.delenv(name)
    assert mlflow.MlflowClient().create_experiment("/Shared/profile")


def test_unity_catalog_refuses_a_plain_name_before_any_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_REGISTRY_URI", "databricks-uc")
    check_name("main.ml.fleet")
    with pytest.raises(ConfigError, match=r"expected catalog.schema.model.*got 'fleet'"):
        check_name("fleet")
