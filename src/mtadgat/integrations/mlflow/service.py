"""Service: calls to the tracking server, store or registry, which may fail; failures become `ServiceError`."""

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
from mlflow.utils.uri import get_db_info_from_uri

from mtadgat.errors import MissingExtraError, ServiceError, redacted
from mtadgat.integrations.mlflow.quiet import environment, minimum_level, quiet

MAX_REASON_LENGTH = 500
"""Characters of the reason for a failure that are kept."""
NOT_FOUND_CODES = frozenset({"RESOURCE_DOES_NOT_EXIST", "NOT_FOUND", "INVALID_PARAMETER_VALUE"})
"""Error codes by which a working server reports that a model, version, alias or run does not exist."""


@contextmanager
def service(task: str, registry: bool = False) -> Iterator[None]:
    """Run calls to MLflow quietly, and turn their failures into one error.

    Args:
        task: what MLflow is asked to do, such as ``record metrics``.
        registry: whether the calls go to the model registry, which may have another URI.

    Raises:
        ServiceError: MLflow did not answer, or refused.
    """
    try:
        with quiet(), environment(**_profile(mlflow.get_tracking_uri())):
            yield
    except (MlflowException, OSError) as error:
        uri = mlflow.get_registry_uri() if registry else mlflow.get_tracking_uri()
        raise ServiceError(
            f"MLflow at {redacted(uri)} to {task}",
            _reason(error),
            f"Check that it runs, that you may use it, and MLFLOW_{'REGISTRY' if registry else 'TRACKING'}_URI.",
        ) from None  # the original error shows the URL with its password


@contextmanager
def fail_fast() -> Iterator[None]:
    """Retry once at most: MLflow's own seven attempts take minutes where no server answers."""
    with (
        minimum_level(logging.ERROR, "urllib3"),  # the error says it all
        environment(MLFLOW_HTTP_REQUEST_MAX_RETRIES="1", MLFLOW_HTTP_REQUEST_TIMEOUT="20"),
    ):
        yield


def require_service() -> None:
    """Check that the tracking server or store answers.

    Raises:
        ServiceError: it does not answer.
        MissingExtraError: runs are to be kept in a database, for which libraries are missing, as with mlflow-skinny.
    """
    uri = mlflow.get_tracking_uri()
    try:
        _require_sqlite(uri)
        with service("answer"), fail_fast():
            MlflowClient().search_experiments(max_results=1)
    except ImportError as error:
        raise MissingExtraError(
            f"the libraries with which MLflow keeps runs at {redacted(uri)}",
            str(error),
            "Run `pip install mlflow`, of which mlflow-skinny is a part, or set MLFLOW_TRACKING_URI to a server.",
        ) from error


def is_not_found(error: MlflowException) -> bool:
    """Whether an error only says that a model, version, alias or run does not exist."""
    return error.error_code in NOT_FOUND_CODES and not isinstance(error, UnsupportedModelRegistryStoreURIException)


def _profile(uri: str) -> dict[str, str]:
    """Return the profile of ``databricks://PROFILE`` as a variable: transfers of files look at no URI."""
    profile, prefix = get_db_info_from_uri(uri)
    return {"DATABRICKS_CONFIG_PROFILE": profile} if profile and not prefix else {}


def _reason(error: Exception) -> str:
    text = redacted(str(error)).strip() or type(error).__name__
    first = text.splitlines()[0]
    # A list of the files that failed has its reasons on the lines below.
    return (" ".join(text.split()) if first.endswith(":") else first)[:MAX_REASON_LENGTH]


def _require_sqlite(uri: str) -> None:
    # MLflow tries to open a database ten times, which takes two minutes where it cannot.
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
            "Set MLFLOW_TRACKING_URI to a file that you may write, such as sqlite:////tmp/mlflow.db.",
        ) from error
