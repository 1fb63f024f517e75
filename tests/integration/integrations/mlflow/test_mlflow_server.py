"""The same job against a tracking server on its own: over HTTP, with artifacts that it hands on."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
import pytest
from matplotlib.figure import Figure
from mlflow import MlflowClient

from mtadgat.config import ModelConfig, TrackingConfig
from mtadgat.detector.detector import Detector
from mtadgat.errors import ModelNotFoundError, ServiceError
from mtadgat.integrations.mlflow.runs.mlflow_tracking import MlflowTracking
from mtadgat.series import Series
from mtadgat.tracking import names
from mtadgat.tracking.protocols import RunLabel
from stores import empty_database

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory,
    process_environment: dict[str, str],
    started: Callable[..., Any],
) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("server")
    shutil.copy(Path(empty_database().name) / "mlflow.db", folder)
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", "{port}", "--workers", "1"]
    command += ["--backend-store-uri", f"sqlite:///{folder / 'mlflow.db'}", "--artifacts-destination", "artifacts"]
    with started(command, "/health", process_environment, folder / "server.log") as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def elsewhere(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, with the tracking URI set to the server."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server)
    return tmp_path


def test_a_job_leaves_its_traces_on_the_server(
    detector: Detector, series: Series, elsewhere: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    tracking, config = MlflowTracking(), TrackingConfig(register="pumps")
    with tracking.run(RunLabel("train", "plant", "pump-1"), config) as tracker:
        tracker.log_parameters({"window": 8})
        tracker.log_metrics({"loss": 0.5, "limit": float("inf")})
        tracker.log_series(series, "train")
        tracker.log_figure(Figure(), "figures/losses.png")
        tracker.log_table(pd.DataFrame({"score": [1.0]}), "scores.csv")
        model = tracker.log_detector(detector, series.rows(-5), config)
    latest = tracking.find_model(ModelConfig(), RunLabel("predict", "plant", "pump-1"))
    champion = tracking.find_model(ModelConfig(registered_model="pumps"), RunLabel("predict", "other"))
    with tracking.run(RunLabel("evaluate", "plant", "pump-1"), TrackingConfig()) as evaluation:
        evaluation.set_tags({names.TAG_MODEL_URI: latest.uri, names.TAG_MODEL_ID: latest.model_id})
        evaluation.log_metrics({"best_f1/threshold": 2.5}, model_id=latest.model_id)

    assert capfd.readouterr() == ("", "")
    assert latest.model_id == champion.model_id == model.model_id
    assert champion.reason == "version 1 of pumps, its champion"
    assert tracking.evaluated_threshold(champion, "best_f1") == 2.5
    assert latest.detector.score(series).total.tolist() == detector.score(series).total.tolist()
    with pytest.raises(ModelNotFoundError, match=rf"Expected a model at runs:/{tracker.run_id}/other"):
        tracking.find_model(ModelConfig(model=f"runs:/{tracker.run_id}/other"), RunLabel("predict", "plant"))
    run = MlflowClient().get_run(tracker.run_id)
    assert run.info.status == "FINISHED"
    assert run.data.metrics["loss"] == 0.5
    assert [used.dataset.digest for used in run.inputs.dataset_inputs] == [series.digest]
    assert {file.path for file in MlflowClient().list_artifacts(tracker.run_id)} == {"figures", "scores.csv"}
    assert not (elsewhere / "mlruns").exists()
    assert not (elsewhere / "mlflow.db").exists()


def test_what_is_no_tracking_server_is_an_error(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"{server}/elsewhere")
    with pytest.raises(ServiceError, match=r"/elsewhere to answer; got API request to endpoint .* error code 404"):
        MlflowTracking().find_model(ModelConfig(), RunLabel("predict", "plant"))


def test_a_server_that_vanishes_does_not_hide_why_the_run_failed(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    opened = MlflowTracking().run(RunLabel("train", "plant"), TrackingConfig())
    with pytest.raises(ValueError, match="the real reason"), opened:
        monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:1")
        raise ValueError("the real reason")
    assert mlflow.active_run() is None
    assert "the run stays open: Expected MLflow at http://127.0.0.1:1 to mark the run as failed" in caplog.text
