"""Searches over Spark Connect, against a real server: a process of its own, as a session of either kind rules out the
other."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import mlflow
import pandas as pd
import pytest
from mlflow import MlflowClient
from mlflow.entities import Run

from checkout import ROOT
from searching import SPACE, trials_of, write_data
from spark_connect import what_is_missing
from stores import empty_database

pytest.importorskip("pyspark", reason="pyspark is not installed: pip install 'mtadgat[spark]'")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(what_is_missing()), reason=what_is_missing())]

SPARK_SERVER = """
import sys
from pyspark.sql import SparkSession
settings = {
    "spark.plugins": "org.apache.spark.sql.connect.SparkConnectPlugin",
    "spark.connect.grpc.binding.address": "127.0.0.1", "spark.connect.grpc.binding.port": sys.argv[1],
    "spark.task.cpus": "2", "spark.task.maxFailures": "1",
    "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.log.level": "ERROR",
}
builder = SparkSession.builder.master("local[4]")
for name, value in settings.items():
    builder = builder.config(name, value)
session = builder.getOrCreate()
print("ready", flush=True)
sys.stdin.read()
session.stop()
"""
TINY = {
    "algo": "rand",
    "label-column": "label",
    "train-end": "240",
    "eval-start": "240",
    "epochs": "1",
    "window": "8",
    "stride": "4",
    "gru-hidden": "4",
    "forecast-hidden": "4",
    "reconstruction-hidden": "4",
}


@dataclass(frozen=True)
class Place:
    """Where a search can run.

    Args:
        folder: data and space; processes work here.
        spark: address of the Spark Connect server.
        tracking: address of the tracking server.
    """

    folder: Path
    spark: str
    tracking: str

    def hyperopt(self, **options: str) -> subprocess.CompletedProcess[str]:
        """Search, and wait for the end, five minutes at most."""
        with self.started(**options) as process:
            out, told = process.communicate(timeout=300)
        return subprocess.CompletedProcess(process.args, process.returncode, out, told)

    def started(self, **options: str) -> subprocess.Popen[str]:
        """Start a search as people type it."""
        given = {"fpath": str(self.folder / "plant.parquet"), "space": str(self.folder / "space.yaml")} | TINY
        words = [f"--{name.replace('_', '-')}={value}" for name, value in (given | options).items()]
        return self.python("-m", "mtadgat", "hyperopt", *words)

    def python(self, *words: str) -> subprocess.Popen[str]:
        """Start Python with words of a command line."""
        return subprocess.Popen(
            [sys.executable, *words],
            cwd=self.folder,
            env=variables() | {"MLFLOW_TRACKING_URI": self.tracking, "PYTHONPATH": str(ROOT / "src")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def variables() -> dict[str, str]:
    known = {name: value for name, value in os.environ.items() if not name.startswith(("MLFLOW_", "PYTHONPATH"))}
    quiet = {"MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    return known | quiet | {"OMP_NUM_THREADS": "1", "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}


def free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])


@contextmanager
def spark_server(folder: Path) -> Iterator[str]:
    """A Spark Connect server whose executors have never seen the project."""
    port = str(free_port())
    with (
        (folder / "spark.log").open("w") as log,
        subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", SPARK_SERVER, port],
            cwd=folder,
            env=variables(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", (folder / "spark.log").read_text()[-4000:]
        try:
            yield f"sc://127.0.0.1:{port}"
        finally:
            try:
                process.communicate(timeout=60)  # the end of its input ends it
            except subprocess.TimeoutExpired:
                process.kill()


@contextmanager
def tracking_server(folder: Path) -> Iterator[str]:
    shutil.copy(Path(empty_database().name) / "mlflow.db", folder)
    port = free_port()
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    command += ["--backend-store-uri", f"sqlite:///{folder}/mlflow.db", "--artifacts-destination", str(folder / "art")]
    with (folder / "mlflow.log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=variables(), stdout=log, stderr=log, start_new_session=True
        )
    try:
        wait_for(f"http://127.0.0.1:{port}/health", process, folder / "mlflow.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # its own group: the server and its worker
        process.wait(30)


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(480):
        assert process.poll() is None, log.read_text()[-4000:]
        try:
            opener.open(url, timeout=5).close()
        except OSError:
            time.sleep(0.5)
        else:
            return
    pytest.fail(f"no answer from {url} within four minutes")


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("connect")
    write_data(folder)
    (folder / "space.yaml").write_text(SPACE)
    with spark_server(folder) as spark, tracking_server(folder) as tracking:
        yield Place(folder, spark, tracking)


@pytest.fixture
def place(servers: Place) -> Iterator[Place]:
    """Both servers, the second one known to MLflow's client in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", servers.tracking)
        mlflow.set_tracking_uri(None)
        yield servers
        mlflow.set_tracking_uri(None)


