"""Checks: what can be known of a workspace before a job is sent to it, in plain words."""

from __future__ import annotations

import configparser
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mlflow
import requests
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.utils.databricks_utils import get_databricks_host_creds
from mlflow.utils.rest_utils import MlflowHostCreds, http_request
from mlflow.utils.uri import get_db_info_from_uri

from mtadgat.errors import redacted
from mtadgat.integrations.mlflow.service import fail_fast

FOLDER_WANTED = "an absolute path in the workspace, such as /Shared/mtadgat or /Users/you@example.com/mtadgat"


@dataclass(frozen=True)
class Finding:
    """What one check found.

    Args:
        subject: what was looked at.
        ok: whether a run can go on with it.
        words: what was found; where it is not ok, with the remedy.
    """

    subject: str
    ok: bool
    words: str


def workspace_findings(experiment: str | None) -> Iterator[Finding]:
    """Check host, token, tracking, experiment, registry and DBFS, as far as each lets the next be asked.

    Args:
        experiment: name of the experiment that runs shall go to.
    """
    place = mlflow.get_tracking_uri()
    if not place.startswith("databricks"):
        yield Finding("tracking", False, "runs stay on this machine: set MLFLOW_TRACKING_URI=databricks")
        return
    host = _host_finding(place)
    yield host
    if not host.ok:
        return
    try:
        asked = Workspace(get_databricks_host_creds(place))
    except (MlflowException, ValueError):
        yield Finding("token", False, "none: set DATABRICKS_TOKEN, or DATABRICKS_CONFIG_PROFILE")
        return
    token = asked.token()
    yield token
    if token.ok:
        yield asked.tracking()
        yield asked.experiment(experiment)
        yield asked.dbfs()
        yield _registry()


class Workspace:
    """A workspace that is asked.

    Args:
        credentials: host and token, as MLflow itself finds them.
    """

    def __init__(self, credentials: MlflowHostCreds) -> None:
        self.credentials = credentials
        self.who = ""

    def token(self) -> Finding:
        """Whether the token is accepted, and whose it is."""
        status, answer = self._ask("/api/2.0/preview/scim/v2/Me")
        if status != 200:
            return Finding(
                "token", False, f"refused ({status}): make a new one in the workspace and set DATABRICKS_TOKEN"
            )
        self.who = str(answer.get("userName", ""))
        return Finding("token", True, f"accepted, as {self.who}")

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
        """Whether runs may be written to an experiment, tried with a run that is deleted again."""
        if name is None:
            return Finding(
                "experiment", True, "none named: local runs go to /Shared/DATASET_training; give --experiment"
            )
        if not name.startswith("/"):
            return Finding("experiment", False, f"{name} is not {FOLDER_WANTED}")
        status, answer = self._ask("/api/2.0/mlflow/experiments/get-by-name", experiment_name=name)
        if status == 200:
            return self._writable(name, str(answer["experiment"]["experiment_id"]))
        if status == 403:
            return Finding("experiment", False, f"{self.who} may not see {name}: ask its owner for Can Edit")
        folder = name.rpartition("/")[0] or "/"
        if self._ask("/api/2.0/workspace/get-status", path=folder)[0] != 200:
            return Finding("experiment", False, f"{name} cannot be made: no folder {folder} that {self.who} may see")
        return Finding("experiment", True, f"{name} will be made by the first run")

    def dbfs(self) -> Finding:
        """Whether there is a DBFS root, to which MLflow uploads a project."""
        if self._ask("/api/2.0/dbfs/get-status", path="/")[0] == 403:
            words = "no DBFS root, so `mlflow run -b databricks` cannot upload: use scripts/databricks/databricks.yml"
            return Finding("upload", False, words)
        return Finding("upload", True, "projects can be uploaded to DBFS")

    def _writable(self, name: str, experiment_id: str) -> Finding:
        client = MlflowClient()
        try:
            with fail_fast():
                run = client.create_run(experiment_id, run_name="mtadgat doctor")
                client.delete_run(run.info.run_id)
        except MlflowException:
            return Finding("experiment", False, f"{self.who} may not write to {name}: ask its owner for Can Edit")
        return Finding("experiment", True, f"{name} takes runs")

    def _ask(self, endpoint: str, **query: str) -> tuple[int, dict[str, Any]]:
        """Return status and JSON of an answer; status 0 where nobody answers."""
        try:
            answer = http_request(
                self.credentials, endpoint, "GET", params=query, max_retries=0, timeout=20, raise_on_status=False
            )
        except Exception:  # requests', urllib3's and the SDK's own families
            return 0, {}
        try:
            return answer.status_code, json.loads(answer.text)
        except ValueError:
            return answer.status_code, {}


def _host_finding(place: str) -> Finding:
    """Whether the address is one of a workspace that answers; asked first, since the SDK waits for minutes."""
    host = _configured_host(place)
    if not host:
        return Finding("host", False, "none: set DATABRICKS_HOST and DATABRICKS_TOKEN, or DATABRICKS_CONFIG_PROFILE")
    if not host.startswith(("https://", "http://")) or "/" in host.split("://")[1].rstrip("/"):
        return Finding("host", False, f"{host} is no address: set DATABRICKS_HOST=https://NAME.azuredatabricks.net")
    try:
        requests.get(f"{host.rstrip('/')}/.well-known/databricks-config", timeout=20)
    except requests.RequestException:
        return Finding("host", False, f"{host} does not answer: check DATABRICKS_HOST and the network")
    return Finding("host", True, host)


def _configured_host(place: str) -> str:
    profile, _ = get_db_info_from_uri(place)
    if profile is None and os.environ.get("DATABRICKS_HOST"):
        return os.environ["DATABRICKS_HOST"]
    profiles = configparser.ConfigParser()
    profiles.read(Path(os.environ.get("DATABRICKS_CONFIG_FILE", "~/.databrickscfg")).expanduser())
    name = profile or os.environ.get("DATABRICKS_CONFIG_PROFILE", "DEFAULT")
    return str(profiles[name].get("host", "")) if name in profiles else ""


def _registry() -> Finding:
    uri = mlflow.get_registry_uri()
    if uri.startswith("databricks-uc"):
        return Finding("registry", True, "Unity Catalog: register models as catalog.schema.model")
    return Finding("registry", True, f"{uri}: no aliases there, so no champion; Unity Catalog has them")
