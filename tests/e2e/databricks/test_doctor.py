"""The doctor says in plain words what keeps a job from running, and never shows a secret."""

from __future__ import annotations

import json
from pathlib import Path

import mlflow
import pytest
from click.testing import CliRunner, Result

from checkout import ROOT
from mtadgat.cli import main
from mtadgat.integrations.mlflow.models import model_files
from workspace import Workspace
from workspace.http import failure

CLUSTER = ROOT / "cluster_definitions" / "training_cluster.json"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty working folder: this checkout is not weighed."""
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    monkeypatch.delenv("MLFLOW_EXPERIMENT_NAME", raising=False)


def doctor(*words: str) -> Result:
    return CliRunner().invoke(main, ["doctor", *words])


def test_a_project_that_is_large_to_upload_is_told(
    client: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "MLproject").write_text("name: small")
    (tmp_path / "mlruns").mkdir()
    (tmp_path / "mlruns" / "artifact").write_bytes(b"0" * 2_000_000)
    monkeypatch.chdir(tmp_path)
    assert "ok     project     0 MB are uploaded" in doctor().output
    (tmp_path / "data").mkdir()
    with (tmp_path / "data" / "rows.csv").open("wb") as sparse:
        sparse.truncate(300_000_000)
    assert "300 MB are uploaded with each run (data 300 MB, MLproject 0 MB): run from a clean" in doctor().output


def test_all_is_well(client: Workspace, tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_text("a,b\n1,2\n")
    mlflow.MlflowClient().create_experiment("/Shared/doctor")
    ended = doctor("--experiment", "/Shared/doctor", "--cluster", str(CLUSTER), "--fpath", str(tmp_path))
    assert ended.exit_code == 0, ended.output
    assert "WRONG" not in ended.output
    for words in (
        f"accepted, as {client.user}",
        "/Shared/doctor accepts runs",
        "can be sent",
        "1 files can be listed",
    ):
        assert words in ended.output
    assert client.token not in ended.output
    experiment = mlflow.get_experiment_by_name("/Shared/doctor")
    assert mlflow.MlflowClient().search_runs([experiment.experiment_id]) == []


def test_without_host_the_variables_are_named(client: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABRICKS_HOST")
    monkeypatch.delenv("DATABRICKS_TOKEN")
    ended = doctor()
    assert ended.exit_code == 1
    for words in ("databricks auth login", "DATABRICKS_CONFIG_PROFILE", "DATABRICKS_TOKEN", "DATABRICKS_CLIENT_ID"):
        assert words in ended.output


def test_a_service_principal_serves_as_well_as_a_token(client: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABRICKS_TOKEN")
    for name, value in client.principal.items():
        monkeypatch.setenv(name, value)
    ended = doctor()
    assert ended.exit_code == 0, ended.output
    assert "accepted, as" in ended.output
    assert client.principal["DATABRICKS_CLIENT_SECRET"] not in ended.output


def test_local_tracking_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/tracking.db")
    assert "set MLFLOW_TRACKING_URI=databricks" in doctor().output


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DATABRICKS_HOST", "http://127.0.0.1:9", "does not answer: check DATABRICKS_HOST"),
        ("DATABRICKS_HOST", "https://a.azuredatabricks.net/?o=1", "profile, to https://a.azuredatabricks.net\n"),
        ("DATABRICKS_HOST", "https://a.cloud.databricks.com/browse#job/1", "to https://a.cloud.databricks.com\n"),
        ("DATABRICKS_HOST", "a.azuredatabricks.net", "to https://a.azuredatabricks.net\n"),
        ("DATABRICKS_TOKEN", "dapi-wrong-token", "refused (403), so it may have expired: log in with"),
    ],
)
def test_a_wrong_host_or_token_is_told_and_nothing_more_is_tried(
    client: Workspace, monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)
    ended = doctor()
    assert ended.exit_code == 1
    assert words in ended.output
    assert "experiment" not in ended.output
    assert "dapi-wrong-token" not in ended.output
    assert client.token not in ended.output


@pytest.mark.parametrize(
    ("experiment", "words"),
    [
        ("fleet", "fleet is not an absolute path"),
        ("/Users/other@example.com/fleet", "may not see /Users/other@example.com/fleet"),
        ("/Shared/none/fleet", "sees no folder /Shared/none"),
        ("/Shared/new", "/Shared/new will be created by the first run"),
    ],
)
def test_an_experiment_that_cannot_be_used_is_told(client: Workspace, experiment: str, words: str) -> None:
    assert words in doctor("--experiment", experiment).output


def test_a_workspace_without_dbfs_root_is_pointed_to_the_bundle(
    client: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client.files, "dbfs_root", False)
    assert "use scripts/databricks/databricks.yml" in doctor().output


def test_a_registry_whose_files_cannot_be_moved_from_here_is_told(
    client: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (
        "ok     registry    Unity Catalog: register models as catalog.schema.model; their files go " in doctor().output
    )
    monkeypatch.setenv(model_files.THROUGH_WORKSPACE.name, "false")
    monkeypatch.setattr(model_files, "CLOUD_LIBRARIES", ("mlflow",))
    assert "their files go to its cloud storage, with mlflow" in doctor().output
    monkeypatch.setattr(model_files, "CLOUD_LIBRARIES", ("no-such-library",))
    ended = doctor()
    assert ended.exit_code == 1
    assert f"Unset {model_files.THROUGH_WORKSPACE.name}, or run `pip install 'mlflow[databricks]'`" in ended.output


def test_a_workspace_without_unity_catalog_is_told(client: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = failure(404, "METASTORE_DOES_NOT_EXIST", "No metastore assigned for the current workspace.")
    monkeypatch.setattr(client.catalog, "answer", lambda request: refusal)
    monkeypatch.setattr(client, "routes", client._routes())
    ended = doctor()
    assert ended.exit_code == 1
    assert "WRONG  registry    Unity Catalog refuses: METASTORE_DOES_NOT_EXIST" in ended.output
    assert "set MLFLOW_REGISTRY_URI=databricks if" in ended.output


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"new_cluster": {}}, "keep only what is inside"),
        ({"existing_cluster_id": "x"}, "MLflow starts a new one"),
        ({"node_type": "x"}, "node_type: the Jobs API has no such field"),
        ({"spark_version": "16.4.x-cpu-ml-scala2.13"}, "expected 17.3 LTS ML or later, such as 18.x-cpu-ml-scala2.13"),
        ({"spark_version": "18.x-scala2.13"}, "expected a runtime for machine learning"),
        ({"num_workers": 0}, "is_single_node=true instead of 0"),
        ({"is_single_node": True}, "needs kind=CLASSIC_PREVIEW"),
        ({"kind": "CLASSIC_PREVIEW", "is_single_node": True, "num_workers": 2}, "a single node has no workers"),
        ({"num_workers": 2, "autoscale": {}}, "expected one of is_single_node, num_workers and autoscale"),
        ({"autoscale": {"min_workers": 2}, "spark_conf": {"spark.task.cpus": "4"}}, "give a fixed num_workers"),
        ({"autotermination_minutes": 30}, "the cluster of a job ends with the job"),
        ([], "is not a JSON object"),
    ],
)
def test_a_cluster_file_that_would_be_refused_is_told(
    client: Workspace, tmp_path: Path, content: object, words: str
) -> None:
    file = tmp_path / "cluster.json"
    file.write_text(json.dumps(content))
    ended = doctor("--cluster", str(file))
    assert ended.exit_code == 1
    assert words in ended.output


@pytest.mark.parametrize(
    "nodes",
    [
        {"kind": "CLASSIC_PREVIEW", "use_ml_runtime": True, "spark_version": "18.x-scala2.13", "is_single_node": True},
        {"num_workers": 0, "spark_conf": {"spark.databricks.cluster.profile": "singleNode"}},
        {"autoscale": {"min_workers": 1, "max_workers": 2}},
    ],
)
def test_every_form_of_a_cluster_file_that_can_be_sent_is_accepted(
    client: Workspace, tmp_path: Path, nodes: dict[str, object]
) -> None:
    file = tmp_path / "cluster.json"
    file.write_text(json.dumps({"spark_version": "17.3.x-cpu-ml-scala2.13", "node_type_id": "x", **nodes}))
    ended = doctor("--cluster", str(file))
    assert ended.exit_code == 0, ended.output


def test_data_that_cannot_be_read_are_told(client: Workspace) -> None:
    assert "nothing there" in doctor("--fpath", "/no/such/folder").output
    assert "can be read on clusters only" in doctor("--fpath", "/dbfs/fleet").output
    assert "is a table, which Spark reads on clusters" in doctor("--fpath", "main.plant.pump").output
