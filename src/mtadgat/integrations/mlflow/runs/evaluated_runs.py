"""Evaluated runs: what the runs of ``mtadgat evaluate`` recorded, read back."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd
from mlflow import MlflowClient
from mlflow.entities import Run

from mtadgat.errors import ConfigError, DataError
from mtadgat.integrations.mlflow.run_lookup import children, runs_by_id_or_name
from mtadgat.integrations.mlflow.service import service
from mtadgat.tracking import names
from mtadgat.tracking.protocols import EvaluatedRun

MAX_RUNS_OF_A_NAME = 20
"""Of the runs that share a name, how many of the latest are searched for an evaluation."""


def find_evaluation(id_or_name: str) -> EvaluatedRun:
    """Return what an evaluation recorded; see `mtadgat.tracking.protocols.Tracking.evaluated_run`."""
    runs = runs_by_id_or_name(id_or_name, MAX_RUNS_OF_A_NAME)
    for run in runs:
        for candidate in [run, *children(run)]:
            if candidate.data.tags.get(names.TAG_COMMAND) in names.EVALUATING_COMMANDS:
                return _read(candidate, str(run.info.run_name))
    others = sorted({str(run.data.tags.get(names.TAG_COMMAND, "something else")) for run in runs})
    got = f"which is a run of `{others[0]}` without one" if others else "which is no run"
    raise ConfigError([f"run: expected the id or name of an evaluation, got {id_or_name}, {got}"])


def _read(run: Run, name: str) -> EvaluatedRun:
    tags, run_id = run.data.tags, str(run.info.run_id)
    with tempfile.TemporaryDirectory(prefix="mtadgat-") as folder:
        return EvaluatedRun(
            run_id=run_id,
            name=name,
            subject=str(tags.get(names.TAG_SUBJECT, "")),
            source=str(tags.get(names.TAG_MODEL_URI) or run.data.params.get("scores", "")),
            scores=pd.read_parquet(_fetch(run_id, names.SCORES_TABLE, folder)),
            metrics=pd.read_csv(_fetch(run_id, names.METRICS_TABLE, folder)).fillna({"threshold": ""}),
        )


def _fetch(run_id: str, path: str, folder: str) -> Path:
    client = MlflowClient()
    with service(f"read {path} of run {run_id}"):
        if path in {artifact.path for artifact in client.list_artifacts(run_id, str(Path(path).parent))}:
            return Path(client.download_artifacts(run_id, path, folder))
    raise DataError(
        f"an evaluation that recorded {path}",
        f"run {run_id}, which did not",
        "Evaluate again: it failed, or an older version recorded it.",
    )
