"""Service: the tracking server or store as something that may not answer, and says why in our words."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import mlflow
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.tracking.registry import UnsupportedModelRegistryStoreURIException

from mtadgat.errors import ServiceError, redacted
from mtadgat.integrations.mlflow.quiet import environment, hushed, quiet

LONGEST_REASON = 500
ABSENT = frozenset({"RESOURCE_DOES_NOT_EXIST", "NOT_FOUND", "INVALID_PARAMETER_VALUE"})
"""Codes with which a server that works says that a thing, or an alias of it, does not exist."""


@contextmanager
def service(task: str, registry: bool = False) -> Iterator[None]:
    """Talk to MLflow quietly.

    Args:
        task: what it is asked to do, such as ``record metrics``.
        registry: whether the model registry is asked, which may live elsewhere.

    Raises:
        ServiceError: it did not answer, or refused.
    """
    try:
        with quiet():
            yield
    except (MlflowException, OSError) as error:
        place = mlflow.get_registry_uri() if registry else mlflow.get_tracking_uri()
        raise ServiceError(
            f"MLflow at {redacted(place)} to {task}",
            _reason(error),
            f"Check that it runs, that you may use it, and MLFLOW_{'REGISTRY' if registry else 'TRACKING'}_URI.",
        ) from None  # the original names the URL with its password


@contextmanager
def fail_fast() -> Iterator[None]:
    """Ask once more at most: MLflow's own seven attempts take minutes where nobody answers."""
    with (
        hushed(logging.ERROR, "urllib3"),  # the error says all
        environment(MLFLOW_HTTP_REQUEST_MAX_RETRIES="1", MLFLOW_HTTP_REQUEST_TIMEOUT="20"),
    ):
        yield


def require_service() -> None:
    """Find out whether the tracking server or store answers.

    Raises:
        ServiceError: it does not.
    """
    _require_sqlite(mlflow.get_tracking_uri())
    with service("answer"), fail_fast():
        MlflowClient().search_experiments(max_results=1)


def is_not_found(error: MlflowException) -> bool:
    """Whether an error is the plain answer that a model, version, alias or run does not exist."""
    return error.error_code in ABSENT and not isinstance(error, UnsupportedModelRegistryStoreURIException)


def _reason(error: Exception) -> str:
    text = redacted(str(error)).strip() or type(error).__name__
    return text.splitlines()[0][:LONGEST_REASON]


def _require_sqlite(uri: str) -> None:
    # MLflow tries a database that it cannot open ten times, which takes two minutes.
    if not uri.startswith("sqlite:"):
        return
    from sqlalchemy.engine import make_url

    file = Path(make_url(uri).database or ":memory:")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(file)) as database:
            database.execute("PRAGMA schema_version")
    except (OSError, sqlite3.Error) as error:
        raise ServiceError(
            f"a database of MLflow at {file.absolute()}",
            str(error),
            "Set MLFLOW_TRACKING_URI to a place where you may write, such as sqlite:////tmp/mlflow.db.",
        ) from error
