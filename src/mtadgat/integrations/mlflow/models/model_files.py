"""Model files: the way that files of models in Unity Catalog take between this machine and their storage.

A workspace sends them itself, through its Files API, or vends credentials of the cloud storage behind it, for which
MLflow needs that cloud's library.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version

from mlflow.environment_variables import MLFLOW_USE_DATABRICKS_SDK_MODEL_ARTIFACTS_REPO_FOR_UC as THROUGH_WORKSPACE
from mlflow.exceptions import MlflowException

from mtadgat.errors import MissingExtraError
from mtadgat.integrations.mlflow.quiet import environment

CLOUD_LIBRARIES = ("azure-storage-file-datalake", "boto3", "google-cloud-storage")
"""What MLflow needs for credentials of Azure, AWS and Google Cloud."""


@contextmanager
def model_files() -> Iterator[None]:
    """Run calls that move files of models: through the workspace, unless the user chose the storage by variable.

    Raises:
        MissingExtraError: the user chose the storage, and the library of its cloud is not installed.
    """
    try:
        with environment(**{THROUGH_WORKSPACE.name: "true"}):
            yield
    except MlflowException as error:
        if _storage_chosen() and isinstance(error.__cause__, ImportError):
            raise _missing_library() from error
        raise


def check_model_files() -> str:
    """Return which way files of models go, in words.

    Raises:
        MissingExtraError: the user chose the storage, and no library of a cloud is installed.
    """
    if not _storage_chosen():
        return "their files go through the workspace"
    if not any(map(_installed, CLOUD_LIBRARIES)):
        raise _missing_library()
    return f"their files go to its cloud storage, with {_libraries()}"


def _storage_chosen() -> bool:
    return os.environ.get(THROUGH_WORKSPACE.name, "true").lower() in ("false", "0")


def _missing_library() -> MissingExtraError:
    return MissingExtraError(
        f"a library of the workspace's cloud storage, as {THROUGH_WORKSPACE.name}=false asks for",
        _libraries(),
        f"Unset {THROUGH_WORKSPACE.name}, or run `pip install 'mlflow[databricks]'`.",
    )


def _libraries() -> str:
    return ", ".join(filter(_installed, CLOUD_LIBRARIES)) or "none"


def _installed(library: str) -> bool:
    try:
        version(library)
    except PackageNotFoundError:
        return False
    return True
