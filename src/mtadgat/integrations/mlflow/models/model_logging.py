"""Model logging: a detector becomes a logged model that loads and serves where this project is not installed.

Inside are JSON, safetensors and code in plain text; nothing is pickled.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
from pathlib import Path

import mlflow

import mtadgat
from mtadgat.detector.detector import Detector
from mtadgat.integrations.mlflow.models.environment import conda_environment, requirements
from mtadgat.integrations.mlflow.models.serving import DETECTOR
from mtadgat.integrations.mlflow.models.signature import request_rows, signature
from mtadgat.integrations.mlflow.quiet import minimum_level
from mtadgat.integrations.mlflow.service import service
from mtadgat.series import Series
from mtadgat.tracking.protocols import LoggedModel

PACKAGE = Path(mtadgat.__file__).parent
ENTRY_FILE = Path(__file__).with_name("served.py")
SCORING_CODE = (
    "__init__.py",
    "errors.py",
    "gaps.py",
    "atomic_file.py",
    "clock.py",
    "reading.py",
    "series.py",
    "config/*.py",
    "detector/*.py",
    "detector/network/*.py",
    "detector/thresholds/*.py",
    "metrics/__init__.py",
    "metrics/baselines.py",
    "metrics/curves.py",
    "data/__init__.py",
    "data/columns/*.py",
    "data/formats/__init__.py",
    "data/formats/cells.py",
    "data/formats/missing_words.py",
    "data/formats/number*.py",
    "data/labels.py",
    "data/remembered.py",
    "data/rows.py",
    "data/table_series.py",
    "data/times/*.py",
    "integrations/__init__.py",
    "integrations/mlflow/__init__.py",
    "integrations/mlflow/models/__init__.py",
    "integrations/mlflow/models/request_parameters.py",
    "integrations/mlflow/models/serving.py",
    "integrations/mlflow/models/signature.py",
)
"""The files of this package that are stored with a model, as patterns: those that scoring imports.

A list of what is stored, not of what is left out, since a model outlives the code that logged it. Whatever travels
with it has to work with the model's own requirements alone, and every file of a model is fetched on its own. So a new
module is stored only once it is listed here; one that scoring imports and that is not listed fails the test that
loads a model on its own.
"""


def log_model(detector: Detector, example: Series, conda_env: str | None, torch_index: str | None) -> LoggedModel:
    """Log a detector with the active run.

    Args:
        detector: a fitted detector.
        example: a few rows, for the input example.
        conda_env: path or URL of a conda.yaml; None stores what scoring needs.
        torch_index: package index of the installed torch, listed with what scoring needs; None: none.

    Raises:
        ConfigError: the conda.yaml cannot be used.
        ServiceError: the model could not be stored.
    """
    libraries = (
        {"conda_env": conda_environment(conda_env)} if conda_env else {"pip_requirements": requirements(torch_index)}
    )
    with tempfile.TemporaryDirectory(prefix="mtadgat-") as folder:
        detector.save(Path(folder) / DETECTOR)
        # The example is read as a request is: what is noted of it says nothing about the data.
        with service("store the model"), minimum_level(logging.WARNING, "mtadgat.reading"):
            logged = mlflow.pyfunc.log_model(
                name="model",
                python_model=str(ENTRY_FILE),
                artifacts={DETECTOR: str(Path(folder) / DETECTOR)},
                code_paths=[str(copy_scoring_code(Path(folder)))],
                signature=signature(detector),
                input_example=request_rows(example),
                **libraries,
            )
    return LoggedModel(uri=logged.model_uri, model_id=logged.model_id)


def copy_scoring_code(folder: Path) -> Path:
    """Copy the files of `SCORING_CODE` into a folder, and return the package there."""
    package = folder / PACKAGE.name
    for file in (file for pattern in SCORING_CODE for file in PACKAGE.glob(pattern)):
        copy = package / file.relative_to(PACKAGE)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    return package
