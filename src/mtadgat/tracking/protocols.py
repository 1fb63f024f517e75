"""Tracking: where runs, models and results are recorded, seen from the workflows.

`mtadgat.integrations.mlflow` records in MLflow; `NullTracking` records nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

import pandas as pd
from matplotlib.figure import Figure

from mtadgat.config import ModelConfig, TrackingConfig
from mtadgat.detector.detector import Detector
from mtadgat.errors import ConfigError, ModelNotFoundError
from mtadgat.series import Series


@dataclass(frozen=True)
class RunLabel:
    """What a run is about; runs are found again by it, whatever experiment they are in.

    Args:
        command: ``train``, ``evaluate``, ``predict``, ``run`` or ``hyperopt``.
        dataset: name of the data set.
        entity: name of the entity, empty where there is only one.
    """

    command: str
    dataset: str
    entity: str = ""

    @property
    def subject(self) -> str:
        """Data set and entity in one word."""
        return f"{self.dataset}-{self.entity}" if self.entity else self.dataset


@dataclass(frozen=True)
class LoggedModel:
    """A model that was logged with a run.

    Args:
        uri: MLflow URI, such as ``models:/m-0123``.
        model_id: id by which metrics are linked to the model.
        version: version in the registry, where it was registered.
    """

    uri: str
    model_id: str
    version: str | None = None


@dataclass(frozen=True)
class ResolvedModel:
    """A model that was asked for.

    Args:
        detector: the trained detector.
        uri: where it was loaded from.
        model_id: id by which metrics are linked to the model, empty where there is none.
        run_id: the run that trained it, empty where it is unknown.
        reason: how it was chosen, in words.
    """

    detector: Detector
    uri: str
    model_id: str
    run_id: str
    reason: str


@dataclass(frozen=True, eq=False)
class EvaluatedRun:
    """An evaluation that was recorded.

    Args:
        run_id: id of the run.
        name: by what it was asked for, or the name of the run.
        subject: data set and entity.
        source: the model, or the file of scores.
        scores: one row for each evaluated row: ``timestamp`` or ``row``, ``score``, ``label``, and the threshold in
            force by every method, such as ``pot/threshold``.
        figures: one row for each figure: ``threshold``, ``metric``, ``detector``, ``random``, ``largest_z``.
    """

    run_id: str
    name: str
    subject: str
    source: str
    scores: pd.DataFrame
    metrics: pd.DataFrame


@runtime_checkable
class Tracker(Protocol):
    """Records one run."""

    @property
    def run_id(self) -> str: ...

    def log_parameters(self, parameters: Mapping[str, object]) -> None:
        """Record parameters; None and booleans are recorded as text."""

    def log_metrics(self, metrics: Mapping[str, float], step: int | None = None, model_id: str = "") -> None:
        """Record figures, those that are NaN left out; ``model_id`` links them to a logged model."""

    def log_series(self, series: Series, source: str, context: str) -> None:
        """Record which data were used: source, digest, schema; ``context`` is train, eval or new."""

    def log_table(self, table: pd.DataFrame, path: str) -> None:
        """Record a table as an artifact, CSV or parquet by the ending of ``path``."""

    def log_figure(self, figure: Figure, path: str) -> None:
        """Record a picture as an artifact."""

    def log_json(self, content: object, path: str) -> None:
        """Record plain content as a JSON artifact."""

    def log_text(self, text: str, path: str) -> None:
        """Record text as an artifact."""

    def log_file(self, file: Path, folder: str = "") -> None:
        """Record a file as an artifact."""

    def log_detector(self, detector: Detector, example: Series, config: TrackingConfig) -> LoggedModel:
        """Record a detector as a model with signature and input example; register it where ``config`` says so."""

    def set_tags(self, tags: Mapping[str, str]) -> None:
        """Record tags of the run."""


@runtime_checkable
class Tracking(Protocol):
    """Opens runs and finds models."""

    def run(self, label: RunLabel, config: TrackingConfig) -> AbstractContextManager[Tracker]:
        """Open a run, nested in the one that is open; at top level inside ``mlflow run`` join the project's run.

        An exception that leaves the block marks the run FAILED, Ctrl-C marks it KILLED.
        """

    def find_model(self, choice: ModelConfig, label: RunLabel) -> ResolvedModel:
        """Load the model that ``choice`` names: model URI, run, champion alias, else the latest finished training run.

        Args:
            choice: which model.
            label: data set and entity for which a training run is looked for.

        Raises:
            ModelNotFoundError: nothing answers to the choice.
            ServiceError: the server or registry cannot be reached.
        """

    def evaluated_threshold(self, model: ResolvedModel, method: str) -> float:
        """Return the threshold that the latest evaluation of ``model`` found by ``method``.

        Raises:
            ModelNotFoundError: the model was never evaluated with labels.
        """

    def evaluated_run(self, wanted: str) -> EvaluatedRun:
        """Return what an evaluation recorded.

        Args:
            wanted: id or name of its run, or of the run that it is nested in; of several the latest.

        Raises:
            ConfigError: there is no such evaluation.
            DataError: the evaluation recorded no scores.
            ServiceError: the tracking server does not answer.
        """


class NullTracker:
    """A tracker that records nothing."""

    run_id = ""

    def log_parameters(self, parameters: Mapping[str, object]) -> None: ...

    def log_metrics(self, metrics: Mapping[str, float], step: int | None = None, model_id: str = "") -> None: ...

    def log_series(self, series: Series, source: str, context: str) -> None: ...

    def log_table(self, table: pd.DataFrame, path: str) -> None: ...

    def log_figure(self, figure: Figure, path: str) -> None: ...

    def log_json(self, content: object, path: str) -> None: ...

    def log_text(self, text: str, path: str) -> None: ...

    def log_file(self, file: Path, folder: str = "") -> None: ...

    def log_detector(self, detector: Detector, example: Series, config: TrackingConfig) -> LoggedModel:
        return LoggedModel(uri="", model_id="")

    def set_tags(self, tags: Mapping[str, str]) -> None: ...


class NullTracking:
    """Tracking that records nothing and knows no models."""

    @contextmanager
    def run(self, label: RunLabel, config: TrackingConfig) -> Iterator[Tracker]:
        yield NullTracker()

    def find_model(self, choice: ModelConfig, label: RunLabel) -> ResolvedModel:
        raise ModelNotFoundError(f"a model for {label.subject}", "no tracking", "Use a tracking server.")

    def evaluated_threshold(self, model: ResolvedModel, method: str) -> float:
        raise ModelNotFoundError(f"an evaluation of {model.uri}", "no tracking", "Use a tracking server.")

    def evaluated_run(self, wanted: str) -> EvaluatedRun:
        raise ConfigError([f"run: expected an evaluation, got {wanted}, and nothing is tracked"])
