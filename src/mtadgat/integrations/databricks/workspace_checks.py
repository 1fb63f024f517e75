"""Workspace checks: whether a Databricks workspace can run a job, asked before the job is sent."""

from __future__ import annotations

import configparser
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import mlflow
import requests
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.utils.databricks_utils import get_databricks_host_creds
from mlflow.utils.rest_utils import MlflowHostCreds, http_request
from mlflow.utils.uri import get_db_info_from_uri

from mtadgat.errors import MissingExtraError, redacted
from mtadgat.integrations.mlflow.models.model_files import check_model_files
from mtadgat.integrations.mlflow.service import fail_fast

LOGIN = (
    "log in with `databricks auth login --host https://NAME.azuredatabricks.net` and set DATABRICKS_CONFIG_PROFILE; "
    "or set DATABRICKS_HOST and either DATABRICKS_TOKEN, or DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET of a "
    "service principal"
)
"""The ways to authenticate that MLflow and the Databricks CLI share."""
EXPECTED_EXPERIMENT = "an absolute path in the workspace, such as /Shared/mtadgat or /Users/you@example.com/mtadgat"


@dataclass(frozen=True)
class Finding:
    """The result of one check.

    Args:
        subject: what was checked, such as ``token``.
        ok: whether a job can run with it.
        message: the result, for people; if it is not ok, with the remedy.
    """

    subject: str
    ok: bool
    message: str


def workspace_findings(experiment: str | None) -> Iterator[Finding]:
    """Check host, token, tracking, experiment, DBFS and registry, until one fails on which the others depend.

    Args:
        experiment: name of the experiment in which runs will be recorded, or None for the default.
    """
    uri = mlflow.get_tracking_uri()
    if not uri.startswith("databricks"):
        yield Finding("tracking", False, "runs are recorded on this machine: set MLFLOW_TRACKING_URI=databricks")
        return
    host = _host_finding(uri)
    yield host
    if not host.ok:
        return
    try:
        checks = WorkspaceChecks(get_databricks_host_creds(uri))
    except (MlflowException, ValueError):
        yield Finding("token", False, f"none: {LOGIN}")
        return
    token = checks.token()
    yield token
    if token.ok:
        yield checks.tracking()
        yield checks.experiment(experiment)
        yield checks.dbfs()
        yield _registry()


