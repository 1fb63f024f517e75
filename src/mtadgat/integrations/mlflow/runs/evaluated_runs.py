"""Evaluations: what the runs of ``mtadgat evaluate`` recorded, read back."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pandas as pd
from mlflow import MlflowClient
from mlflow.entities import Run

from mtadgat.errors import ConfigError, DataError
from mtadgat.integrations.mlflow.run_lookup import children, run_by_id, runs_by_name
from mtadgat.integrations.mlflow.service import service
from mtadgat.tracking import names
from mtadgat.tracking.protocols import EvaluatedRun

LOOKED_AT = 20
"""How many runs of one name are looked at, the latest."""


def find_evaluation(wanted: str) -> EvaluatedRun:
    """Return what an evaluation recorded; see `mtadgat.tracking.Tracking.evaluated_run`."""
    runs = run_by_id(wanted) if re.fullmatch(r"[0-9a-f]{32}", wanted) else runs_by_name(LOOKED_AT, wanted)
    for run in runs:
        for known in [run, *children(run)]:
            if known.data.tags.get(names.TAG_COMMAND) in names.EVALUATING_COMMANDS:
                return _read(known, str(run.info.run_name))
    others = sorted({str(run.data.tags.get(names.TAG_COMMAND, "something else")) for run in runs})
    got = f"which is a run of `{others[0]}` without one" if others else "which is no run"
    raise ConfigError([f"run: expected the id or name of an evaluation, got {wanted}, {got}"])


def _read(run: Run, name: str) -> EvaluatedRun:
    about, run_id = run.data.tags, str(run.info.run_id)
    with tempfile.TemporaryDirectory(prefix="mtadgat-") as folder:
        return EvaluatedRun(
            run_id=run_id,
            name=name,
            subject=str(about.get(names.TAG_SUBJECT, "")),
            source=str(about.get(names.TAG_MODEL_URI) or run.data.params.get("scores", "")),
            scores=pd.read_parquet(_fetched(run_id, names.SCORES_TABLE, folder)),
            metrics=pd.read_csv(_fetched(run_id, names.METRICS_TABLE, folder)).fillna({"threshold": ""}),
        )


def _fetched(run_id: str, path: str, folder: str) -> Path:
    client = MlflowClient()
    with service(f"read {path} of run {run_id}"):
        if path in {artifact.path for artifact in client.list_artifacts(run_id, str(Path(path).parent))}:
            return Path(client.download_artifacts(run_id, path, folder))
    raise DataError(
        f"an evaluation that recorded {path}",
        f"run {run_id}, which did not",
        "Evaluate again: it failed, or an older version recorded it.",
    )
