"""MLflow tracker: records one run in MLflow."""

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
from mtadgat.data.storage.writing import save_table
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

MAX_PARAMETERS_PER_BATCH = 100
"""How many parameters or tags MLflow accepts in one request."""
MAX_METRICS_PER_BATCH = 1000
"""How many metrics MLflow accepts in one request."""
MAX_PARAMETER_LENGTH = 6000
"""Characters of a parameter's value that MLflow stores."""
MAX_TAG_LENGTH = 5000
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
        """Record parameters; those that the run already has, as ``mlflow run`` spelled them, keep their value."""
        with service("record parameters"):
            recorded = self._client.get_run(self._run_id).data.params
            new = [Param(name, _text(value)) for name, value in parameters.items() if name not in recorded]
            for batch in _batches(new, MAX_PARAMETERS_PER_BATCH):
                self._client.log_batch(self._run_id, params=batch)

    def log_metrics(self, metrics: Mapping[str, float], step: int | None = None, model_id: str = "") -> None:
        """Record metrics except those that are NaN; ``model_id`` links them to a logged model."""
        numbers = {_plain_name(name): float(value) for name, value in metrics.items() if not math.isnan(value)}
        with service("record metrics"):
            for batch in _batches(list(numbers.items()), MAX_METRICS_PER_BATCH):
                mlflow.log_metrics(dict(batch), step=step, run_id=self._run_id, model_id=model_id or None)

    def log_series(self, series: Series, context: str) -> None:
        """Record which data the run used: source, digest and schema; ``context`` is train, eval or new."""
        with service("record the data set"):
            self._client.log_inputs(self._run_id, datasets=[dataset_input(series, context)])

    def log_table(self, table: pd.DataFrame, path: str) -> None:
        """Record a table as an artifact: parquet if ``path`` ends in ``.parquet``, else CSV."""
        with self._artifact(path) as file:
            save_table(table, file)

    def log_figure(self, figure: Figure, path: str) -> None:
        """Record a figure as an artifact."""
        with self._artifact(path) as file:
            figure.savefig(file)

    def log_json(self, content: object, path: str) -> None:
        """Record lists, dicts and plain values as a JSON artifact."""
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
        """Record a detector as a model with signature and input example; register it if ``config`` says so.

        A registered version becomes the ``champion`` of its name.

        Raises:
            ConfigError: the environment or the name to register cannot be used.
            ServiceError: the server or the registry does not answer.
        """
        model = log_model(detector, example, config.conda_env, config.torch_index)
        self.set_tags(names.model_tags(model.uri, model.model_id))
        if config.register is None:
            return model
        model = register(model, config.register)
        self.set_tags({names.TAG_REGISTERED: f"{config.register}/{model.version}"})
        return model

    def set_tags(self, tags: Mapping[str, str]) -> None:
        """Record tags of the run."""
        run_tags = [RunTag(name, value[:MAX_TAG_LENGTH]) for name, value in tags.items()]
        with service("record tags"):
            for batch in _batches(run_tags, MAX_PARAMETERS_PER_BATCH):
                self._client.log_batch(self._run_id, tags=batch)

    @contextmanager
    def _artifact(self, path: str) -> Iterator[Path]:
        target = PurePosixPath(path)
        with tempfile.TemporaryDirectory(prefix="mtadgat-") as folder:
            file = Path(folder) / target.name
            yield file
            self.log_file(file, "" if str(target.parent) == "." else str(target.parent))


def _batches(items: Sequence[Item], max_items: int) -> Iterator[Sequence[Item]]:
    return (items[start : start + max_items] for start in range(0, len(items), max_items))


def _text(value: object) -> str:
    text = str(value).lower() if value is None or isinstance(value, bool) else str(value)
    return text[:MAX_PARAMETER_LENGTH]


def _plain_name(name: str) -> str:
    # MLflow refuses other characters, and names of features may hold any.
    return re.sub(r"[^\w\-. :/]", "_", name)
