"""The bundle's resources are such as the APIs take, on every target, and run commands and options that exist."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
import pytest
import yaml
from click.testing import CliRunner

from checkout import ROOT
from mtadgat.cli import main
from mtadgat.data.demo import MACHINES
from workspace.bundle import Bundle
from workspace.libraries import RUNTIMES, runtime_environment
from workspace.strict import endpoint_faults, job_faults

FOLDER = ROOT / "scripts" / "databricks"
BUNDLE = Bundle(FOLDER / "databricks.yml")
SERVING = Bundle(FOLDER / "serving" / "databricks.yml")
PLACE = {"catalog": "main", "schema": "ml"}
VOLUME = "/Volumes/main/ml/mtadgat/"
JOBS = {target: BUNDLE.resources(target, **PLACE)["jobs"] for target in BUNDLE.targets}
ALL = [(target, name) for target in JOBS for name in JOBS[target]]
SMALL = ("epochs=1", "window=10", "gru-hidden=8", "forecast-hidden=8", "reconstruction-hidden=8", "stride=40")


def work(job: dict[str, Any]) -> dict[str, Any]:
    """The task of a job that does the work: its only one, or the one that is repeated for each entity."""
    (task,) = job["tasks"]
    return task["for_each_task"]["task"] if "for_each_task" in task else task


def words(job: dict[str, Any], **values: str) -> list[str]:
    """The command line of a job, with the defaults of its parameters and other values."""
    known = {f"job.parameters.{parameter['name']}": parameter["default"] for parameter in job["parameters"]} | values
    given = work(job)["python_wheel_task"]["parameters"]
    return [re.sub(r"\{\{([\w.]+)\}\}", lambda found: known[found[1]], word) for word in given]


@pytest.mark.parametrize(("target", "name"), ALL)
def test_the_jobs_api_takes_it(target: str, name: str) -> None:
    assert job_faults(JOBS[target][name]) == []


@pytest.mark.parametrize("target", JOBS)
def test_the_jobs_are_the_entry_points_of_the_project_and_the_fleet(target: str) -> None:
    assert set(JOBS[target]) == {*yaml.safe_load((ROOT / "MLproject").read_text())["entry_points"], "fleet"}


@pytest.mark.parametrize(("target", "name"), ALL)
def test_its_command_and_options_exist(target: str, name: str) -> None:
    command, *options = words(JOBS[target][name], input=MACHINES[0])
    known = {word for option in main.commands[command].params for word in option.opts}
    assert {option.partition("=")[0] for option in options} <= known
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    assert work(JOBS[target][name])["python_wheel_task"]["entry_point"] in scripts


@pytest.mark.parametrize(("target", "name"), ALL)
def test_outputs_go_to_a_volume_and_models_to_unity_catalog(target: str, name: str) -> None:
    values = dict(option.partition("=")[::2] for option in words(JOBS[target][name], input=MACHINES[0]))
    assert values["--fpath"] == "demo"
    assert values.get("--output", VOLUME).startswith(VOLUME)
    assert values.get("--report", "none") == "none"
    if name == "check":  # it trains nothing, and records only with the run of a project
        return
    assert values.get("--register", values.get("--registered-model")).startswith("main.ml.mtadgat")
    assert values["--experiment"] == f"/Users/someone@example.com/mtadgat-{target}"


def test_a_place_for_outputs_has_to_be_named() -> None:
    assert BUNDLE.required == set(PLACE)
    with pytest.raises(KeyError, match="catalog"):
        BUNDLE.resources("dev")


@pytest.mark.parametrize("target", JOBS)
def test_a_job_that_searches_and_no_other_gets_hyperopt(target: str) -> None:
    (pin,) = [line for line in (ROOT / "envs" / "requirements.txt").read_text().split() if line.startswith("hyperopt")]
    needing = {name for name, job in JOBS[target].items() if pin in json.dumps(job)}
    assert needing == {"hyperopt"}
    assert "autoscale" not in json.dumps(JOBS[target])


@pytest.mark.parametrize(
    ("target", "trials"), [("dev", "spark"), ("prod", "spark"), ("gpu", "spark"), ("serverless", "local")]
)
def test_trials_run_on_spark_where_there_is_a_spark_context(target: str, trials: str) -> None:
    assert f"--trials={trials}" in words(JOBS[target]["hyperopt"])


@pytest.mark.parametrize("target", ["dev", "prod", "gpu"])
def test_a_trial_gets_all_cores_of_a_worker(target: str) -> None:
    (cluster,) = JOBS[target]["hyperopt"]["job_clusters"]
    cores = {"Standard_D4ds_v5": "4", "Standard_NC4as_T4_v3": "4"}[cluster["new_cluster"]["node_type_id"]]
    assert cluster["new_cluster"]["spark_conf"]["spark.task.cpus"] == cores


def test_only_the_gpu_target_takes_a_gpu_runtime() -> None:
    assert {target for target in JOBS if "-gpu-ml-" in json.dumps(JOBS[target])} == {"gpu"}


def test_serverless_needs_no_cluster() -> None:
    assert "cluster" not in json.dumps(JOBS["serverless"])
    for job in JOBS["serverless"].values():
        (environment,) = job["environments"]
        assert environment["spec"]["dependencies"][0] == "../../dist/*.whl"


def test_the_fleet_is_a_list_of_entities_that_the_demo_has() -> None:
    (parameter,) = [each for each in JOBS["dev"]["fleet"]["parameters"] if each["name"] == "entities"]
    assert tuple(json.loads(parameter["default"])) == MACHINES


def test_the_serving_api_takes_the_endpoint() -> None:
    assert SERVING.required == {*PLACE, "model_version"}
    (endpoint,) = SERVING.resources("prod", **PLACE, model_version="1")["model_serving_endpoints"].values()
    assert endpoint_faults(endpoint) == []
    (served,) = endpoint["config"]["served_entities"]
    assert served["entity_name"] == "main.ml.mtadgat"
    assert (served["workload_size"], served["scale_to_zero_enabled"]) == ("Small", True)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"environment_key": "other"}, "environment other is not defined"),
        ({"job_cluster_key": "node"}, "exactly one of"),
        ({"environment_key": None}, "exactly one of"),
        ({"libraries": [{"whl": "x.whl"}]}, "libraries: not with an environment"),
    ],
)
def test_a_task_without_machines_of_its_own_is_refused(change: dict[str, Any], fault: str) -> None:
    job = JOBS["serverless"]["train"]
    broken = {**job, "tasks": [{**job["tasks"][0], **change}]}
    assert any(fault in found for found in job_faults(broken))


@pytest.fixture
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A tracking database, and an empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/tracking.db")
    monkeypatch.setenv("MLFLOW_REGISTRY_URI", f"sqlite:///{tmp_path}/tracking.db")
    yield tmp_path
    mlflow.set_tracking_uri(None)


@pytest.mark.slow
def test_the_command_of_every_job_does_its_work_on_the_demo(recorded: Path) -> None:
    served = JOBS["serverless"]
    values = {"check": {}, "train": {}, "main": {}, "evaluate": {}, "predict": {}, "fleet": {"input": MACHINES[1]}}
    values["hyperopt"] = {"job.parameters.max_evals": "1"}
    for name, given in values.items():
        command = [word.replace("/Volumes", str(recorded)) for word in words(served[name], **given)]
        small = [] if name in ("evaluate", "predict") else [f"--{option}" for option in SMALL]
        ended = CliRunner().invoke(main, [*command, *small])
        assert ended.exit_code == 0, (name, ended.output, ended.exception)
    outputs = recorded / "main" / "ml" / "mtadgat"
    assert (outputs / "check.html").is_file()
    for table in ("main", "predictions", f"fleet/{MACHINES[1]}"):
        assert len(pd.read_parquet(outputs / f"{table}.parquet")) > 0
    registered = {model.name: model for model in mlflow.MlflowClient().search_registered_models()}
    assert set(registered) == {"main.ml.mtadgat", f"main.ml.mtadgat_{MACHINES[1]}"}
    assert [path.name for path in recorded.glob("report*")] == []


@pytest.fixture(scope="module")
def wheel(checkout: Path) -> Path:
    """The wheel that the bundle's own command builds."""
    ended = subprocess.run(
        ["bash", "-c", BUNDLE.content["artifacts"]["wheel"]["build"]],
        cwd=checkout,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    (built,) = (checkout / "dist").glob("*.whl")
    return built


@pytest.mark.slow
def test_the_wheel_holds_the_whole_package(wheel: Path, checkout: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    sources = {str(file.relative_to(checkout / "src")) for file in (checkout / "src").rglob("*.py")}
    assert sources <= names


@pytest.mark.slow
@pytest.mark.parametrize("runtime", sorted(file.stem for file in RUNTIMES.glob("*.txt")))
def test_the_wheel_installs_nothing_beside_itself_on_a_runtime(wheel: Path, runtime: str, tmp_path: Path) -> None:
    python = runtime_environment(runtime) / "bin" / "python"
    options = ["--dry-run", "--no-index", "--report", str(tmp_path / "report.json")]
    subprocess.run([python, "-m", "pip", "install", "--quiet", *options, wheel], check=True)
    installed = json.loads((tmp_path / "report.json").read_text())["install"]
    assert [library["metadata"]["name"] for library in installed] == ["mtadgat"]
