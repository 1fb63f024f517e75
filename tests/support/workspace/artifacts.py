"""Artifacts of runs by the older interface: the tracking service lists them and hands out links."""

from __future__ import annotations

import re
import time
from typing import Any

from workspace.files import DOWNLOADS, FileStore
from workspace.http import Answer, Request, failure
from workspace.tracking import TrackingServer


class RunArtifacts:
    """What MLflow's client falls back to where it does not use the Files API.

    Args:
        files: where the artifacts are kept.
        tracking: knows the runs.
    """

    def __init__(self, files: FileStore, tracking: TrackingServer) -> None:
        self.files, self.tracking = files, tracking

    def credentials(self, request: Request) -> Answer:
        """``/api/2.0/mlflow/artifacts/credentials-for-read|write``"""
        asked = {**request.query, **request.json()}
        paths = asked["path"] if isinstance(asked["path"], list) else [asked["path"]]
        base, until = f"{self.files.url}{DOWNLOADS}{self._folder(asked['run_id'])}", int(time.time()) + 60
        found = [
            {
                "run_id": asked["run_id"],
                "path": path,
                "signed_uri": f"{base}/{path}?until={until}",
                "type": "AWS_PRESIGNED_URL",
            }
            for path in paths
        ]
        return Answer.of({"credential_infos": found})

    def listing(self, request: Request) -> Answer:
        """``GET /api/2.0/mlflow/artifacts/list``"""
        folder, below = self._folder(request.query["run_id"]), request.query.get("path", "")
        files = self._entries(folder, below)
        return Answer.of({"root_uri": self._run(request.query["run_id"])["artifact_uri"], "files": files})

    def registered(self, request: Request) -> Answer:
        """``GET /api/2.0/mlflow/model-versions/list-artifacts|get-signed-download-uri`` of the workspace registry."""
        name, version = request.query["name"], request.query["version"]
        found = self.tracking.get("model-versions/get", name=name, version=version)
        if "model_version" not in found:
            return failure(404, "RESOURCE_DOES_NOT_EXIST", f"Version {version} of {name} does not exist.")
        folder, below = self._model_folder(found["model_version"]), request.query.get("path", "")
        if request.path.endswith("list-artifacts"):
            return Answer.of({"files": self._entries(folder, below)})
        url = f"{self.files.url}{DOWNLOADS}{folder}/{below}?until={int(time.time()) + 60}"
        return Answer.of({"signed_uri": url})

    def _model_folder(self, version: dict[str, Any]) -> str:
        # The source is models:/<id>, or the folder of the model's artifacts where the client resolved it.
        model_id = re.findall(r"m-[0-9a-f]{32}", version["source"])[0]
        model = self.tracking.get(f"logged-models/{model_id}")["model"]["info"]
        return (
            f"/WorkspaceInternal/Mlflow/Artifacts/{model['experiment_id']}/LoggedModels/{model['model_id']}/artifacts"
        )

    def _entries(self, folder: str, below: str) -> list[dict[str, Any]]:
        root = self.files.below(self.files.files, folder)
        entries = sorted((root / below).iterdir()) if (root / below).is_dir() else []
        return [
            {"path": str(entry.relative_to(root)), "is_dir": entry.is_dir(), "file_size": entry.stat().st_size}
            for entry in entries
        ]

    def _run(self, run_id: str) -> dict[str, Any]:
        return dict(self.tracking.get("runs/get", run_id=run_id)["run"]["info"])

    def _folder(self, run_id: str) -> str:
        return f"/WorkspaceInternal/Mlflow/Artifacts/{self._run(run_id)['experiment_id']}/Runs/{run_id}/artifacts"
