"""Tracker: records one run in MLflow."""

from __future__ import annotations

import json
import logging
import math
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TypeVar

import mlflow
import pandas as pd
from matplotlib.figure import Figure
from mlflow import MlflowClient
from mlflow.entities import Param, RunTag

from mtadgat.config import TrackingConfig
from mtadgat.detector.detector import Detector
from mtadgat.integrations.mlflow.models.model_logging import log_model
from mtadgat.integrations.mlflow.models.registry import register
from mtadgat.integrations.mlflow.runs.dataset_input import dataset_input
from mtadgat.integrations.mlflow.service import service
from mtadgat.series import Series
from mtadgat.tracking import names
from mtadgat.tracking.protocols import LoggedModel

log = logging.getLogger(__name__)

Item = TypeVar("Item")

MOST_PARAMETERS = 100
"""Parameters or tags that MLflow takes at once."""
MOST_METRICS = 1000
"""Metrics that MLflow takes at once."""
LONGEST_PARAMETER = 6000
"""Characters of a parameter's value that MLflow keeps."""
LONGEST_TAG = 5000
"""Characters of a tag's value that every store of MLflow keeps."""


class MlflowTracker:
    """Records one run, whichever run is active.

    Args:
        run_id: id of a run that is open.
    """

    def __init__(self, run_id: str) -> None:
        self._run_id = run_id
        self._client = MlflowClient()

    @property
    def run_id(self) -> str:
        """Id of the run."""
        return self._run_id

    def log_parameters(self, parameters: Mapping[str, object]) -> None:
        """Record parameters; one that the run has already, as ``mlflow run`` spelled it, keeps its value."""
        with service("record parameters"):
            known = self._client.get_run(self._run_id).data.params
            new = [Param(name, _text(value)) for name, value in parameters.items() if name not in known]
            for some in _batches(new, MOST_PARAMETERS):
                self._client.log_batch(self._run_id, params=some)

    def log_metrics(self, metrics: Mapping[str, float], step: int | None = None, model_id: str = "") -> None:
        """Record figures, those that are NaN left out; ``model_id`` links them to a logged model."""
        known = {_plain_name(name): float(value) for name, value in metrics.items() if not math.isnan(value)}
        with service("record metrics"):
            for some in _batches(list(known.items()), MOST_METRICS):
                mlflow.log_metrics(dict(some), step=step, run_id=self._run_id, model_id=model_id or None)

    def log_series(self, series: Series, source: str, context: str) -> None:
        """Record which data were used: source, digest, schema; ``context`` is train, eval or new."""
        with service("record the data set"):
            self._client.log_inputs(self._run_id, datasets=[dataset_input(series, source, context)])

    def log_table(self, table: pd.DataFrame, path: str) -> None:
        """Record a table as an artifact, parquet where ``path`` ends so, else CSV."""
        with self._artifact(path) as file:
            if file.suffix == ".parquet":
                table.to_parquet(file, index=False)
            else:
                table.to_csv(file, index=False)

    def log_figure(self, figure: Figure, path: str) -> None:
        """Record a picture as an artifact."""
        with self._artifact(path) as file:
            figure.savefig(file)

    def log_json(self, content: object, path: str) -> None:
        """Record plain content as a JSON artifact."""
        with self._artifact(path) as file:
            file.write_text(json.dumps(content, indent=2))

    def log_text(self, text: str, path: str) -> None:
        """Record text as an artifact."""
        with self._artifact(path) as file:
            file.write_text(text)

    def log_file(self, file: Path, folder: str = "") -> None:
        """Record a file as an artifact."""
        with service("store an artifact"):
            self._client.log_artifact(self._run_id, str(file), folder or None)

    def log_detector(self, detector: Detector, example: Series, config: TrackingConfig) -> LoggedModel:
        """Record a detector as a model with signature and input example; register it where ``config`` says so.

        A registered version becomes the ``champion`` of its name.

        Raises:
            ConfigError: the environment or the name to register cannot be used.
            ServiceError: the server or the registry does not answer.
        """
        model = log_model(detector, example, config.conda_env)
        self.set_tags({names.TAG_MODEL_URI: model.uri, names.TAG_MODEL_ID: model.model_id})
        if config.register is None:
            return model
        model = register(model, config.register)
        self.set_tags({names.TAG_REGISTERED: f"{config.register}/{model.version}"})
        return model

    def set_tags(self, tags: Mapping[str, str]) -> None:
        """Record tags of the run."""
        known = [RunTag(name, value[:LONGEST_TAG]) for name, value in tags.items()]
        with service("record tags"):
            for some in _batches(known, MOST_PARAMETERS):
                self._client.log_batch(self._run_id, tags=some)

    @contextmanager
    def _artifact(self, path: str) -> Iterator[Path]:
        place = PurePosixPath(path)
        with tempfile.TemporaryDirectory(prefix="mtadgat-") as folder:
            file = Path(folder) / place.name
            yield file
            self.log_file(file, "" if str(place.parent) == "." else str(place.parent))


def _batches(items: Sequence[Item], most: int) -> Iterator[Sequence[Item]]:
    return (items[start : start + most] for start in range(0, len(items), most))


def _text(value: object) -> str:
    text = str(value).lower() if value is None or isinstance(value, bool) else str(value)
    return text[:LONGEST_PARAMETER]


def _plain_name(name: str) -> str:
    # MLflow refuses other characters; features may be called anything.
    return re.sub(r"[^\w\-. :/]", "_", name)
