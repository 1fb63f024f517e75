"""Stores: databases of MLflow in fresh folders, named by their paths, since the default differs between versions."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path

import pytest
from mlflow import MlflowClient

from mtadgat.integrations.mlflow.service import require_service


@cache
def empty_database() -> tempfile.TemporaryDirectory[str]:
    """A folder with a database of MLflow without runs: making one takes seconds."""
    folder = tempfile.TemporaryDirectory(prefix="mtadgat-tests-")
    MlflowClient(f"sqlite:///{folder.name}/mlflow.db").search_experiments()
    return folder


def use_new_store(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Work in a folder, with an empty database there as the store of MLflow."""
    shutil.copy(Path(empty_database().name) / "mlflow.db", folder)
    use_store(folder, patch)


def use_store(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Work in a folder, with the database that lies there as the store of MLflow."""
    patch.chdir(folder)
    patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{folder}/mlflow.db")
    require_service()  # an earlier MLflow takes over the log when it opens a database
