"""Every entry point runs with ``-b databricks``, and what it made is read back through the MLflow client."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import mlflow
import pandas as pd
import pytest
import yaml
from mlflow.entities import Run

from checkout import ROOT
from workspace import Workspace
from workspace.jobs import Job

Submit = Callable[..., tuple[Job, Run]]

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::ResourceWarning")]

README = (ROOT / "README.md").read_text()
SECTION = re.search(r"^## Databricks$(.*?)^## ", README, re.MULTILINE | re.DOTALL)[1]
COMMANDS = [
    line
    for block in re.findall(r"```sh\n(.*?)```", SECTION, re.DOTALL)
    for line in block.splitlines()
    if line.startswith(("mlflow", "mtadgat"))
]
HERE = ("-e train", "-e evaluate", "-e predict", "-e hyperopt", "run file:///$PWD")
ELSEWHERE = ("mtadgat doctor", "mtadgat train")  # test_laptop.py
SMALL = "-P epochs=1 -P window=10 -P gru_hidden=8 -P forecast_hidden=8 -P reconstruction_hidden=8 -P stride=20"
ON_CLUSTERS = yaml.safe_load((ROOT / "MLproject").read_text())["databricks_spark_job"]["python_libraries"]
RUNTIMES = ("18.x-cpu-ml-scala2.13", "17.3.x-cpu-ml-scala2.13")


def documented(part: str) -> str:
    """The command of the README's Databricks section that holds these words."""
    (found,) = [command for command in COMMANDS if part in command]
    return found


def test_every_command_of_the_readme_is_run_by_a_test() -> None:
    assert sorted(COMMANDS) == sorted(documented(part) for part in HERE + ELSEWHERE)


@pytest.fixture(scope="module", params=RUNTIMES)
def submit(request: pytest.FixtureRequest, submit: Submit, checkout: Path) -> Submit:
    """Runs a command with the cluster files of a runtime, in an experiment of its own."""
    clusters = checkout / "cluster_definitions" / request.param
    clusters.mkdir()
    for file in (checkout / "cluster_definitions").glob("*.json"):
        cluster = json.loads(file.read_text())
        (clusters / file.name).write_text(json.dumps({**cluster, "spark_version": request.param}))

    def run(command: str, **variables: str) -> tuple[Job, Run]:
        command = command.replace("cluster_definitions/", f"cluster_definitions/{request.param}/")
        job, run = submit(command, **{"MLFLOW_EXPERIMENT_NAME": f"/Shared/mtadgat {request.param}", **variables})
        assert job.body["new_cluster"]["spark_version"] == request.param
        assert job.body["libraries"] == [{"pypi": {"package": library}} for library in ON_CLUSTERS]
        return job, run

    return run


def files(workspace: Workspace, run: Run) -> list[str]:
    folder = f"/WorkspaceInternal/Mlflow/Artifacts/{run.info.experiment_id}/Runs/{run.info.run_id}/artifacts"
    return workspace.files.listing(folder)


@pytest.fixture(scope="module")
def trained(submit: Submit) -> tuple[Job, Run]:
    """A model trained by a job and registered in Unity Catalog."""
    return submit(f"{documented('-e train')} -P register=main.ml.fleet {SMALL}")


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
    job, run = submit(documented("-e evaluate"))
    assert job.outcome["ok"], job.cluster.log()
    assert run.data.tags["mtadgat.model_uri"] == trained[1].data.tags["mtadgat.model_uri"]
    assert any(name.endswith("vus_pr") for name in run.data.metrics)


def test_predict_writes_where_the_cluster_can_write(
    trained: tuple[Job, Run], submit: Submit, client: Workspace
) -> None:
    volume = client.jobs.volumes / "main" / "ml" / "mtadgat"
    volume.mkdir(parents=True, exist_ok=True)
    documented_output = "/Volumes/main/ml/mtadgat/predictions.parquet"
    command = documented("-e predict").replace(documented_output, "'/Volumes/main/ml/mtadgat/two words/p.parquet'")
    assert "two words" in command
    job, run = submit(f"{command} -P model=models:/main.ml.fleet@champion")
    assert job.outcome["ok"], job.cluster.log()
    table = pd.read_parquet(volume / "two words" / "p.parquet")
    assert len(table) == run.data.metrics["rows"]
    assert "p.parquet" in files(client, run)


def test_main_runs_without_an_entry_point(submit: Submit, client: Workspace) -> None:
    job, run = submit(
        f"{documented('run file:///$PWD')} {SMALL}", MLFLOW_EXPERIMENT_NAME=f"/Users/{client.user}/without-entry-point"
    )
    assert job.outcome["ok"], job.cluster.log()
    assert run.info.status == "FINISHED"
    assert mlflow.get_experiment(run.info.experiment_id).name == f"/Users/{client.user}/without-entry-point"
    assert len(pd.read_parquet(client.jobs.volumes / "main" / "ml" / "mtadgat" / "main.parquet")) > 0


def test_hyperopt_runs_its_trials_on_the_session_of_the_driver(
    submit: Submit, client: Workspace, checkout: Path
) -> None:
    (checkout / "space.yaml").write_text("learning_rate: {loguniform: [1.0e-3, 1.0e-2]}\n")
    job, run = submit(f"{documented('-e hyperopt')} -P space=space.yaml {SMALL}")
    assert job.outcome["ok"], job.cluster.log()
    assert run.info.status == "FINISHED"
    nested = f"tags.`mlflow.parentRunId` = '{run.info.run_id}'"
    trials = mlflow.MlflowClient().search_runs([run.info.experiment_id], nested)
    assert len([trial for trial in trials if trial.info.status == "FINISHED"]) >= 2


def test_a_job_that_fails_gives_a_failed_run_with_its_reason(submit: Submit, client: Workspace) -> None:
    job, run = submit(f"{documented('-e train')} -P windw=3")
    assert job.state.result_state.value == "FAILED"
    assert run.info.status == "FAILED"
    assert "--windw" in run.data.tags["mtadgat.error"]
