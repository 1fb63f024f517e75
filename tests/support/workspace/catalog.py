"""Unity Catalog's model registry: three-part names, versions that wait for their files."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from workspace.http import Answer, Request, failure
from workspace.tracking import TrackingServer

PREFIX = "/api/2.0/mlflow/unity-catalog/"
NAME = re.compile(r"([^./ ]+)\.([^./ ]+)\.[^./ ]+")
ONLY_HERE = ("run_tracking_server_id", "feature_deps", "model_version_dependencies")
THROUGH_FILES_API = "registered-models:is-databricks-sdk-models-artifact-repository-enabled"
AZURE_CREDENTIALS = {"azure_user_delegation_sas": {"sas_token": "sv=2024-11-04&sp=rwl&sig=c3RhbmQtaW4="}}
AWS_CREDENTIALS = {
    "aws_temp_credentials": {"access_key_id": "ASIA", "secret_access_key": "stand-in", "session_token": "stand-in"}
}
STORAGE = {
    "azure_user_delegation_sas": "abfss://models@standin.dfs.core.windows.net/",
    "aws_temp_credentials": "s3://stand-in/models/",
}


class Catalog:
    """The registry of MLflow's server, by the rules of Unity Catalog.

    Files of models go through the Files API in every workspace. One that vends credentials tells clients which have no
    choice of their own to write to its cloud storage instead, to which nothing leads from here.

    Args:
        tracking: the server.
        schemas: the schemas that exist, such as ``main.ml``.
        vended: the temporary credentials of a workspace that vends them, such as `AZURE_CREDENTIALS`; others refuse.
    """

    def __init__(
        self,
        tracking: TrackingServer,
        schemas: frozenset[str] = frozenset({"main.ml"}),
        vended: dict[str, dict[str, str]] | None = None,
    ) -> None:
        self.tracking, self.schemas, self.vended = tracking, schemas, vended
        self.pending: set[tuple[str, str]] = set()

    def answer(self, request: Request) -> Answer:
        """Answer a registry request of the client."""
        action = request.path.removeprefix(PREFIX)
        given = {**request.query, **request.json()}
        name = str(given.get("name", ""))
        parts = NAME.fullmatch(name)
        if "name" in given and parts is None:
            return failure(400, "INVALID_PARAMETER_VALUE", f"'{name}' is not a valid name: use catalog.schema.model")
        if action == "registered-models/create" and parts and f"{parts[1]}.{parts[2]}" not in self.schemas:
            return failure(404, "RESOURCE_DOES_NOT_EXIST", f"Schema '{parts[1]}.{parts[2]}' does not exist.")
        way = self._way_of_files(action, name, str(given.get("version", "")))
        if way is not None:
            return way
        if action == "model-versions/emit-lineage":
            return Answer.of({})
        if action == "model-versions/finalize":
            self.pending.discard((name, str(given["version"])))
            return self._version(name, str(given["version"]))
        body = {key: value for key, value in request.json().items() if key not in ONLY_HERE}
        plain = replace(request, path="/api/2.0/mlflow/" + action, body=json.dumps(body).encode() if body else b"")
        return self._as_catalog(self.tracking.forward(plain), created=action == "model-versions/create")

    def _way_of_files(self, action: str, name: str, version: str) -> Answer | None:
        """Answer what a client asks before it sends or fetches files of a model; None to other requests."""
        if action == THROUGH_FILES_API:
            return Answer.of({"is_databricks_sdk_models_artifact_repository_enabled": self.vended is None})
        if action == "model-versions/get-download-uri":
            return Answer.of({"artifact_uri": self._location(name, version)})
        if action != "model-versions/generate-temporary-credentials":
            return None
        if self.vended is None:
            return failure(403, "PERMISSION_DENIED", "Cannot generate temporary credentials for model version.")
        return Answer.of({"credentials": self.vended})

    def _location(self, name: str, version: str) -> str:
        return STORAGE[next(iter(self.vended or AZURE_CREDENTIALS))] + f"{name}/{version}"

    def _version(self, name: str, version: str) -> Answer:
        found = self.tracking.get("model-versions/get", name=name, version=version)
        return self._as_catalog(Answer.of(found), created=False)

    def _as_catalog(self, answer: Answer, created: bool) -> Answer:
        content: dict[str, Any] = json.loads(answer.body or b"{}")
        versions = [content["model_version"]] if "model_version" in content else content.get("model_versions", [])
        for version in versions:
            key = (version["name"], version["version"])
            if created:
                self.pending.add(key)
            version["storage_location"] = self._location(*key)
            version["status"] = "PENDING_REGISTRATION" if key in self.pending else "READY"
            aliases = version.pop("aliases", [])
            version["aliases"] = [{"alias": alias, "version": version["version"]} for alias in aliases]
            version.pop("current_stage", None)
        return Answer(answer.status, json.dumps(content).encode(), answer.headers)
