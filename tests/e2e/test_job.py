"""The whole job on every layout of real data and on the built-in demo.

Each entry point runs once as users type it, with `mlflow run` (hyperopt in `integration/cli/test_hyperopt.py`); the
other layouts of data go through the same command line in this process.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import mlflow
import pandas as pd
import pytest
from click.testing import CliRunner
from mlflow import MlflowClient

from checkout import ROOT
from mtadgat.cli import main
from searching import fresh_store

pytestmark = pytest.mark.slow

SMALL = ("window=20", "epochs=1", "stride=4", "gru_hidden=16", "forecast-hidden=16", "recon_hid_dim=16")


def mlflow_run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the project from a folder that is not the project's, with the store of MLflow's default in that folder."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MLFLOW_")}
    environment |= {
        "PATH": f"{Path(sys.executable).parent}:{environment['PATH']}",
        "MLFLOW_TRACKING_URI": f"sqlite:///{folder / 'mlflow.db'}",
        "OMP_NUM_THREADS": "1",
    }
    environment.pop("PYTHONPATH", None)
    return subprocess.run(
        [sys.executable, "-m", "mlflow", "run", f"file://{ROOT}", "-b", "local", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def given(*parameters: str) -> list[str]:
    return [word for parameter in parameters for word in ("-P", parameter)]


@pytest.fixture
def client(tmp_path: Path) -> MlflowClient:
    return MlflowClient(f"sqlite:///{tmp_path / 'mlflow.db'}")


def finished(client: MlflowClient, command: str) -> mlflow.entities.Run:
    experiments = [known.experiment_id for known in client.search_experiments()]
    (run,) = client.search_runs(experiments, f"tags.`mtadgat.command` = '{command}'")
    assert run.info.status == "FINISHED"
    return run


REAL = {
    "asd": (["fpath={data}/asd", "entity=omi-1"], [], ["train-end=1500"]),
    "smd": (["fpath={data}/ServerMachineDataset", "entity=machine-1-6"], [], ["train-end=1500"]),
    "smap": (["fpath={data}/nasa", "entity=E-1"], [], []),
    "skab": (
        ["fpath={data}/skab/anomaly-free/anomaly-free.csv"],
        ["fpath={data}/skab/valve1/1.csv"],
        ["train_end=1500"],
    ),
}


def run_project(folder: Path, entry: str, parameters: Sequence[str]) -> None:
    ended = mlflow_run(folder, "-e", entry, *given(*parameters))
    assert ended.returncode == 0, ended.stdout + ended.stderr


def run_here(folder: Path, entry: str, parameters: Sequence[str]) -> None:
    ended = CliRunner().invoke(main, [entry, *(f"--{parameter}" for parameter in parameters)])
    assert ended.exit_code == 0, ended.output


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    yield from fresh_store(tmp_path, monkeypatch)


def test_real_data_are_trained_on_evaluated_and_predicted_by_mlflow_run(
    shared_data: Path, tmp_path: Path, client: MlflowClient
) -> None:
    check_job("skab", shared_data, tmp_path, client, run_project)


@pytest.mark.parametrize("name", [name for name in REAL if name != "skab"])
def test_real_data_are_trained_on_evaluated_and_predicted(
    name: str, shared_data: Path, store: Path, client: MlflowClient
) -> None:
    check_job(name, shared_data, store, client, run_here)


def test_a_check_by_mlflow_run_keeps_page_and_profiles_with_the_run(tmp_path: Path, client: MlflowClient) -> None:
    ended = mlflow_run(tmp_path, "-e", "check", *given("fpath=demo", f"output={tmp_path}/check.html"))
    assert ended.returncode == 0, ended.stdout + ended.stderr
    artifacts = {file.path for file in client.list_artifacts(finished(client, "check").info.run_id)}
    assert artifacts == {"check.html", "profile-train.json", "profile-eval.json", "profile-new.json"}
    assert (tmp_path / "check.html").is_file()


def check_job(
    name: str, data: Path, folder: Path, client: MlflowClient, run_entry: Callable[[Path, str, Sequence[str]], None]
) -> None:
    trained, other, ranges = ([word.format(data=data) for word in words] for words in REAL[name])
    later = [*(other or trained), "dataset=plant"]
    run_entry(folder, "train", [*trained, *ranges, *SMALL, "dataset=plant"])
    run_entry(folder, "evaluate", [*later, "run=-1", f"report={folder}/report.html"])
    run_entry(folder, "predict", [*later, "run=-1", f"output={folder}/rows.parquet"])

    run = finished(client, "train")
    assert run.data.params["window"] == "20"
    assert run.data.metrics["loss/train_total"] > 0
    metrics = finished(client, "evaluate").data.metrics
    assert {"vus_pr", "random/vus_pr", "pot/point/f1", "best_f1/point_adjusted/f1"} <= metrics.keys()
    assert 0 <= metrics["best_f1/point/f1"] <= 1
    table = pd.read_parquet(folder / "rows.parquet")
    assert {"score", "threshold", "is_anomaly", "top_feature_1"} <= set(table.columns)
    assert ("datetime" in table.columns) == (name == "skab")
    assert len(table) == finished(client, "predict").data.metrics["rows"]


def test_main_without_parameters_does_the_whole_job_on_the_demo(tmp_path: Path, client: MlflowClient) -> None:
    folder = tmp_path / "a folder with spaces"
    folder.mkdir()
    settings = folder / "settings.yaml"
    settings.write_text("epochs: 1\nlookback: 20\n")
    conda = f"conda-env={ROOT}/envs/conda.yaml"
    ended = mlflow_run(
        tmp_path,
        *given(
            f"config={settings}",
            conda,
            f"output={folder}/found rows.csv",
            "shuffle=False",
            f"report={folder}/report.html",
        ),
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    for said in ("VUS-PR", "mlflow ui", "found rows.csv", "report.html"):
        assert said in ended.stdout
    assert len(pd.read_csv(folder / "found rows.csv")) == 500
    outer = finished(client, "run")
    assert outer.data.params["shuffle"] == "False"
    for command in ("train", "evaluate", "predict"):
        assert finished(client, command).data.tags["mlflow.parentRunId"] == outer.info.run_id
    assert finished(client, "train").data.params["conda_env"] == f"{ROOT}/envs/conda.yaml"


def test_a_mistake_ends_the_run_as_failed_with_a_message_and_no_traceback(tmp_path: Path) -> None:
    ended = mlflow_run(tmp_path, "-e", "train", *given("fpath=no/such/file.csv"))
    assert ended.returncode != 0
    assert "no/such/file.csv" in ended.stderr
    ours = ended.stderr.split("Error: ")[1].split("\n")[0]
    assert "Expected" in ours
