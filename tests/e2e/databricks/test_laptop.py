"""Training on a laptop publishes to the workspace, with no more than host, token and the name of an experiment."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import mlflow
import pytest

from checkout import ROOT
from mtadgat.config import ModelConfig, TrackingConfig
from mtadgat.errors import ConfigError, ModelNotFoundError
from mtadgat.integrations.mlflow.models.model_files import THROUGH_WORKSPACE
from mtadgat.integrations.mlflow.models.registry import check_name
from mtadgat.integrations.mlflow.runs.mlflow_tracking import MlflowTracking
from mtadgat.tracking.protocols import RunLabel
from workspace import Workspace
from workspace.catalog import AWS_CREDENTIALS, AZURE_CREDENTIALS

Shell = Callable[..., CompletedProcess[str]]
README = (ROOT / "README.md").read_text()
CREDENTIALS = "generate-temporary-credentials"
SMALL = "--epochs 1 --window 10 --gru-hidden 8 --forecast-hidden 8 --reconstruction-hidden 8 --stride 40"

Vended = dict[str, dict[str, str]] | None


def training(name: str) -> str:
    """README's training command, in this checkout, for a model of another name."""
    (command,) = re.findall(r"^mtadgat train .*main\.ml\.fleet$", README, re.MULTILINE)
    return command.replace("mtadgat", "python -m mtadgat", 1).replace("main.ml.fleet", name)


@pytest.mark.slow
@pytest.mark.parametrize("vended", [None, AZURE_CREDENTIALS], ids=["files API", "credentials"])
def test_a_model_is_published_from_a_laptop_and_comes_back(
    shell: Shell, client: Workspace, monkeypatch: pytest.MonkeyPatch, vended: Vended
) -> None:
    monkeypatch.setattr(client.catalog, "vended", vended)
    asked = len(client.requests)
    experiment = {"PYTHONPATH": "src", "MLFLOW_EXPERIMENT_NAME": f"/Users/{client.user}/laptop"}
    ended = shell(f"{training('main.ml.laptop')} {SMALL}", **experiment)
    assert ended.returncode == 0, ended.stderr
    assert client.token not in ended.stdout + ended.stderr
    run = mlflow.search_runs(experiment_names=[experiment["MLFLOW_EXPERIMENT_NAME"]], output_format="list")[0]
    assert run.info.status == "FINISHED"
    assert run.info.artifact_uri.startswith("dbfs:/databricks/mlflow-tracking/")
    champion = mlflow.MlflowClient(registry_uri="databricks-uc").get_model_version_by_alias(
        "main.ml.laptop", "champion"
    )
    assert (champion.run_id, champion.status) == (run.info.run_id, "READY")
    for command in ("evaluate", "predict"):
        ended = shell(
            f"python -m mtadgat {command} --fpath demo --model models:/main.ml.laptop@champion", **experiment
        )
        assert ended.returncode == 0, ended.stderr
        assert f"version {champion.version} of main.ml.laptop" in ended.stdout + ended.stderr
    assert not any(CREDENTIALS in request for request in client.requests[asked:])
    assert client.unknown == []


@pytest.mark.slow
def test_who_asks_for_credentials_of_the_storage_is_told_what_they_need(
    shell: Shell, client: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client.catalog, "vended", AWS_CREDENTIALS)
    variables = {"PYTHONPATH": "src", "MLFLOW_EXPERIMENT_NAME": "/Shared/storage", THROUGH_WORKSPACE.name: "false"}
    elsewhere = {"MLFLOW_S3_ENDPOINT_URL": "http://127.0.0.1:9"}  # for those who have boto3
    ended = shell(f"{training('main.ml.storage')} {SMALL}", **variables, **elsewhere)
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    assert f"Unset {THROUGH_WORKSPACE.name}" in ended.stderr
    assert any(CREDENTIALS in request for request in client.requests)


@pytest.mark.parametrize("uri", ["models:/main.ml.pumps/99", "models:/main.ml.pumps@champion", "models:/main.ml.no/1"])
def test_a_model_that_is_not_in_the_catalog_is_an_error_that_lists_what_is_there(client: Workspace, uri: str) -> None:
    registry = mlflow.MlflowClient(registry_uri="databricks-uc")
    if not any(model.name == "main.ml.pumps" for model in registry.search_registered_models()):
        registry.create_registered_model("main.ml.pumps")
    with pytest.raises(
        ModelNotFoundError, match=rf"Expected a model at {uri}; got registered models: .*main\.ml\.pumps"
    ):
        MlflowTracking().find_model(ModelConfig(model=uri), RunLabel("predict", "demo"))


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
    mlflow.MlflowClient().create_experiment("/Shared/profile")
    with MlflowTracking().run(RunLabel("train", "demo"), TrackingConfig(experiment="/Shared/profile")) as tracker:
        tracker.log_text("a note", "note.txt")
    run = mlflow.get_run(tracker.run_id).info
    folder = f"/WorkspaceInternal/Mlflow/Artifacts/{run.experiment_id}/Runs/{run.run_id}/artifacts"
    assert (run.status, client.files.listing(folder)) == ("FINISHED", ["note.txt"])


def test_unity_catalog_refuses_a_plain_name_before_any_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_REGISTRY_URI", "databricks-uc")
    check_name("main.ml.fleet")
    with pytest.raises(ConfigError, match=r"expected catalog.schema.model.*got 'fleet'"):
        check_name("fleet")
