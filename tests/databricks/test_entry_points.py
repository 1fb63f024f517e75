"""Every entry point runs with ``-b databricks``, and what it made is read back through the MLflow client."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from subprocess import CompletedProcess

import mlflow
import pandas as pd
import pytest
from mlflow.entities import Run

from workspace import Workspace
from workspace.jobs import Job

Shell = Callable[..., CompletedProcess[str]]
Submit = Callable[..., tuple[Job, Run]]

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::ResourceWarning")]

BACKEND = "-b databricks --backend-config cluster_definitions/training_cluster.json"
EXPERIMENT = "--experiment-name /Shared/fleet"
SMALL = "-P epochs=1 -P window=10 -P gru_hidden=8 -P forecast_hidden=8 -P reconstruction_hidden=8 -P stride=20"


@pytest.fixture(scope="module")
def submit(cluster_maker: Workspace, shell: Shell) -> Iterator[Submit]:
    """Runs a command and waits for its job; gives the job and its MLflow run."""

    def run(command: str, **variables: str) -> tuple[Job, Run]:
        ended = shell(command, **variables)
        assert ended.returncode == 0, ended.stderr
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


def files(workspace: Workspace, run: Run) -> list[str]:
    folder = f"/WorkspaceInternal/Mlflow/Artifacts/{run.info.experiment_id}/Runs/{run.info.run_id}/artifacts"
    return workspace.files.listing(folder)


@pytest.fixture(scope="module")
def trained(submit: Submit) -> tuple[Job, Run]:
    """A model trained by a job and registered in Unity Catalog."""
    return submit(f"mlflow run . {BACKEND} -e train {EXPERIMENT} -P fpath=demo -P register=main.ml.fleet {SMALL}")


def test_train_logs_and_registers_a_model(trained: tuple[Job, Run], client: Workspace) -> None:
    job, run = trained
    assert job.outcome["ok"], job.cluster.log()
    assert run.info.status == "FINISHED"
    assert run.data.metrics["loss/train_total"] > 0
    version = mlflow.MlflowClient(registry_uri="databricks-uc").get_model_version_by_alias("main.ml.fleet", "champion")
    assert (version.status, version.run_id) == ("READY", run.info.run_id)
    signature = mlflow.models.get_model_info(run.data.tags["mtadgat.model_uri"]).signature
    assert signature is not None
    assert client.unknown == []


def test_evaluate_takes_the_model_that_was_trained(
    trained: tuple[Job, Run], submit: Submit, client: Workspace
) -> None:
    job, run = submit(f"mlflow run . {BACKEND} -e evaluate {EXPERIMENT} -P fpath=demo")
    assert job.outcome["ok"], job.cluster.log()
    assert run.data.tags["mtadgat.model_uri"] == trained[1].data.tags["mtadgat.model_uri"]
    assert any(name.endswith("vus_pr") for name in run.data.metrics)


def test_predict_writes_where_the_cluster_can_write(
    trained: tuple[Job, Run], submit: Submit, client: Workspace
) -> None:
    command = f"mlflow run . {BACKEND} -e predict {EXPERIMENT} -P fpath=demo "
    job, run = submit(command + "-P model=models:/main.ml.fleet@champion -P output='/dbfs/two words/p.parquet'")
    assert job.outcome["ok"], job.cluster.log()
    table = pd.read_parquet(client.files.dbfs / "two words" / "p.parquet")
    assert len(table) == run.data.metrics["rows"]
    assert "p.parquet" in files(client, run)


def test_main_runs_without_an_entry_point_as_the_ancestors_did(
    submit: Submit, shell: Shell, client: Workspace
) -> None:
    made = shell("python -m mtadgat --help && python -c 'import mtadgat'", PYTHONPATH="src")
    assert made.returncode == 0
    data = client.files.dbfs / "data"
    data.mkdir()
    rows = pd.DataFrame({name: range(400) for name in ("a", "b", "c")}) % 17
    rows.to_csv(data / "train.csv", index=False)
    rows.assign(label=[0] * 390 + [1] * 10).to_csv(data / "eval.csv", index=False)
    job, run = submit(
        "mlflow run file:///$PWD -b databricks --backend-config=cluster_definitions/training_cluster.json "
        f"-P conda-env=envs/conda.yaml -P fpath=/dbfs/data -P output=/dbfs/data/p.csv {SMALL}",
        MLFLOW_EXPERIMENT_NAME=f"/Users/{client.user}/ancestor",
    )
    assert job.outcome["ok"], job.cluster.log()
    assert run.info.status == "FINISHED"
    assert len(pd.read_csv(client.files.dbfs / "data" / "p.csv")) == 400


def test_a_job_that_fails_gives_a_failed_run_with_its_reason(submit: Submit, client: Workspace) -> None:
    job, run = submit(f"mlflow run . {BACKEND} -e train {EXPERIMENT} -P fpath=/dbfs/nowhere -P windw=3")
    assert job.state.result_state.value == "FAILED"
    assert run.info.status == "FAILED"
    assert "--windw" in run.data.tags["mtadgat.error"]