def newest_search() -> Run:
    client = MlflowClient()
    experiments = [each.experiment_id for each in client.search_experiments()]
    return client.search_runs(
        experiments, "tags.`mtadgat.command` = 'hyperopt'", order_by=["attributes.start_time DESC"], max_results=1
    )[0]


def table_of(run: Run, folder: Path) -> pd.DataFrame:
    return pd.read_csv(MlflowClient().download_artifacts(run.info.run_id, "search/trials.csv", str(folder)))


def test_a_search_and_its_resumption_run_the_trials_that_one_process_would_run(place: Place, tmp_path: Path) -> None:
    ended = place.hyperopt(trials="local", max_evals="4")
    assert ended.returncode == 0, ended.stderr[-4000:]
    local = table_of(newest_search(), tmp_path)

    ended = place.hyperopt(trials="spark", spark_master=place.spark, max_evals="2")
    assert ended.returncode == 0, ended.stderr[-4000:]
    assert "2 trials at the same time: Spark has 4 cores, and a task takes 2" in ended.stderr
    told = [line for line in ended.stderr.splitlines() if "WARN" in line or "Traceback" in line]
    assert told == []
    run = newest_search()
    assert list(table_of(run, tmp_path)["number"]) == [0, 1]

    ended = place.hyperopt(resume=run.info.run_id, max_evals="4")
    assert ended.returncode == 0, ended.stderr[-4000:]
    assert newest_search().info.run_id == run.info.run_id
    same = ["number", "status", "loss", "learning_rate", "gru_hidden", "attention"]
    remote = table_of(run, tmp_path)
    pd.testing.assert_frame_equal(remote[same], local[same])
    assert {trial.info.status for trial in trials_of(run.info.run_id)} == {"FINISHED"}


DEADLY = """
import json, sys
from pathlib import Path
from pyspark.sql import SparkSession
import mtadgat.search.objective as objective
import mtadgat.workflows.hyperopt as workflow
from mtadgat.errors import ServiceError
from mtadgat.cli.commands import runner_for
from mtadgat.config import DataConfig, DetectorConfig, SearchConfig
from mtadgat.config.requests import HyperoptRequest
from mtadgat.integrations.mlflow.searches.search_tracking import MlflowSearchTracking

folder = Path(sys.argv[1])
session = SparkSession.builder.remote(sys.argv[2]).getOrCreate()  # runs already, as in a notebook
told = str(folder / "seen")
Path(told).mkdir()

class Deadly(objective.Objective):
    def __call__(self, suggestion, run_id, deadline=float("inf")):
        import json, os, signal
        from pathlib import Path
        import mtadgat, torch
        seen = dict(file=mtadgat.__file__, pid=os.getpid(), threads=torch.get_num_threads(), data=id(self.data()))
        Path(told, f"{suggestion.number}.json").write_text(json.dumps(seen))
        if suggestion.number == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().__call__(suggestion, run_id, deadline)

class Doomed(objective.Objective):
    def __call__(self, suggestion, run_id, deadline=float("inf")):
        import os, signal
        os.kill(os.getpid(), signal.SIGKILL)

Deadly.__module__ = Doomed.__module__ = "__main__"  # sent by value
request = HyperoptRequest(
    data=DataConfig(
        fpath=str(folder / "plant.parquet"), label_column="label", train_end="240", eval_start="240"
    ),
    detector=DetectorConfig(
        window=8, stride=4, epochs=1, gru_hidden=4, forecast_hidden=4, reconstruction_hidden=4
    ),
    search=SearchConfig(space=str(folder / "space.yaml"), algo="rand", max_evals=5, trials="spark", parallelism=1),
)
workflow.Objective = Deadly
run_id = workflow.hyperopt(request, MlflowSearchTracking(), runner_for=runner_for).run_id
workflow.Objective = Doomed
try:
    workflow.hyperopt(request, MlflowSearchTracking(), runner_for=runner_for)
except ServiceError as error:
    refusal = str(error)
seen = [json.loads(file.read_text()) for file in sorted(Path(told).iterdir())]
print(json.dumps({"run_id": run_id, "seen": seen, "refusal": refusal, "left": session.range(3).count()}))
"""


