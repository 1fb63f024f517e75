"""Tracking: a real ``mlflow server`` behind the rules that a workspace adds."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import requests

from workspace.http import Answer, Request, failure

SERVERS_FORM = re.compile(rb"(databricks/mlflow-tracking/\d+/)models(/m-)")
WORKSPACES_FORM = re.compile(rb"(databricks/mlflow-tracking/\d+/)logged_models(/m-)")


def free_port() -> int:
    """Return a port of loopback that nothing listens on."""
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])


class TrackingServer:
    """``mlflow server`` on sqlite, its artifacts under ``dbfs:/databricks/mlflow-tracking``.

    Args:
        root: where the database and the log are kept.
        user: the only user of the workspace.
    """

    def __init__(self, root: Path, user: str) -> None:
        root.mkdir(parents=True)
        self.log, self.user = root / "log", user
        self.url = f"http://127.0.0.1:{free_port()}"
        self.session = requests.Session()
        self.session.trust_env = False
        command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--workers", "1"]
        command += ["--port", self.url.rpartition(":")[2], "--backend-store-uri", f"sqlite:///{root}/tracking.db"]
        command += ["--default-artifact-root", "dbfs:/databricks/mlflow-tracking", "--no-serve-artifacts"]
        with self.log.open("wb") as log:
            variables = {**os.environ, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env=variables, start_new_session=True)
        self._await_health()

    def _await_health(self) -> None:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if self.session.get(f"{self.url}/health", timeout=5).ok:
                    break
            except requests.ConnectionError:
                time.sleep(0.1)
        else:
            self.stop()
            raise RuntimeError(f"mlflow server did not start: {self.log.read_text()}")
        # A workspace has no experiment of number 0.
        gone = self.session.post(
            f"{self.url}/api/2.0/mlflow/experiments/delete", json={"experiment_id": "0"}, timeout=60
        )
        gone.raise_for_status()

    def stop(self) -> None:
        """End the server."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)  # its own group: the server and its worker
            self.process.wait(30)
        self.session.close()

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """Return the server's own answer to a question."""
        answered = self.session.get(f"{self.url}/api/2.0/mlflow/{path}", params=query, timeout=60)
        return dict(answered.json())

    def answer(self, request: Request) -> Answer:
        """Answer a tracking or workspace registry request, by the workspace's rules where it has some."""
        refused = self._refused(request)
        return refused if refused is not None else self.forward(request)

    def _refused(self, request: Request) -> Answer | None:
        given = {**request.query, **(request.json() if request.body else {})}
        if str(given.get("experiment_id")) == "0" or "0" in given.get("experiment_ids", []):
            return failure(404, "RESOURCE_DOES_NOT_EXIST", "No experiment was found with id 0.")
        name = given.get("experiment_name" if request.path.endswith("get-by-name") else "name", "")
        if name and "/mlflow/experiments/" in request.path:
            return self._name_refused(request, str(name))
        return None

    def _name_refused(self, request: Request, name: str) -> Answer | None:
        if not name.startswith("/"):
            if request.method == "GET":
                return failure(404, "RESOURCE_DOES_NOT_EXIST", f"Node {name} does not exist.")
            text = f"Got an invalid experiment name '{name}'. An experiment name must be an absolute path within the "
            return failure(400, "INVALID_PARAMETER_VALUE", text + "Databricks workspace.")
        parts = name.strip("/").split("/")
        if parts[0] == "Users" and parts[1:2] != [self.user]:
            return failure(403, "PERMISSION_DENIED", f"{self.user} does not have permission on {name}.")
        if request.method == "POST" and "/".join(parts[:-1]) not in ("Shared", f"Users/{self.user}"):
            parent = "/" + "/".join(parts[:-1])
            return failure(404, "RESOURCE_DOES_NOT_EXIST", f"Parent directory {parent} does not exist.")
        return None

    def folder(self, request: Request) -> Answer:
        """``GET /api/2.0/workspace/get-status``"""
        path = request.query.get("path", "")
        if path in ("/Shared", "/Users", f"/Users/{self.user}"):
            return Answer.of({"object_type": "DIRECTORY", "path": path, "object_id": 1})
        return failure(404, "RESOURCE_DOES_NOT_EXIST", f"Path ({path}) doesn't exist.")

    def forward(self, request: Request) -> Answer:
        answered = self.session.request(
            request.method,
            self.url + request.path,
            params=request.query_string or None,
            data=WORKSPACES_FORM.sub(rb"\1models\2", request.body),
            headers={"Content-Type": "application/json"},
            timeout=60,
        )
        body = SERVERS_FORM.sub(rb"\1logged_models\2", answered.content)
        return Answer(answered.status_code, body, {"Content-Type": answered.headers.get("Content-Type", "")})
