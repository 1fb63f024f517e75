"""``mtadgat hyperopt`` as people type it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner
from mlflow import MlflowClient

from checkout import ROOT
from mtadgat.cli import main
from mtadgat.cli.commands import runner_for
from mtadgat.cli.options import build_request
from mtadgat.config import SearchConfig
from mtadgat.config.requests import HyperoptRequest
from mtadgat.integrations.spark.runner import SparkRunner
from mtadgat.search.trial_runner import LocalRunner, TrialRunner
from searching import SPACE, fresh_store, trials_of, write_data

TINY = {
    "algo": "tpe",
    "label-column": "label",
    "train-end": "240",
    "eval-start": "240",
    "max-evals": "2",
    "epochs": "1",
    "window": "8",
    "stride": "4",
}


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    yield from fresh_store(tmp_path, monkeypatch)


@pytest.fixture
def web(store: Path) -> Iterator[str]:
    """Address of a web server that offers the folder."""
    write_data(store)
    (store / "space.yaml").write_text(SPACE)
    quiet = type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(quiet, directory=str(store))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_help_lists_what_a_search_can_be_told() -> None:
    told = CliRunner().invoke(main, ["hyperopt", "--help"])
    assert told.exit_code == 0
    assert "Search:" in told.output
    for option in ("space", "algo", "max-evals", "timeout", "loss", "early-stop", "trials", "parallelism", "resume"):
        assert f"--{option} " in told.output


def test_help_needs_neither_torch_nor_hyperopt_nor_mlflow() -> None:
    code = """
import sys
from mtadgat.cli import main
try:
    main(["hyperopt", "--help"])
except SystemExit:
    sys.exit(str({"torch", "hyperopt", "mlflow", "numpy", "pyspark"} & set(sys.modules)))
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.stderr.strip() == "set()"


def test_every_option_of_the_issue_reaches_the_request() -> None:
    request = build_request(
        HyperoptRequest,
        {"algo": "anneal", "max-evals": "7", "early-stop": "3", "trials": "spark", "seed": "5", "pruning": "median"},
    )
    assert (request.search.algo, request.search.max_evals, request.search.early_stop) == ("anneal", 7, 3)
    assert (request.search.trials, request.search.pruning, request.detector.seed) == ("spark", "median", 5)


def test_the_command_line_chooses_where_trials_run() -> None:
    assert isinstance(runner_for(SearchConfig()), LocalRunner)
    spark = runner_for(SearchConfig(trials="spark", spark_master="local-cluster[2,1,1024]", parallelism=2))
    assert spark == SparkRunner("local-cluster[2,1,1024]", parallelism=2)
    assert isinstance(spark, TrialRunner)


@pytest.mark.slow
def test_mlflow_run_searches_data_behind_a_url_named_by_legacy_spellings(store: Path, web: str) -> None:
    given = {
        "conda-env": f"{ROOT}/envs/conda.yaml",
        "fpath": f"{web}/plant.parquet",
        "space": str(store / "space.yaml"),
        **TINY,
    }
    words = [word for name, value in given.items() for word in ("-P", f"{name}={value}")]
    database = f"sqlite:///{store}/mlflow.db"
    ended = subprocess.run(
        [sys.executable, "-m", "mlflow", "run", f"file://{ROOT}", "-b", "local", "-e", "hyperopt", *words],
        cwd=store,
        env={
            **os.environ,
            "MLFLOW_TRACKING_URI": database,
            "OMP_NUM_THREADS": "1",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    assert "best parameters, for `mtadgat train --config best.yaml`" in ended.stdout
    (search,) = MlflowClient(database).search_runs(["0"], "tags.`mtadgat.command` = 'hyperopt'")
    assert search.info.status == "FINISHED"
    assert search.data.params["fpath"] == f"{web}/plant.parquet"
    assert len(trials_of(search.info.run_id)) == 2
