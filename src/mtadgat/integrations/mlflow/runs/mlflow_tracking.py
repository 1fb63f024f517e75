"""MLflow tracking: opens runs, and looks up models and evaluations, in MLflow."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

import mlflow
from mlflow import ActiveRun, MlflowClient

import mtadgat
from mtadgat.config import ModelConfig, TrackingConfig
from mtadgat.detector.thresholds import LABEL_FREE
from mtadgat.errors import ConfigError, ModelNotFoundError, ServiceError, redacted
from mtadgat.integrations.mlflow.models.choice import choose
from mtadgat.integrations.mlflow.models.environment import conda_environment
from mtadgat.integrations.mlflow.models.loading import load_model
from mtadgat.integrations.mlflow.models.registry import check_name
from mtadgat.integrations.mlflow.run_lookup import finished_runs
from mtadgat.integrations.mlflow.runs.evaluated_runs import find_evaluation
from mtadgat.integrations.mlflow.runs.mlflow_tracker import MAX_TAG_LENGTH, MlflowTracker
from mtadgat.integrations.mlflow.service import fail_fast, require_service, service
from mtadgat.tracking import names
from mtadgat.tracking.protocols import EvaluatedRun, ResolvedModel, RunLabel, Tracker

log = logging.getLogger(__name__)

MAX_EVALUATIONS = 20
"""How many of the latest evaluations of a model are searched for a threshold."""


class MlflowTracking:
    """Tracking with the MLflow that is configured from Python or by environment variables, else its default store."""

    @contextmanager
    def run(self, label: RunLabel, config: TrackingConfig) -> Iterator[Tracker]:
        """Open a run, nested in the active run if there is one; inside ``mlflow run`` join the project's run instead.

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
        """See `mtadgat.tracking.protocols.Tracking.find_model`."""
        require_service()
        return load_model(choose(choice, label))

    def evaluated_threshold(self, model: ResolvedModel, method: str) -> float:
        """See `mtadgat.tracking.protocols.Tracking.evaluated_threshold`."""
        tags = {"model_id": model.model_id} if model.model_id else {"model_uri": model.uri}
        for run in finished_runs(MAX_EVALUATIONS, names.EVALUATING_COMMANDS, **tags):
            if names.threshold_name(method) in run.data.metrics:
                return float(run.data.metrics[names.threshold_name(method)])
        raise ModelNotFoundError(
            f"an evaluation of {model.uri} that found a {method} threshold",
            "none among the finished runs",
            f"Run `mtadgat evaluate` on labelled rows first, or give --threshold {', '.join(LABEL_FREE)} or a number.",
        )

    def evaluated_run(self, id_or_name: str) -> EvaluatedRun:
        """See `mtadgat.tracking.protocols.Tracking.evaluated_run`."""
        require_service()
        return find_evaluation(id_or_name)


@contextmanager
def recorded(run: ActiveRun) -> Iterator[MlflowTracker]:
    """Record the block with a run that was just opened, and end the run when the block ends."""
    try:
        yield MlflowTracker(run.info.run_id)
    except BaseException as error:
        _fail(run.info.run_id, error)
        raise
    with service("end the run"):
        mlflow.end_run("FINISHED")


def joins_project() -> bool:
    """Whether this process works inside ``mlflow run``, whose run it joins."""
    return bool(os.environ.get("MLFLOW_RUN_ID"))


def _open(label: RunLabel, config: TrackingConfig) -> ActiveRun:
    tags = {names.TAG_COMMAND: label.command, **label.data_tags, names.TAG_VERSION: mtadgat.__version__}
    outer = mlflow.active_run()
    if outer is not None:
        name = config.run_name or f"{label.command}-{label.subject}"
        with service("open a run"):
            return mlflow.start_run(run_name=name, nested=True, experiment_id=outer.info.experiment_id, tags=tags)
    joins = joins_project()
    if joins and config.experiment is not None:
        log.warning("the project's run has an experiment already: --experiment %s is not used", config.experiment)
    experiment = None if joins else _experiment(label, config)
    with service("join the project's run" if joins else "open a run"):
        run = mlflow.start_run(run_name=config.run_name, experiment_id=experiment, tags=tags)
        if joins and config.run_name is not None:
            MlflowClient().update_run(run.info.run_id, name=config.run_name)  # earlier MLflow keeps the name it had
        return run


def _experiment(label: RunLabel, config: TrackingConfig) -> str | None:
    """Return the experiment of a new run; None where MLflow was given one, by variable or from Python."""
    # mlflow.set_experiment sets the variable too.
    if config.experiment is None and os.environ.keys() & {"MLFLOW_EXPERIMENT_NAME", "MLFLOW_EXPERIMENT_ID"}:
        return None
    name = config.experiment or _default_experiment(label)
    client = MlflowClient()
    with service(f"open experiment {name}"):
        experiment = client.get_experiment_by_name(name)
        if experiment is None:
            return _create_experiment(client, name)
    if experiment.lifecycle_stage != "active":
        raise ConfigError(
            [
                f"experiment: expected one that is active, got {name}, which is deleted; restore it with "
                f"`mlflow experiments restore --experiment-id {experiment.experiment_id}`, or name another"
            ]
        )
    return str(experiment.experiment_id)


def _create_experiment(client: MlflowClient, name: str) -> str:
    try:
        return str(client.create_experiment(name))
    except mlflow.MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
        return str(client.get_experiment_by_name(name).experiment_id)  # another process has just created it


def _default_experiment(label: RunLabel) -> str:
    name = f"{label.dataset}_{'inference' if label.command == 'predict' else 'training'}"
    # Databricks requires an absolute path in the workspace.
    return f"/Shared/{name}" if mlflow.get_tracking_uri().startswith("databricks") else name


def _fail(run_id: str, error: BaseException) -> None:
    killed = isinstance(error, KeyboardInterrupt)
    reason = "interrupted" if killed else f"{type(error).__name__}: {error}"
    try:
        with service("mark the run as failed"), fail_fast():
            # First, since a run that stays active is ended again when Python exits, with all of the slow retries.
            mlflow.end_run("KILLED" if killed else "FAILED")
            MlflowClient().set_tag(run_id, names.TAG_ERROR, redacted(reason)[:MAX_TAG_LENGTH])
    except ServiceError as service_error:
        log.warning("the run stays open: %s", service_error)


def last_run_id() -> str:
    """Return the id of the run that was opened last, empty if none was."""
    run = mlflow.last_active_run()
    return run.info.run_id if run is not None else ""
