"""Search tracking: opens the run of a search, or resumes it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import mlflow
from mlflow import MlflowClient
from mlflow.entities import LoggedModelOutput, Run
from mlflow.exceptions import MlflowException

from mtadgat.config import TrackingConfig
from mtadgat.errors import ConfigError
from mtadgat.integrations.mlflow.models.registry import check_name
from mtadgat.integrations.mlflow.run_lookup import run_by_id
from mtadgat.integrations.mlflow.runs.mlflow_tracking import MlflowTracking, recorded
from mtadgat.integrations.mlflow.searches.mlflow_trial_store import MlflowTrialStore
from mtadgat.integrations.mlflow.service import require_service, service
from mtadgat.tracking import names
from mtadgat.tracking.protocols import LoggedModel, RunLabel, Tracker

CREDENTIAL_PREFIXES = (
    "MLFLOW_",
    "DATABRICKS_",
    "AWS_",
    "AZURE_",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "SSL_CERT_",
    "REQUESTS_CA",
)
"""Prefixes of the environment variables with which a process can use tracking servers and their storage."""
RUN_VARIABLES = frozenset({"MLFLOW_RUN_ID", "MLFLOW_EXPERIMENT_ID", "MLFLOW_EXPERIMENT_NAME", "MLFLOW_TRACKING_URI"})


@dataclass(frozen=True)
class MlflowSearchRun:
    """An open search."""

    tracker: Tracker
    trial_store: MlflowTrialStore

    def link_model(self, model: LoggedModel) -> None:
        """Link a model, logged by a run within the search, to the run of the search."""
        self.tracker.set_tags(names.model_tags(model.uri, model.model_id))
        with service("link the model to the search"):
            MlflowClient().log_outputs(self.tracker.run_id, [LoggedModelOutput(model_id=model.model_id, step=0)])


class MlflowSearchTracking(MlflowTracking):
    """Tracking that can record searches in MLflow."""

    @contextmanager
    def search(self, label: RunLabel, config: TrackingConfig, resume: str | None) -> Iterator[MlflowSearchRun]:
        """Open the run of a search, or the one to resume.

        An exception that leaves the block marks the run FAILED, Ctrl-C marks it KILLED.

        Raises:
            ConfigError: there is no such search to resume.
            ServiceError: the tracking server does not answer.
        """
        opened = self.run(label, config) if resume is None else _resumed(resume, config)
        with opened as tracker:
            yield MlflowSearchRun(tracker, _trial_store(tracker.run_id, label))

    def read_text(self, run_id: str, path: str) -> str:
        """Return the text of an artifact of a search.

        Raises:
            ConfigError: there is no such search.
            ServiceError: the server does not answer.
        """
        require_service()
        _search_run(run_id)
        with tempfile.TemporaryDirectory(prefix="mtadgat-") as folder, service(f"read {path} of run {run_id}"):
            return Path(MlflowClient().download_artifacts(run_id, path, folder)).read_text()


@contextmanager
def _resumed(run_id: str, config: TrackingConfig) -> Iterator[Tracker]:
    check_name(config.register)
    run = _search_run(run_id)
    client = MlflowClient()
    with service(f"resume run {run_id}"):
        outer = os.environ.get("MLFLOW_RUN_ID")
        if outer and outer != run_id:
            client.set_tag(outer, names.TAG_CONTINUES, run_id)
        if names.TAG_ERROR in run.data.tags:
            client.delete_tag(run_id, names.TAG_ERROR)
        opened = mlflow.start_run(run_id=run_id, nested=mlflow.active_run() is not None)
    with recorded(opened) as tracker:
        yield tracker


def _search_run(run_id: str) -> Run:
    try:
        (run,) = run_by_id(run_id)
    except (ValueError, MlflowException):
        raise ConfigError([f"resume: expected the id of a search, got {run_id}, which is no run"]) from None
    command = run.data.tags.get(names.TAG_COMMAND)
    if command != "hyperopt":
        raise ConfigError([f"resume: expected the id of a search, got {run_id}, a run of `{command}`"])
    return run


def _trial_store(run_id: str, label: RunLabel) -> MlflowTrialStore:
    with service("look up the run"):
        run = MlflowClient().get_run(run_id)
    return MlflowTrialStore(
        search_id=run_id,
        experiment_id=run.info.experiment_id,
        tracking_uri=absolute_uri(mlflow.get_tracking_uri()),
        credentials=credentials(),
        data_tags=label.data_tags,
    )


def absolute_uri(uri: str) -> str:
    """Return a tracking URI that is valid in every folder: the relative path of a database becomes absolute."""
    path = uri.removeprefix("sqlite:///")
    return f"sqlite:///{Path(path).absolute()}" if uri.startswith("sqlite:///") else uri


def credentials() -> Mapping[str, str]:
    """Return the environment variables with which a process can use the tracking server, also from a notebook."""
    variables = {
        name: value
        for name, value in os.environ.items()
        if name.startswith(CREDENTIAL_PREFIXES) and name not in RUN_VARIABLES
    }
    if mlflow.get_tracking_uri().startswith("databricks") and "DATABRICKS_TOKEN" not in variables:
        from mlflow.utils.databricks_utils import get_databricks_host_creds

        host = get_databricks_host_creds(mlflow.get_tracking_uri())
        if host.token:
            variables |= {"DATABRICKS_HOST": host.host, "DATABRICKS_TOKEN": host.token}
    return variables
