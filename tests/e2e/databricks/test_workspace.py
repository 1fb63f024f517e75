"""The stand-in for a workspace finds what a cluster would find: it is only worth what it refuses."""

from __future__ import annotations

from pathlib import Path

import mlflow
import pandas as pd
import pytest
import requests
from mlflow.exceptions import RestException
from mlflow.models import infer_signature
from mlflow.projects.databricks import DatabricksSubmittedRun

from workspace import Workspace
from workspace.strict import cluster_faults, submit_faults

# The client leaves the archive of the project open until it is collected.
pytestmark = pytest.mark.filterwarnings(
    "ignore:.*project.tar.gz:pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning"
)

CLUSTER = {"spark_version": "18.x-cpu-ml-scala2.13", "node_type_id": "Standard_DS3_v2", "num_workers": 2}
TASK = {"python_file": "dbfs:/job.py", "parameters": []}
BODY = {"run_name": "job", "new_cluster": CLUSTER, "spark_python_task": TASK, "libraries": []}

PROJECT = """
name: small
databricks_spark_job:
  python_libraries: [{libraries}]
entry_points:
  main:
    command: "python job.py one"
"""


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}])
def test_a_wrong_or_missing_token_is_forbidden(workspace: Workspace, headers: dict[str, str]) -> None:
    answer = requests.get(f"{workspace.url}/api/2.0/mlflow/experiments/search", headers=headers, timeout=10)
    assert answer.status_code == 403
    assert answer.json()["error_code"] == "PERMISSION_DENIED"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"num_workers": "2"}, "num_workers: expected int"),
        ({"node_type": "x"}, "node_type: no such field"),
        ({"autoscale": {"min_workers": 1, "max_workers": 2}}, "exactly one of num_workers and autoscale"),
        ({"num_workers": 0}, "without the Spark confs and tag of a single node"),
        ({"kind": "SIMPLE"}, "'SIMPLE' is none of CLASSIC_PREVIEW"),
        ({"is_single_node": True, "num_workers": 0}, "is_single_node: only with kind CLASSIC_PREVIEW"),
        ({"kind": "CLASSIC_PREVIEW", "is_single_node": True}, "is_single_node with workers"),
        ({"use_ml_runtime": True}, "use_ml_runtime: only with kind CLASSIC_PREVIEW"),
        ({"autotermination_minutes": 30}, "not for job clusters"),
        ({"azure_attributes": {"availability": "SPOT"}}, "'SPOT' is none of"),
        ({"spark_conf": {"spark.x": 1}}, "spark_conf.spark.x: expected str"),
        ({"new_cluster": {}}, "new_cluster: no such field"),
    ],
)
def test_a_cluster_that_the_api_does_not_know_is_refused(change: dict[str, object], fault: str) -> None:
    assert cluster_faults(CLUSTER) == []
    assert any(fault in found for found in cluster_faults({**CLUSTER, **change}))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"spark_python_task": {"parameters": []}}, "python_file: required"),
        ({"spark_python_task": {**TASK, "parameters": [1]}}, r"parameters[0]: expected str"),
        ({"libraries": [{"pip": "x"}]}, "pip: no such field"),
        ({"shell_command_task": {"command": []}}, "shell_command_task: no such field"),
    ],
)
def test_a_job_that_the_api_does_not_know_is_refused(change: dict[str, object], fault: str) -> None:
    assert submit_faults(BODY) == []
    assert any(fault in found for found in submit_faults({**BODY, **change}))


def test_an_experiment_has_to_be_an_absolute_path_in_a_folder_that_exists(client: Workspace) -> None:
    with pytest.raises(RestException, match="must be an absolute path"):
        mlflow.MlflowClient().create_experiment("asd_training")
    with pytest.raises(RestException, match="Parent directory /Shared/none does not exist"):
        mlflow.MlflowClient().create_experiment("/Shared/none/asd")
    with pytest.raises(RestException, match="does not have permission"):
        mlflow.MlflowClient().create_experiment("/Users/other@example.com/asd")


@pytest.mark.parametrize("sdk_disabled", ["false", "true"])
def test_artifacts_of_a_run_come_back(
    client: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sdk_disabled: str
) -> None:
    monkeypatch.setenv("MLFLOW_DISABLE_DATABRICKS_SDK_FOR_RUN_ARTIFACTS", sdk_disabled)
    mlflow.set_experiment(f"/Shared/artifacts-{sdk_disabled}")
    with mlflow.start_run() as run:
        mlflow.log_text("a note", "folder/note.txt")
    assert run.info.artifact_uri.startswith("dbfs:/databricks/mlflow-tracking/")
    assert mlflow.artifacts.load_text(f"{run.info.artifact_uri}/folder/note.txt") == "a note"
    folder = f"/WorkspaceInternal/Mlflow/Artifacts/{run.info.experiment_id}/Runs/{run.info.run_id}/artifacts"
    assert client.files.listing(folder) == ["folder/note.txt"]
    assert client.unknown == []


class Echo(mlflow.pyfunc.PythonModel):
    """A model whose answer is its input."""

    def predict(self, context: object, model_input: pd.DataFrame) -> pd.DataFrame:
        return model_input


