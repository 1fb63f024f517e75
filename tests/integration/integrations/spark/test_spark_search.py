"""Trials on a Spark cluster of separate worker processes that have never seen the project's code."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import mlflow
import pandas as pd
import pytest
from mlflow import MlflowClient

from checkout import ROOT
from mtadgat.config import SearchConfig
from mtadgat.errors import ConfigError, MissingExtraError
from mtadgat.integrations.spark.code_archive import zipped_package
from mtadgat.integrations.spark.runner import check_reach
from mtadgat.integrations.spark.session import require_spark
from mtadgat.integrations.spark.slots import Slots, find_slots
from searching import fresh_store, trials_of

pytest.importorskip("pyspark", reason="pyspark is not installed: pip install 'mtadgat[spark]'")

MASTER = "local-cluster[2,1,1024]"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    yield from fresh_store(tmp_path, monkeypatch)


PRELUDE = f"""
import sys
# As launch.py does: the project is on the path of this process alone, no executor inherits it.
sys.path[:0] = [{str(ROOT / "src")!r}, {str(ROOT / "tests" / "support")!r}]
from pathlib import Path
"""

SEARCHING = (
    PRELUDE
    + f"""
from dataclasses import replace
from mtadgat.integrations.mlflow.searches.search_tracking import MlflowSearchTracking
from mtadgat.integrations.spark.runner import spark_runner
from mtadgat.workflows.hyperopt import hyperopt
from searching import SMALL, small_request

store = Path(sys.argv[1])

def search(epochs, **more):
    request = small_request(store, trials="spark", spark_master={MASTER!r}, parallelism=2, **more)
    request = replace(request, detector=replace(SMALL, epochs=epochs))
    return hyperopt(request, MlflowSearchTracking(), runner_for=spark_runner).run_id
"""
)

SEARCH = (
    SEARCHING
    + """
epochs, space, more = int(sys.argv[2]), sys.argv[3], eval(sys.argv[4])
if space:
    (store / "space.yaml").write_text(space)
print(search(epochs, **more), flush=True)
"""
)

ALL_IN_ONE = (
    SEARCHING
    + f"""
import json, os
import mtadgat.search.objective as objective
import mtadgat.workflows.hyperopt as workflow
from mtadgat.integrations.spark.session import spark_session

def look(_):
    import mtadgat
    yield mtadgat.__file__

told = str(store / "seen")

class Telling(objective.Objective):
    def __call__(self, suggestion, run_id, deadline=float("inf")):
        import json, os, sys
        from pathlib import Path
        import mtadgat, torch
        path = [each for each in sys.path if "mtadgat" in each or each.endswith("/src")]
        seen = dict(
            file=mtadgat.__file__, pid=os.getpid(), path=path, cwd=os.getcwd(), threads=torch.get_num_threads(),
            data=id(self.data()),
        )
        Path(told, f"{{suggestion.number}}.json").write_text(json.dumps(seen))
        return super().__call__(suggestion, run_id, deadline)

Telling.__module__ = "__main__"  # sent by value
Path(told).mkdir()
with spark_session({MASTER!r}) as session:
    context = session.sparkContext
    try:
        context.parallelize([0], 1).mapPartitions(look).collect()
        never_seen = False
    except Exception as error:
        never_seen = "No module named 'mtadgat'" in str(error)
    workflow.Objective = Telling
    finished = search(2, max_evals=4)
    workflow.Objective = objective.Objective
    again = search(1, max_evals=1)
stopped = search(1, max_evals=40, early_stop=2)
print(json.dumps(
    {{
        "never_seen": never_seen, "driver": os.getpid(),
        "seen": [json.loads(file.read_text()) for file in Path(told).iterdir()],
        "finished": finished, "again": again, "stopped": stopped,
    }}
))
"""
)


def started(store: Path, code: str, *words: str) -> subprocess.Popen[str]:
    """Start a driver in a folder of its own, without the project in any variable."""
    folder = store / "elsewhere"
    folder.mkdir(exist_ok=True)
    known = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "MLFLOW_TRACKING_URI")}
    with (store / "stderr.txt").open("w") as told:
        return subprocess.Popen(
            [sys.executable, "-c", code, str(store), *words],
            cwd=folder,
            env={**known, "OMP_NUM_THREADS": "1", "MLFLOW_TRACKING_URI": f"sqlite:///{store}/mlflow.db"},
            stdout=subprocess.PIPE,
            stderr=told,
            text=True,
        )


@dataclass(frozen=True)
class Driver:
    """What a driver did that made three searches, two in a session that ran already and one in a session of its own.

    Args:
        store: its folder, which holds the database of MLflow.
        report: what it told: ``never_seen``, ``driver``, ``seen``, and the runs of the searches.
    """

    store: Path
    report: dict[str, Any]


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Driver:
    """One driver process for every case in which nothing is killed."""
    with pytest.MonkeyPatch.context() as patch:
        for folder in fresh_store(tmp_path_factory.mktemp("driver"), patch):
            with started(folder, ALL_IN_ONE) as process:
                assert process.stdout is not None
                told = process.stdout.read()
            assert process.returncode == 0, (folder / "stderr.txt").read_text()[-4000:]
    return Driver(folder, json.loads(told.splitlines()[-1]))


@pytest.fixture
def searched(store: Path, driver: Driver) -> Driver:
    """The driver's work, with its database as that of this process."""
    mlflow.set_tracking_uri(f"sqlite:///{driver.store}/mlflow.db")
    return driver


