"""Tracking: opens runs and finds models in MLflow."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

import mlflow
from mlflow import ActiveRun, MlflowClient

import mtadgat
from mtadgat.config import ModelConfig, TrackingConfig
from mtadgat.errors import ConfigError, ModelNotFoundError, ServiceError, redacted
from mtadgat.integrations.mlflow.models.choice import choose
from mtadgat.integrations.mlflow.models.environment import conda_environment
from mtadgat.integrations.mlflow.models.loading import load
from mtadgat.integrations.mlflow.models.registry import check_name
from mtadgat.integrations.mlflow.run_lookup import finished_runs
from mtadgat.integrations.mlflow.runs.evaluated_runs import find_evaluation
from mtadgat.integrations.mlflow.runs.mlflow_tracker import LONGEST_TAG, MlflowTracker
from mtadgat.integrations.mlflow.service import fail_fast, require_service, service
from mtadgat.tracking import names
from mtadgat.tracking.protocols import EvaluatedRun, ResolvedModel, RunLabel, Tracker

log = logging.getLogger(__name__)


class MlflowTracking:
    """Opens runs and finds models where MLflow was told to: from Python, by its variables, or its default."""

    @contextmanager
    def run(self, label: RunLabel, config: TrackingConfig) -> Iterator[Tracker]:
        """Open a run, nested in the one that is open; at top level inside ``mlflow run`` join the project's run.

        An exception that leaves the block marks the run FAILED, Ctrl-C marks it KILLED.

        Raises:
            ConfigError: the experiment, the environment or the name to register cannot be used.
            ServiceError: the tracking server does not answer.
        """
        check_name(config.register)
        if config.conda_env is not None:
            conda_environment(config.conda_env)
        require_service()
        with recorded(_open(label, config)) as tracker:
            yield tracker

    def find_model(self, choice: ModelConfig, label: RunLabel) -> ResolvedModel:
        """Load the model that ``choice`` names: model URI, run, champion alias, else the latest finished training run.

        Args:
            choice: which model.
            label: data set and entity for which a training run is looked for.

        Raises:
            ModelNotFoundError: nothing answers to the choice.
            ServiceError: the server or registry cannot be reached.
        """
        require_service()
        uri, reason = choose(choice, label)
        loaded = load(uri)
        return ResolvedModel(loaded.detector, uri, loaded.model_id, loaded.run_id, reason)

    def evaluated_threshold(self, model: ResolvedModel, method: str) -> float:
        """Return the threshold that the latest evaluation of ``model`` found by ``method``.

        Raises:
            ModelNotFoundError: the model was never evaluated with labels.
            ServiceError: the tracking server does not answer.
        """
        known = {"model_id": model.model_id} if model.model_id else {"model_uri": model.uri}
        for run in finished_runs(20, names.EVALUATING_COMMANDS, **known):
            if names.threshold_name(method) in run.data.metrics:
                return float(run.data.metrics[names.threshold_name(method)])
        raise ModelNotFoundError(
            f"an evaluation of {model.uri} that found a {method} threshold",
            "none among the finished runs",
            "Run `mtadgat evaluate` on labelled rows first, or give --threshold pot, epsilon or a number.",
        )

    def evaluated_run(self, wanted: str) -> EvaluatedRun:
        """See `mtadgat.tracking.Tracking.evaluated_run`."""
        require_service()
        return find_evaluation(wanted)


@contextmanager
def recorded(run: ActiveRun) -> Iterator[MlflowTracker]:
    """Record the block with a run that was just opened, and end the run with it."""
    try:
        yield MlflowTracker(run.info.run_id)
    except BaseException as error:
        _fail(run.info.run_id, error)
        raise
    with service("end the run"):
        mlflow.end_run("FINISHED")


def _open(label: RunLabel, config: TrackingConfig) -> ActiveRun:
    about = {
        names.TAG_COMMAND: label.command,
        names.TAG_DATASET: label.dataset,
        names.TAG_ENTITY: label.entity,
        names.TAG_SUBJECT: label.subject,
        names.TAG_VERSION: mtadgat.__version__,
    }
    outer = mlflow.active_run()
    if outer is not None:
        name = config.run_name or f"{label.command}-{label.subject}"
        with service("open a run"):
            return mlflow.start_run(run_name=name, nested=True, experiment_id=outer.info.experiment_id, tags=about)
    joins = bool(os.environ.get("MLFLOW_RUN_ID"))
    if joins and config.experiment is not None:
        log.warning("the project's run has an experiment already: --experiment %s is not used", config.experiment)
    experiment = None if joins else _experiment(label, config)
    with service("join the project's run" if joins else "open a run"):
        return mlflow.start_run(run_name=config.run_name, experiment_id=experiment, tags=about)


def _experiment(label: RunLabel, config: TrackingConfig) -> str | None:
    """Return the experiment of a new run; None where MLflow knows itself, by variable or from Python."""
    # mlflow.set_experiment sets the variable too.
    if config.experiment is None and os.environ.keys() & {"MLFLOW_EXPERIMENT_NAME", "MLFLOW_EXPERIMENT_ID"}:
        return None
    name = config.experiment or _own_experiment(label)
    client = MlflowClient()
    with service(f"open experiment {name}"):
        found = client.get_experiment_by_name(name)
        if found is None:
            return _created(client, name)
    if found.lifecycle_stage != "active":
        raise ConfigError(
            [
                f"experiment: expected one that is active, got {name}, which is deleted; restore it with "
                f"`mlflow experiments restore --experiment-id {found.experiment_id}`, or name another"
            ]
        )
    return str(found.experiment_id)


def _created(client: MlflowClient, name: str) -> str:
    try:
        return str(client.create_experiment(name))
    except mlflow.MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
        return str(client.get_experiment_by_name(name).experiment_id)  # somebody else was quicker


def _own_experiment(label: RunLabel) -> str:
    name = f"{label.dataset}_{'inference' if label.command == 'predict' else 'training'}"
    # Databricks wants a place in the workspace.
    return f"/Shared/{name}" if mlflow.get_tracking_uri().startswith("databricks") else name


def _fail(run_id: str, error: BaseException) -> None:
    killed = isinstance(error, KeyboardInterrupt)
    reason = "interrupted" if killed else f"{type(error).__name__}: {error}"
    try:
        with service("mark the run as failed"), fail_fast():
            # First of all: a run that stays active is ended once more, and patiently, when Python exits.
            mlflow.end_run("KILLED" if killed else "FAILED")
            MlflowClient().set_tag(run_id, names.TAG_ERROR, redacted(reason)[:LONGEST_TAG])
    except ServiceError as unanswered:
        log.warning("the run stays open: %s", unanswered)


def last_run() -> str:
    """Return the id of the run that was opened last, empty where there was none."""
    run = mlflow.last_active_run()
    return run.info.run_id if run is not None else ""