@pytest.mark.parametrize(("registry", "name"), [("databricks", "echo"), ("databricks-uc", "main.ml.echo")])
@pytest.mark.filterwarnings("ignore")
def test_a_registered_model_comes_back(
    client: Workspace, monkeypatch: pytest.MonkeyPatch, registry: str, name: str
) -> None:
    monkeypatch.setenv("MLFLOW_REGISTRY_URI", registry)
    mlflow.set_experiment("/Shared/registry")
    rows = pd.DataFrame({"a": [1.0]})
    with mlflow.start_run():
        logged = mlflow.pyfunc.log_model(
            name="model", python_model=Echo(), signature=infer_signature(rows, rows), pip_requirements=[]
        )
    mlflow.register_model(logged.model_uri, name)
    assert mlflow.MlflowClient().get_model_version(name, "1").status == "READY"
    choice = "/1"
    if registry == "databricks-uc":  # the client refuses aliases in the workspace registry
        mlflow.MlflowClient().set_registered_model_alias(name, "champion", "1")
        choice = "@champion"
    assert mlflow.pyfunc.load_model(f"models:/{name}{choice}").predict(rows).equals(rows)
    assert client.unknown == []


def test_unity_catalog_wants_a_schema_that_exists(client: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_REGISTRY_URI", "databricks-uc")
    with pytest.raises(RestException, match=r"use catalog.schema.model"):
        mlflow.MlflowClient().create_registered_model("echo")
    with pytest.raises(RestException, match=r"Schema 'main.other' does not exist"):
        mlflow.MlflowClient().create_registered_model("main.other.echo")


def sent(folder: Path, code: str, libraries: str = "") -> DatabricksSubmittedRun:
    """Send a small project with MLflow's client."""
    (folder / "MLproject").write_text(PROJECT.format(libraries=libraries))
    (folder / "job.py").write_text(code)
    return mlflow.projects.run(
        str(folder),
        backend="databricks",
        backend_config=dict(CLUSTER),
        experiment_name="/Shared/small",
        synchronous=False,
    )


def submit(workspace: Workspace, folder: Path, code: str, libraries: str = "") -> DatabricksSubmittedRun:
    """Send a small project and wait for the job."""
    submitted = sent(folder, code, libraries)
    workspace.wait(submitted._databricks_run_id)
    return submitted


REPORT = """
import importlib.util, os, sys
from pathlib import Path
from pyspark.sql import SparkSession
assert SparkSession.getActiveSession() is spark and spark.range(3).count() == 3
assert sys.argv[1:] == ["one"] and "__file__" not in globals() and str(Path.cwd()) not in sys.path
assert Path("MLproject").is_file() and Path.cwd().parent == Path("/databricks/mlflow/projects")
assert os.environ["DATABRICKS_RUNTIME_VERSION"] == "18" and os.environ["MLFLOW_TRACKING_URI"] == "databricks"
for absent in ("hyperopt", "jaxtyping", "pytest"):
    assert importlib.util.find_spec(absent) is None, f"{absent}, which neither the runtime has nor the job names"
assert not Path({here!r}).exists(), "a file of the client"
Path("/dbfs/seen.txt").write_text(os.environ["MLFLOW_RUN_ID"])
"""


@pytest.mark.slow
def test_a_job_runs_as_on_a_driver(cluster_maker: Workspace, client: Workspace, tmp_path: Path) -> None:
    submitted = submit(client, tmp_path, REPORT.replace("{here!r}", repr(__file__)))
    job = client.jobs.runs[submitted._databricks_run_id]
    assert submitted.get_status() == "FINISHED", job.outcome
    assert [state.life_cycle_state.value for state in job.states] == ["PENDING", "RUNNING", "TERMINATED"]
    assert (client.files.dbfs / "seen.txt").read_text() == submitted.run_id
    tags = mlflow.get_run(submitted.run_id).data.tags
    assert tags["mlflow.databricks.runURL"].startswith(client.url)


@pytest.mark.slow
def test_any_exit_fails_a_job_as_on_a_driver(cluster_maker: Workspace, client: Workspace, tmp_path: Path) -> None:
    submitted = submit(client, tmp_path, "import sys; sys.exit(0)")
    assert submitted.get_status() == "FAILED"
    job = client.jobs.runs[submitted._databricks_run_id]
    assert job.outcome["error"] == "SystemExit: 0"
    assert job.state.state_message == "Workload failed, see run output for details"


def test_a_library_that_does_not_exist_ends_the_job_before_it_starts(
    cluster_maker: Workspace, client: Workspace, tmp_path: Path
) -> None:
    submitted = submit(client, tmp_path, "", libraries="'not a requirement'")
    job = client.jobs.runs[submitted._databricks_run_id]
    assert "Library installation failed" in job.state.state_message
    assert [state.life_cycle_state.value for state in job.states] == ["PENDING", "INTERNAL_ERROR"]


def test_a_job_is_cancelled_with_all_that_it_started(
    cluster_maker: Workspace, client: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DatabricksSubmittedRun, "POLL_STATUS_INTERVAL", 0.1)
    submitted = sent(tmp_path, "import time; time.sleep(600)")
    submitted.cancel()
    job = client.jobs.runs[submitted._databricks_run_id]
    assert job.state.result_state.value == "CANCELED"
    assert submitted.get_status() == "FAILED"
