"""Fixtures: stores, servers and a small trained detector, all of them real."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import mlflow
import numpy as np
import pytest

from mtadgat.config import DetectorConfig
from mtadgat.detector.detector import Detector
from mtadgat.integrations.mlflow.runs.mlflow_tracking import MlflowTracking
from mtadgat.series import Series
from stores import use_new_store

FEATURES = ("load", "heat", "speed")
SETTINGS = DetectorConfig(window=8, epochs=1, gru_hidden=4, forecast_hidden=4, reconstruction_hidden=4, device="cpu")


@pytest.fixture(scope="session", autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """What tests of other folders told MLflow is forgotten before the first fixture here is made."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(("MLFLOW_", "DATABRICKS_"))]:
            patch.delenv(name)
        patch.setattr(mlflow.tracking.fluent, "_active_experiment_id", None)
        while mlflow.active_run() is not None:
            mlflow.end_run()
        mlflow.set_tracking_uri(None)
        mlflow.set_registry_uri(None)
        for name in ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI"):
            os.environ.pop(name, None)
        yield


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """MLflow as a newcomer finds it: no variable set, nothing told from Python, no run open."""
    for name in [name for name in os.environ if name.startswith("MLFLOW_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    monkeypatch.setattr(mlflow.tracking.fluent, "_active_experiment_id", None)
    yield
    while mlflow.active_run() is not None:
        mlflow.end_run()
    mlflow.set_tracking_uri(None)
    mlflow.set_registry_uri(None)
    for name in ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI", "MLFLOW_EXPERIMENT_ID", "MLFLOW_RUN_ID"):
        os.environ.pop(name, None)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store of MLflow, in a fresh working directory."""
    use_new_store(tmp_path, monkeypatch)
    return tmp_path


@pytest.fixture
def tracking(store: Path) -> MlflowTracking:
    """Tracking in the store."""
    return MlflowTracking()


@pytest.fixture(scope="session")
def series() -> Series:
    """A healthy series of three features with times."""
    rng = np.random.default_rng(0)
    phase = np.arange(120)[:, None] / np.array([5.0, 7.0, 11.0])
    return Series(
        values=np.sin(phase) + 0.05 * rng.standard_normal((120, 3)),
        features=FEATURES,
        dataset="plant",
        entity="pump-1",
        timestamps=np.datetime64("2026-01-01", "ns") + np.arange(120) * np.timedelta64(1, "m"),
    )


@pytest.fixture(scope="session")
def detector(series: Series) -> Detector:
    """A detector fitted on the healthy series."""
    return Detector(SETTINGS).fit(series)


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    """Finds a port on loopback that nobody uses."""

    def find() -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return int(probe.getsockname()[1])

    return find


@pytest.fixture(scope="session")
def process_environment() -> dict[str, str]:
    """Variables for processes that tests start: nothing of MLflow set, one thread."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MLFLOW_", "PYTEST_"))}
    path = os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", "")])
    return {**kept, "PATH": path, "OMP_NUM_THREADS": "1", "MLFLOW_DISABLE_TELEMETRY": "true"}


@pytest.fixture(scope="session")
def started(free_port: Callable[[], int]) -> Callable[..., object]:
    """Starts a server, waits until it answers, and ends it by its id."""
    from contextlib import contextmanager

    @contextmanager
    def start(command: list[str], health: str, environment: dict[str, str], log: Path) -> Iterator[int]:
        port = free_port()
        words = [word.format(port=port) for word in command]
        with log.open("w") as output:
            process = subprocess.Popen(words, env=environment, stdout=output, stderr=subprocess.STDOUT, cwd=log.parent)
        try:
            wait_for(f"http://127.0.0.1:{port}{health}", process, log)
            yield port
        finally:
            end(process)

    return start


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path, seconds: int = 240) -> None:
    """Wait until a URL answers; fail where the process ends or the time is over."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(seconds * 4):
        if process.poll() is not None:
            break
        try:
            with opener.open(url, timeout=5):
                return
        except OSError:
            time.sleep(0.25)
    pytest.fail(f"no server at {url}:\n{log.read_text()[-3000:]}")


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process and what it started."""
    import psutil

    family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    for member in family:
        member.terminate()
    _, alive = psutil.wait_procs(family, timeout=3)
    for member in alive:
        member.kill()
    process.wait(timeout=10)
