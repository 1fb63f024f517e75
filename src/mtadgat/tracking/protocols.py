"""Tracking: where runs, models and results are recorded, as the workflows see it.

A workflow gets a `Tracking`, opens a run with it, and records with the `Tracker` of that run.
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
from mtadgat.series import Series, subject_name
from mtadgat.tracking import names


@dataclass(frozen=True)
class RunLabel:
    """What a run does, and on which data; later runs are looked up by it, in all experiments.

    Args:
        command: ``check``, ``train``, ``evaluate``, ``predict``, ``run`` or ``hyperopt``.
        dataset: name of the data set.
        entity: name of the entity, empty where there is only one.
    """

    command: str
    dataset: str
    entity: str = ""

    @property
    def subject(self) -> str:
        """Data set and entity in one word, as in `Series.name`."""
        return subject_name(self.dataset, self.entity)

    @property
    def data_tags(self) -> dict[str, str]:
        """The tags that name the data."""
        return {names.TAG_DATASET: self.dataset, names.TAG_ENTITY: self.entity, names.TAG_SUBJECT: self.subject}


@dataclass(frozen=True)
class LoggedModel:
    """A model that was logged with a run.

    Args:
        uri: MLflow URI, such as ``models:/m-0123``.
        model_id: id by which metrics are linked to the model.
        version: version in the registry, or None if it was not registered.
    """

    uri: str
    model_id: str
    version: str | None = None


@dataclass(frozen=True)
class ResolvedModel:
    """The model that a command uses, loaded.

    Args:
        detector: the trained detector.
        uri: the URI from which it was loaded.
        model_id: id by which metrics are linked to the model, empty if it has none.
        run_id: id of the run that trained it, empty if unknown.
        reason: why this model was chosen, to be read by people.
    """

    detector: Detector
    uri: str
    model_id: str
    run_id: str
    reason: str


@dataclass(frozen=True, eq=False)
class EvaluatedRun:
    """What an evaluation recorded.

    Args:
        run_id: id of the run of the evaluation.
        name: name of the run that was asked for: the evaluation's own, or that of the run around it.
        subject: data set and entity.
        source: URI of the model, or the file of scores, that was evaluated.
        scores: one row for each evaluated row: its time under its name in the input (``timestamp`` in earlier runs) or
            ``row``, ``score``, ``label``, and for each method the threshold at that row, in a column such as
            ``pot/threshold``.
        metrics: one row for each metric, in columns: ``threshold`` (empty for metrics that need none), ``metric``, and
            the values of ``detector`` and of the baselines ``random`` and ``largest_z``.
    """

    run_id: str
    name: str
    subject: str
    source: str
    scores: pd.DataFrame
    metrics: pd.DataFrame


@runtime_checkable
class Tracker(Protocol):
    """Records one run. Every method raises `ServiceError` if the service that records does not answer."""

    @property
    def run_id(self) -> str:
        """Id of the run, empty if nothing is recorded."""

    def log_parameters(self, parameters: Mapping[str, object]) -> None:
        """Record parameters as strings: None as ``none``, booleans as ``true`` and ``false``.

        A parameter that the run already has keeps its value.
        """

    def log_metrics(self, metrics: Mapping[str, float], step: int | None = None, model_id: str = "") -> None:
        """Record metrics, except those that are NaN.

        Args:
            metrics: values by name.
            step: position in the history of each metric, such as the epoch; None where there is only one value.
            model_id: the logged model to which the metrics are linked, empty for none.
        """

    def log_series(self, series: Series, context: str) -> None:
        """Record which data the run used: name, digest and schema, not the values.

        Args:
            series: the rows that were used.
            context: ``train``, ``eval`` or ``new``.
        """

    def log_table(self, table: pd.DataFrame, path: str) -> None:
        """Record a table as an artifact: parquet if ``path`` ends in ``.parquet``, else CSV."""

    def log_figure(self, figure: Figure, path: str) -> None:
        """Record a figure as an artifact, in the format of the ending of ``path``."""

    def log_json(self, content: object, path: str) -> None:
        """Record lists, dicts and plain values as a JSON artifact."""

    def log_text(self, text: str, path: str) -> None:
        """Record text as an artifact."""

    def log_file(self, file: Path, folder: str = "") -> None:
        """Record a file as an artifact under its own name, in a folder of the artifacts."""

    def log_detector(self, detector: Detector, example: Series, config: TrackingConfig) -> LoggedModel:
        """Record a detector as a model with signature and input example.

        Args:
            detector: a fitted detector.
            example: a few rows, for the input example.
            config: says whether to register the model, and under which name; a registered version becomes the
                champion of its name.

        Raises:
            ConfigError: the environment or the name to register cannot be used.
        """

    def set_tags(self, tags: Mapping[str, str]) -> None:
        """Record tags of the run; values that are too long are cut."""


@runtime_checkable
class Tracking(Protocol):
    """Opens runs, and looks up models and evaluations that earlier runs recorded."""

    def run(self, label: RunLabel, config: TrackingConfig) -> AbstractContextManager[Tracker]:
        """Open a run, nested in the active run if there is one; inside ``mlflow run`` join the project's run instead.

        An exception that leaves the block marks the run FAILED, Ctrl-C marks it KILLED.

        Raises:
            ConfigError: the experiment, the environment or the name to register cannot be used.
            ServiceError: the tracking server does not answer.
        """

    def find_model(self, choice: ModelConfig, label: RunLabel) -> ResolvedModel:
        """Load the model that a command names, else the champion or the latest one for the data set.

        Args:
            choice: what the command names: a model URI, a run, a registered model, or nothing.
            label: data set and entity, which decide where ``choice`` names nothing.

        Raises:
            ModelNotFoundError: no model matches.
            ServiceError: the server or registry does not answer.
            DataError: the model is damaged, or of another format.
        """

    def evaluated_threshold(self, model: ResolvedModel, method: str) -> float:
        """Return the threshold that a method set in the latest evaluation of a model.

        Args:
            model: the model that was evaluated.
            method: a method that needs labels, such as ``best_f1``.

        Raises:
            ModelNotFoundError: no finished evaluation of the model recorded such a threshold.
            ServiceError: the tracking server does not answer.
        """

    def evaluated_run(self, id_or_name: str) -> EvaluatedRun:
        """Return what an evaluation recorded.

        Args:
            id_or_name: id or name of its run, or of the run in which it is nested; of several runs of a name, the
                latest counts.

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

    def log_series(self, series: Series, context: str) -> None: ...

    def log_table(self, table: pd.DataFrame, path: str) -> None: ...

    def log_figure(self, figure: Figure, path: str) -> None: ...

    def log_json(self, content: object, path: str) -> None: ...

    def log_text(self, text: str, path: str) -> None: ...

    def log_file(self, file: Path, folder: str = "") -> None: ...

    def log_detector(self, detector: Detector, example: Series, config: TrackingConfig) -> LoggedModel:
        return LoggedModel(uri="", model_id="")

    def set_tags(self, tags: Mapping[str, str]) -> None: ...


class NullTracking:
    """Tracking that records nothing, so that there are no models and evaluations to look up."""

    @contextmanager
    def run(self, label: RunLabel, config: TrackingConfig) -> Iterator[Tracker]:
        yield NullTracker()

    def find_model(self, choice: ModelConfig, label: RunLabel) -> ResolvedModel:
        raise ModelNotFoundError(f"a model for {label.subject}", "no tracking", "Use a tracking server.")

    def evaluated_threshold(self, model: ResolvedModel, method: str) -> float:
        raise ModelNotFoundError(f"an evaluation of {model.uri}", "no tracking", "Use a tracking server.")

    def evaluated_run(self, id_or_name: str) -> EvaluatedRun:
        raise ConfigError([f"run: expected an evaluation, got {id_or_name}, and nothing is tracked"])
