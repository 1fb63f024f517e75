"""Loading: a logged model becomes a detector again; only JSON and safetensors are read."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from mlflow.exceptions import MlflowException
from mlflow.models import Model
from mlflow.models.model import MLMODEL_FILE_NAME
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

from mtadgat.errors import ModelNotFoundError
from mtadgat.integrations.mlflow.models.choice import ModelChoice, missing_model
from mtadgat.integrations.mlflow.models.model_files import model_files
from mtadgat.integrations.mlflow.models.serving import DETECTOR, load_detector
from mtadgat.integrations.mlflow.service import is_not_found, service
from mtadgat.tracking.protocols import ResolvedModel

NOT_THERE = re.compile(r"^Not a proper|No such file or directory")
"""How MLflow says without a code of its own that there is no model."""


def load_model(choice: ModelChoice) -> ResolvedModel:
    """Fetch a logged model and read its detector.

    Args:
        choice: with any URI that MLflow understands: ``models:/...``, ``runs:/...``, a folder.

    Raises:
        ModelNotFoundError: there is no model at the URI, or one without a detector.
        ServiceError: the server does not answer.
        MissingExtraError: see `model_files`.
        DataError: the detector is damaged, or of another format.
    """
    uri = choice.uri
    with tempfile.TemporaryDirectory(prefix="mtadgat-") as folder:
        description = _fetch(uri, MLMODEL_FILE_NAME, folder)
        if description is None:
            raise missing_model(f"a model at {uri}", registry=bool(re.match(r"models:/(?!m-)", uri)))
        try:
            model = Model.load(str(description))
            path = model.flavors["python_function"]["artifacts"][DETECTOR]["path"]
        except (MlflowException, OSError, KeyError, TypeError) as error:
            raise _foreign(uri) from error
        detector_folder = _fetch(uri, path, folder)
        if detector_folder is None:
            raise _foreign(uri)
        return ResolvedModel(
            detector=load_detector(detector_folder),
            uri=uri,
            model_id=model.model_id or "",
            run_id=model.run_id or "",
            reason=choice.reason,
        )


def _foreign(uri: str) -> ModelNotFoundError:
    return ModelNotFoundError(
        f"a model that mtadgat logged at {uri}", "something else", "Name another model with --model or --run."
    )


def _fetch(uri: str, path: str, folder: str) -> Path | None:
    with service(f"fetch {path} of {uri}"), model_files():
        try:
            downloaded = get_artifact_repository(uri).download_artifacts(path, folder)
            return Path(downloaded) if downloaded else None  # none: earlier MLflow's word for nothing there
        except MlflowException as error:
            if is_not_found(error) or NOT_THERE.search(error.message):
                return None
            raise
