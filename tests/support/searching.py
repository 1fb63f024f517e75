"""Small data, spaces and stores for the tests of searches."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest
from mlflow import MlflowClient
from mlflow.entities import Run

from mtadgat.config import DataConfig, DetectorConfig, SearchConfig
from mtadgat.config.requests import HyperoptRequest
from mtadgat.search.trial import TrialRecord
from stores import use_new_store

SMALL = DetectorConfig(
    window=8, stride=4, epochs=2, gru_hidden=4, forecast_hidden=4, reconstruction_hidden=4, device="cpu"
)
SPACE = """
learning_rate: {loguniform: [1.0e-4, 1.0e-2]}
gru_hidden: {quniform: [4, 12, 4]}
attention: {choice: [gatv2, gat]}
"""
ROWS, TRAIN_ROWS = 480, 240


def fresh_store(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A store of MLflow in a fresh working directory, and nothing else set."""
    for name in [name for name in os.environ if name.startswith("MLFLOW_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    monkeypatch.setattr(mlflow.tracking.fluent, "_active_experiment_id", None)
    mlflow.set_tracking_uri(None)
    use_new_store(folder, monkeypatch)
    yield folder
    while mlflow.active_run() is not None:
        mlflow.end_run()
    mlflow.set_tracking_uri(None)
    for name in ("MLFLOW_TRACKING_URI", "MLFLOW_EXPERIMENT_ID", "MLFLOW_RUN_ID"):
        os.environ.pop(name, None)


def write_data(folder: Path) -> DataConfig:
    """Write a table with labelled events in both halves of its eval split."""
    rng = np.random.default_rng(0)
    phase = np.arange(ROWS)[:, None] / np.array([5.0, 7.0, 11.0])
    values = np.sin(phase) + 0.05 * rng.standard_normal((ROWS, 3))
    labels = np.zeros(ROWS, dtype=int)
    for start in (280, 320, 400, 440):
        values[start : start + 10] += 1.5
        labels[start : start + 10] = 1
    table = pd.DataFrame(values, columns=["load", "heat", "speed"]).assign(label=labels)
    table.to_parquet(folder / "plant.parquet")
    return DataConfig(
        fpath=str(folder / "plant.parquet"),
        label_column="label",
        train_end=str(TRAIN_ROWS),
        eval_start=str(TRAIN_ROWS),
    )


def small_request(folder: Path, **search: object) -> HyperoptRequest:
    """A request for a search of seconds."""
    space = folder / "space.yaml"
    if not space.exists():
        space.write_text(SPACE)
    parameters = {"space": str(space), "algo": "rand", "max_evals": 3, **search}
    return HyperoptRequest(data=write_data(folder), detector=SMALL, search=SearchConfig(**parameters))  # type: ignore[arg-type]


def record(number: int, loss: float, status: str = "finished", **more: object) -> TrialRecord:
    """A record of a trial without parameters."""
    return TrialRecord(number, status, loss, {}, {}, **{"ended": float(number), **more})  # type: ignore[arg-type]


def trials_of(run_id: str) -> list[Run]:
    """The runs of a search's trials, in the order in which they began."""
    client = MlflowClient()
    return list(
        client.search_runs(
            [client.get_run(run_id).info.experiment_id],
            f"tags.`mlflow.parentRunId` = '{run_id}' AND tags.`mtadgat.command` = 'trial'",
            order_by=["attributes.start_time"],
        )
    )
