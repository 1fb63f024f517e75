"""Loading: a logged model becomes a detector again; only JSON and safetensors are read."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import NamedTuple

from mlflow.exceptions import MlflowException
from mlflow.models import Model
from mlflow.models.model import MLMODEL_FILE_NAME
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

from mtadgat.detector.detector import Detector
from mtadgat.errors import ModelNotFoundError
from mtadgat.integrations.mlflow.models.choice import missing_model
from mtadgat.integrations.mlflow.models.serving import DETECTOR, stored_detector
from mtadgat.integrations.mlflow.service import is_not_found, service


class Loaded(NamedTuple):
    """A detector, and what its model says of itself."""

    detector: Detector
    model_id: str
    run_id: str


def load(uri: str) -> Loaded:
    """Fetch a logged model and read its detector.

    Args:
        uri: any URI that MLflow knows: ``models:/...``, ``runs:/...``, a folder.

    Raises:
        ModelNotFoundError: nothing is there, or no detector.
        ServiceError: the server does not answer.
        DataError: the detector is damaged, or of another format.
    """
    with tempfile.TemporaryDirectory(prefix="mtadgat-") as folder:
        description = _fetch(uri, MLMODEL_FILE_NAME, folder)
        if description is None:
            raise missing_model(f"a model at {uri}", registry=bool(re.match(r"models:/(?!m-)", uri)))
        try:
            model = Model.load(str(description))
            place = model.flavors["python_function"]["artifacts"][DETECTOR]["path"]
        except (MlflowException, OSError, KeyError, TypeError) as error:
            raise _foreign(uri) from error
        fetched = _fetch(uri, place, folder)
        if fetched is None:
            raise _foreign(uri)
        return Loaded(stored_detector(fetched), model.model_id or "", model.run_id or "")


def _foreign(uri: str) -> ModelNotFoundError:
    return ModelNotFoundError(
        f"a model that mtadgat logged at {uri}", "something else", "Name another model with --model or --run."
    )


def _fetch(uri: str, path: str, folder: str) -> Path | None:
    with service(f"fetch {path} of {uri}"):
        try:
            return Path(get_artifact_repository(uri).download_artifacts(path, folder))
        except MlflowException as error:
            if is_not_found(error) or error.message.startswith("Not a proper"):
                return None
            raise