def test_in_a_session_that_runs_a_trial_whose_process_dies_fails_alone_and_only_a_loss_of_all_ends_the_search(
    place: Place, tmp_path: Path
) -> None:
    with place.python("-c", DEADLY, str(place.folder), place.spark) as process:
        out, told = process.communicate(timeout=300)
    assert process.returncode == 0, told[-4000:]
    report = json.loads(out.splitlines()[-1])
    table = table_of(MlflowClient().get_run(report["run_id"]), tmp_path).set_index("number")
    assert list(table["status"]) == ["finished", "failed", "finished", "finished", "finished"]
    assert table.loc[1, "reason"].startswith("lost on the executor")
    after = report["seen"][2:]
    assert len({(each["pid"], each["data"]) for each in after}) == 1
    assert all(".zip/mtadgat/" in each["file"] for each in after)
    assert {each["threads"] for each in after} == {min(2, os.cpu_count() or 1)}  # spark.task.cpus
    assert report["refusal"].startswith("Expected Spark's executors to run a trial; got")
    assert "--trials local" in report["refusal"]
    assert report["left"] == 3


def test_ctrl_c_cancels_the_trials_and_keeps_what_was_found(place: Place, tmp_path: Path) -> None:
    (tmp_path / "space.yaml").write_text("epochs: {choice: [1, 100000]}\nseed: {randint: [0, 99]}\n")
    options = {"space": str(tmp_path / "space.yaml"), "max_evals": "12", "experiment": "ctrl-c"}
    with place.started(trials="spark", spark_master=place.spark, **options) as process:
        wait_for_a_long_trial(process)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)  # a trial of 100000 epochs ran
    run = newest_search()
    assert run.info.status == "KILLED"
    statuses = [trial.info.status for trial in trials_of(run.info.run_id)]
    assert "KILLED" in statuses
    assert "RUNNING" not in statuses
    assert len(table_of(run, tmp_path)) == statuses.count("FINISHED")


def wait_for_a_long_trial(process: subprocess.Popen[str]) -> None:
    """Wait until a trial of the experiment is in its fifth epoch."""
    client = MlflowClient()
    for _ in range(360):
        assert process.poll() is None, process.communicate()
        experiment = client.get_experiment_by_name("ctrl-c")
        running = "tags.`mtadgat.command` = 'trial' AND attributes.status = 'RUNNING'"
        runs = client.search_runs([experiment.experiment_id], running) if experiment is not None else []
        if any(len(client.get_metric_history(run.info.run_id, "loss/train_total")) > 4 for run in runs):
            return
        time.sleep(0.5)
    pytest.fail("no trial reached its fifth epoch within three minutes")


@pytest.mark.parametrize("where", ["nobody listens", "something else listens"])
def test_an_address_without_a_connect_server_is_an_error_before_spark_gives_up_itself(
    place: Place, where: str
) -> None:
    # Spark's own attempts outlast the patience of `hyperopt`.
    address = f"sc://127.0.0.1:{free_port()}" if where == "nobody listens" else place.tracking.replace("http", "sc")
    ended = place.hyperopt(trials="spark", spark_master=address, max_evals="2")
    assert ended.returncode == 1
    assert f"Expected a Spark Connect server at {address}; got no answer within" in ended.stderr
    assert "--trials local does without Spark." in ended.stderr
