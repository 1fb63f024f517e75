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
SDK_UPLOADS = "registered-models:is-databricks-sdk-models-artifact-repository-enabled"


class Catalog:
    """The registry of MLflow's server, by the rules of Unity Catalog; files of models go through the Files API.

    Args:
        tracking: the server.
        schemas: the schemas that exist, such as ``main.ml``.
    """

    def __init__(self, tracking: TrackingServer, schemas: frozenset[str] = frozenset({"main.ml"})) -> None:
        self.tracking, self.schemas = tracking, schemas
        self.pending: set[tuple[str, str]] = set()

    def answer(self, request: Request) -> Answer:
        """Answer a registry request of the client."""
        action = request.path.removeprefix(PREFIX)
        if action == SDK_UPLOADS:
            return Answer.of({"is_databricks_sdk_models_artifact_repository_enabled": True})
        given = {**request.query, **request.json()}
        name = str(given.get("name", ""))
        parts = NAME.fullmatch(name)
        if "name" in given and parts is None:
            return failure(400, "INVALID_PARAMETER_VALUE", f"'{name}' is not a valid name: use catalog.schema.model")
        if action == "registered-models/create" and parts and f"{parts[1]}.{parts[2]}" not in self.schemas:
            return failure(404, "RESOURCE_DOES_NOT_EXIST", f"Schema '{parts[1]}.{parts[2]}' does not exist.")
        if action == "model-versions/emit-lineage":
            return Answer.of({})
        if action == "model-versions/finalize":
            self.pending.discard((name, str(given["version"])))
            return self._version(name, str(given["version"]))
        body = {key: value for key, value in request.json().items() if key not in ONLY_HERE}
        plain = replace(request, path="/api/2.0/mlflow/" + action, body=json.dumps(body).encode() if body else b"")
        return self._as_catalog(self.tracking.forward(plain), created=action == "model-versions/create")

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
            version["status"] = "PENDING_REGISTRATION" if key in self.pending else "READY"
            aliases = version.pop("aliases", [])
            version["aliases"] = [{"alias": alias, "version": version["version"]} for alias in aliases]
            version.pop("current_stage", None)
        return Answer(answer.status, json.dumps(content).encode(), answer.headers)