def table_of(run_id: str, folder: Path) -> pd.DataFrame:
    return pd.read_csv(MlflowClient().download_artifacts(run_id, "search/trials.csv", str(folder)))


def wait_for_a_long_trial(store: Path, process: subprocess.Popen[str]) -> str:
    """Wait until a trial is in its fifth epoch; return the id of its search."""
    mlflow.set_tracking_uri(f"sqlite:///{store}/mlflow.db")
    client = MlflowClient()
    for _ in range(360):
        assert process.poll() is None, (store / "stderr.txt").read_text()[-4000:]
        experiments = [each.experiment_id for each in client.search_experiments()]
        running = client.search_runs(experiments, "tags.`mtadgat.command` = 'trial' AND attributes.status = 'RUNNING'")
        for run in running:
            if len(client.get_metric_history(run.info.run_id, "loss/train_total")) > 4:
                return str(run.data.tags["mlflow.parentRunId"])
        time.sleep(0.5)
    pytest.fail("no trial reached its fifth epoch within three minutes")


@pytest.mark.slow
def test_trials_run_on_executors_that_were_sent_code_data_and_credentials(store: Path, searched: Driver) -> None:
    run_id = searched.report["finished"]
    trials = trials_of(run_id)
    assert sorted(trial.info.run_name for trial in trials) == [f"trial-00{number}" for number in range(4)]
    assert {trial.info.status for trial in trials} == {"FINISHED"}
    for trial in trials:
        losses = MlflowClient().get_metric_history(trial.info.run_id, "loss/validation_total")
        assert [metric.step for metric in losses] == [1, 2]
    assert list(table_of(run_id, store)["number"]) == [0, 1, 2, 3]
    assert MlflowClient().get_run(run_id).info.status == "FINISHED"
    assert MlflowClient().get_run(run_id).data.metrics["search/finished"] == 4
    left = [file.name for file in (searched.store / "elsewhere").iterdir()]
    assert set(left) <= {"mlruns", "work", "artifacts"}  # MLflow's artifacts of the driver, and Spark's own folders


@pytest.mark.slow
def test_executors_import_the_project_from_the_zip_that_the_driver_sends(driver: Driver) -> None:
    report = driver.report
    assert report["never_seen"]
    assert len(report["seen"]) == 4
    for executor in report["seen"]:
        assert ".zip/mtadgat/" in executor["file"]
        assert executor["pid"] != report["driver"]
        assert executor["cwd"] != str(driver.store / "elsewhere")
        assert str(ROOT / "src") not in executor["path"]


@pytest.mark.slow
def test_the_processes_of_executors_serve_many_trials_and_hold_the_data_once(driver: Driver) -> None:
    seen = driver.report["seen"]
    processes = {executor["pid"] for executor in seen}
    assert len(processes) <= 2  # two executors of one core
    assert len({(executor["pid"], executor["data"]) for executor in seen}) == len(processes)
    assert {executor["threads"] for executor in seen} == {1}


@pytest.mark.slow
def test_one_session_runs_one_search_after_another(store: Path, searched: Driver) -> None:
    assert list(table_of(searched.report["again"], store)["status"]) == ["finished"]


@pytest.mark.slow
def test_lack_of_progress_ends_a_search_on_spark_too(store: Path, searched: Driver) -> None:
    run_id = searched.report["stopped"]
    table = table_of(run_id, store)
    assert 3 <= len(table) < 40
    assert not {"RUNNING"} & {trial.info.status for trial in trials_of(run_id)}


@pytest.mark.slow
def test_a_trial_whose_process_dies_is_recorded_as_failed_and_the_others_go_on(store: Path) -> None:
    code = SEARCH.replace(
        "def search(",
        """
import mtadgat.search.objective as objective
class Deadly(objective.Objective):
    def __call__(self, suggestion, run_id, deadline=float("inf")):
        if suggestion.number == 1:
            import os, signal
            os.kill(os.getpid(), signal.SIGKILL)
        return super().__call__(suggestion, run_id, deadline)
Deadly.__module__ = "__main__"  # sent by value
import mtadgat.workflows.hyperopt as workflow
workflow.Objective = Deadly

def search(""",
    )
    with started(store, code, "2", "", "{'max_evals': 3}") as process:
        assert process.stdout is not None
        run_id = process.stdout.read().strip()
    assert process.returncode == 0, (store / "stderr.txt").read_text()[-4000:]
    mlflow.set_tracking_uri(f"sqlite:///{store}/mlflow.db")
    table = table_of(run_id, store).set_index("number")
    assert list(table["status"]) == ["finished", "failed", "finished"]
    assert table.loc[1, "reason"].startswith("lost on the executor")
    assert len(trials_of(run_id)) == 3


