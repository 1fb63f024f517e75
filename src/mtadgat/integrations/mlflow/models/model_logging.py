"""Model: a detector as a logged model that loads and serves where this project is not installed.

Inside are JSON, safetensors and code in plain text; nothing is pickled.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import mlflow

import mtadgat
from mtadgat.detector.detector import Detector
from mtadgat.integrations.mlflow.models.environment import conda_environment, requirements
from mtadgat.integrations.mlflow.models.serving import DETECTOR
from mtadgat.integrations.mlflow.models.signature import request_rows, signature
from mtadgat.integrations.mlflow.service import service
from mtadgat.series import Series
from mtadgat.tracking.protocols import LoggedModel

PACKAGE = Path(mtadgat.__file__).parent
CODE = Path(__file__).with_name("served.py")
UNSTORED = shutil.ignore_patterns("__pycache__", ".*", "cli", "reporting", "search", "workflows")
"""Leavings of tools, and what scoring never imports: every file of a model is fetched by itself."""


def log_model(detector: Detector, example: Series, conda_env: str | None) -> LoggedModel:
    """Log a detector with the active run.

    Args:
        detector: a fitted detector.
        example: a few rows, for the input example.
        conda_env: path or URL of a conda.yaml; None stores what scoring needs.

    Raises:
        ConfigError: the conda.yaml cannot be used.
        ServiceError: the model could not be stored.
    """
    libraries = {"conda_env": conda_environment(conda_env)} if conda_env else {"pip_requirements": requirements()}
    with tempfile.TemporaryDirectory(prefix="mtadgat-") as folder:
        detector.save(Path(folder) / DETECTOR)
        code = shutil.copytree(PACKAGE, Path(folder) / PACKAGE.name, ignore=UNSTORED)
        with service("store the model"):
            logged = mlflow.pyfunc.log_model(
                name="model",
                python_model=str(CODE),
                artifacts={DETECTOR: str(Path(folder) / DETECTOR)},
                code_paths=[str(code)],
                signature=signature(detector),
                input_example=request_rows(example),
                **libraries,
            )
    return LoggedModel(uri=logged.model_uri, model_id=logged.model_id)