class WorkspaceChecks:
    """Checks that send requests to a workspace.

    Args:
        credentials: host and token, as MLflow reads them.
    """

    def __init__(self, credentials: MlflowHostCreds) -> None:
        self.credentials = credentials
        self.user = ""

    def token(self) -> Finding:
        """Whether the token is accepted, and whose it is."""
        status, answer = self._ask("/api/2.0/preview/scim/v2/Me")
        if status != 200:
            return Finding("token", False, f"refused ({status}), so it may have expired: {LOGIN}")
        self.user = str(answer.get("userName", ""))
        return Finding("token", True, f"accepted, as {self.user}")

    def tracking(self) -> Finding:
        """Whether the tracking server answers."""
        try:
            with fail_fast():
                MlflowClient().search_experiments(max_results=1)
        except MlflowException as error:
            return Finding(
                "tracking",
                False,
                f"the tracking server refuses: {redacted(str(error), str(self.credentials.token or ''))}",
            )
        return Finding("tracking", True, "the tracking server answers")

    def experiment(self, name: str | None) -> Finding:
        """Whether runs may be recorded in an experiment, tried with a run that is deleted again."""
        if name is None:
            return Finding(
                "experiment",
                True,
                "not given: local runs go to /Shared/DATASET_training; see --experiment",
            )
        if not name.startswith("/"):
            return Finding("experiment", False, f"{name} is not {EXPECTED_EXPERIMENT}")
        status, answer = self._ask("/api/2.0/mlflow/experiments/get-by-name", experiment_name=name)
        if status == 200:
            return self._writable(name, str(answer["experiment"]["experiment_id"]))
        if status == 403:
            return Finding("experiment", False, f"{self.user} may not see {name}: ask its owner for Can Edit")
        folder = name.rpartition("/")[0] or "/"
        if self._ask("/api/2.0/workspace/get-status", path=folder)[0] != 200:
            return Finding("experiment", False, f"{name} cannot be created: {self.user} sees no folder {folder}")
        return Finding("experiment", True, f"{name} will be created by the first run")

    def dbfs(self) -> Finding:
        """Whether there is a DBFS root, to which MLflow uploads a project."""
        if self._ask("/api/2.0/dbfs/get-status", path="/")[0] == 403:
            message = (
                "no DBFS root, so `mlflow run -b databricks` cannot upload: use scripts/databricks/databricks.yml"
            )
            return Finding("upload", False, message)
        return Finding("upload", True, "projects can be uploaded to DBFS")

    def _writable(self, name: str, experiment_id: str) -> Finding:
        client = MlflowClient()
        try:
            with fail_fast():
                run = client.create_run(experiment_id, run_name="mtadgat doctor")
                client.delete_run(run.info.run_id)
        except MlflowException:
            return Finding("experiment", False, f"{self.user} may not write to {name}: ask its owner for Can Edit")
        return Finding("experiment", True, f"{name} accepts runs")

    def _ask(self, endpoint: str, **query: str) -> tuple[int, dict[str, Any]]:
        """Return status and JSON of an answer; status 0 if there is none."""
        try:
            answer = http_request(
                self.credentials, endpoint, "GET", params=query, max_retries=0, timeout=20, raise_on_status=False
            )
        except Exception:  # of requests, urllib3 or the SDK
            return 0, {}
        try:
            return answer.status_code, json.loads(answer.text)
        except ValueError:
            return answer.status_code, {}


def _host_finding(uri: str) -> Finding:
    """Whether a workspace answers at the host; checked first, since the SDK waits for minutes."""
    host = _configured_host(uri)
    if not host:
        return Finding("host", False, f"none: {LOGIN}")
    page = urlsplit(host if "://" in host else f"https://{host}")
    address = f"{page.scheme}://{page.netloc.rpartition('@')[2]}"
    if host.rstrip("/") != address:
        message = f"{redacted(host)} is not the address of a workspace, and MLflow appends to it: set DATABRICKS_HOST"
        return Finding("host", False, f"{message}, or the host of the profile, to {address}")
    try:
        requests.get(f"{host.rstrip('/')}/.well-known/databricks-config", timeout=20)
    except requests.RequestException:
        return Finding("host", False, f"{host} does not answer: check DATABRICKS_HOST and the network")
    return Finding("host", True, host)


def _configured_host(uri: str) -> str:
    profile, _ = get_db_info_from_uri(uri)
    if profile is None and os.environ.get("DATABRICKS_HOST"):
        return os.environ["DATABRICKS_HOST"]
    profiles = configparser.ConfigParser()
    profiles.read(Path(os.environ.get("DATABRICKS_CONFIG_FILE", "~/.databrickscfg")).expanduser())
    name = profile or os.environ.get("DATABRICKS_CONFIG_PROFILE", "DEFAULT")
    return str(profiles[name].get("host", "")) if name in profiles else ""


def _registry() -> Finding:
    uri = mlflow.get_registry_uri()
    if not uri.startswith("databricks-uc"):
        return Finding("registry", True, f"{uri}: it has no aliases, so no champion; Unity Catalog has them")
    try:
        way = check_model_files()
        with fail_fast():
            MlflowClient().search_registered_models(max_results=1)
    except MissingExtraError as error:
        return Finding("registry", False, str(error))
    except MlflowException as error:
        remedy = "set MLFLOW_REGISTRY_URI=databricks if the workspace has no Unity Catalog"
        return Finding("registry", False, f"Unity Catalog refuses: {redacted(str(error))}; {remedy}")
    return Finding("registry", True, f"Unity Catalog: register models as catalog.schema.model; {way}")