@pytest.mark.slow
def test_ctrl_c_cancels_the_jobs_of_spark_and_keeps_what_was_found(store: Path) -> None:
    space = "epochs: {choice: [1, 100000]}\nseed: {randint: [0, 99]}\n"
    with started(store, SEARCH, "1", space, "{'max_evals': 12}") as process:
        run_id = wait_for_a_long_trial(store, process)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
    assert time.monotonic() - began < 30  # a trial of 100000 epochs ran
    assert MlflowClient().get_run(run_id).info.status == "KILLED"
    statuses = [trial.info.status for trial in trials_of(run_id)]
    assert "KILLED" in statuses
    assert "RUNNING" not in statuses
    assert len(table_of(run_id, store)) == statuses.count("FINISHED")


def test_the_zip_holds_the_package_and_its_name_changes_with_its_content() -> None:
    first = zipped_package()
    with zipfile.ZipFile(io.BytesIO(first.content)) as archive:
        names = archive.namelist()
    assert "mtadgat/search/objective.py" in names
    assert "mtadgat/search/default_space.yaml" in names
    assert not [name for name in names if "__pycache__" in name]
    assert zipped_package().name == first.name


def test_a_missing_pyspark_says_which_extra_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(MissingExtraError, match=r"Install it with: pip install 'mtadgat\[spark\]'"):
        require_spark()


class Cluster:
    """A classic session whose executors are on other machines."""

    class sparkContext:  # noqa: N801
        @staticmethod
        def getConf() -> dict[str, str]:  # noqa: N802
            return {"spark.master": "spark://cluster:7077"}


class Remote:
    """A session over Spark Connect."""

    __module__ = "pyspark.sql.connect.session"

    def __init__(self, host: str, **settings: str) -> None:
        self.client, self.conf = SimpleNamespace(host=host), settings


@pytest.mark.parametrize(
    "session", [Cluster(), Remote("cluster"), Remote("127.0.0.1"), Remote("cluster", **{"spark.master": "local[2]"})]
)
def test_a_database_in_a_file_is_refused_where_executors_cannot_reach_it(session: object) -> None:
    with pytest.raises(ConfigError, match="trials: expected a tracking server that executors can reach"):
        check_reach(session, "sqlite:////home/me/mlflow.db")
    check_reach(session, "http://tracking:5000")


def test_a_database_in_a_file_serves_a_connect_server_on_this_machine() -> None:
    check_reach(Remote("localhost", **{"spark.master": "local[2]"}), "sqlite:////home/me/mlflow.db")


def classic(master: str, cores: int) -> SimpleNamespace:
    """A classic session of a given size."""
    return SimpleNamespace(
        sparkContext=SimpleNamespace(
            master=master, defaultParallelism=cores, getConf=lambda: {"spark.task.cpus": "4", "spark.master": master}
        )
    )


@pytest.mark.parametrize(
    ("master", "cores", "parallelism", "slots"),
    [
        ("spark://cluster:7077", 8, None, Slots(2, None)),  # two workers of four cores, four for a task
        ("spark://cluster:7077", 2, None, Slots(1, None)),
        ("spark://cluster:7077", 8, 1, Slots(1, None)),
        ("local[8]", 8, 2, Slots(2, 4)),
        ("local-cluster[2,4,1024]", 8, 1, Slots(1, 4)),
        ("local-cluster[2,4,1024]", 8, 8, Slots(8, 1)),
    ],
)
def test_a_trial_takes_a_slot_for_tasks_and_the_cores_that_are_reserved_for_it(
    master: str, cores: int, parallelism: int | None, slots: Slots
) -> None:
    assert find_slots(classic(master, cores), parallelism) == slots


@pytest.mark.parametrize(
    "settings",
    [
        {"spark.dynamicAllocation.enabled": "true"},
        {"spark.databricks.clusterUsageTags.clusterScalingType": "autoscaling"},
    ],
)
def test_workers_that_come_and_go_are_advised_against(
    settings: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    find_slots(Remote("cluster", **settings), parallelism=2)
    assert "fixed workers serve a search better" in caplog.text


def test_an_address_with_a_token_is_refused_before_it_is_recorded() -> None:
    with pytest.raises(ConfigError, match="spark-master: expected an address without its token"):
        SearchConfig(trials="spark", spark_master="sc://host:443/;token=secret")
