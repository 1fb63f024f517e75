"""The workspace: one HTTP server on loopback that checks the token and passes requests on to its parts."""

from __future__ import annotations

import re
import threading
import time
import traceback
from base64 import b64decode
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import ClassVar
from urllib.parse import parse_qsl, urlsplit

from workspace.artifacts import RunArtifacts
from workspace.catalog import Catalog
from workspace.files import DOWNLOADS, FileStore
from workspace.http import Answer, Request, failure
from workspace.jobs import Job, Jobs
from workspace.tracking import TrackingServer

Route = tuple[str, re.Pattern[str], Callable[[Request], Answer]]


class Workspace:
    """A workspace with one user, a token, a service principal and secrets.

    Args:
        root: empty folder for everything that it keeps.
        dbfs_root: whether it has a DBFS root; new accounts have none.
    """

    user = "someone@example.com"
    token = "dapi-stand-in-0123456789"
    principal: ClassVar[dict[str, str]] = {
        "DATABRICKS_CLIENT_ID": "11111111-2222-3333-4444-555555555555",
        "DATABRICKS_CLIENT_SECRET": "dose-stand-in-0123456789",
    }

    def __init__(self, root: Path, dbfs_root: bool = True) -> None:
        self.requests: list[str] = []
        self.unknown: list[str] = []
        self.secrets: dict[str, dict[str, str]] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.files = FileStore(root / "store", self.url, dbfs_root)
        self.jobs = Jobs(root / "clusters", self.url, self.files.dbfs, self.secrets, self.credentials)
        self.tracking = TrackingServer(root / "tracking", self.user)
        self.catalog = Catalog(self.tracking)
        self.artifacts = RunArtifacts(self.files, self.tracking)
        self.routes = self._routes()
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    @property
    def credentials(self) -> dict[str, str]:
        """The variables that name host and token."""
        return {"DATABRICKS_HOST": self.url, "DATABRICKS_TOKEN": self.token}

    def __enter__(self) -> Workspace:
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.jobs.stop()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
        self.tracking.stop()

    def wait(self, run_id: int, seconds: float = 900) -> Job:
        """Wait until a job has ended."""
        job = self.jobs.runs[run_id]
        deadline = time.monotonic() + seconds
        while not job.ended:
            assert time.monotonic() < deadline, f"job {run_id} did not end: {job.cluster.log()}"
            time.sleep(0.05)
        return job

    def _routes(self) -> list[Route]:
        table: list[tuple[str, str, Callable[[Request], Answer]]] = [
            ("GET", r"/api/2\.0/preview/scim/v2/Me", self._me),
            ("GET", r"/api/2\.0/workspace/get-status", self.tracking.folder),
            ("GET", r"/api/2\.0/dbfs/get-status", self.files.status),
            ("POST", r"/dbfs/.+", self.files.upload),
            ("POST", r"/api/2\.0/jobs/runs/submit", self.jobs.submit),
            ("GET", r"/api/2\.[0-2]/jobs/runs/get", self.jobs.get),
            ("GET", r"/api/2\.[0-2]/jobs/runs/get-output", self.jobs.output),
            ("POST", r"/api/2\.[0-2]/jobs/runs/cancel", self.jobs.cancel),
            ("PUT|GET|HEAD|DELETE", r"/api/2\.0/fs/files/.+", self.files.file),
            ("PUT|GET|HEAD|DELETE", r"/api/2\.0/fs/directories/.+", self.files.folder),
            ("POST", r"/api/2\.0/fs/create-download-url", self.files.link),
            ("POST|GET", r"/api/2\.0/mlflow/artifacts/credentials-for-(read|write)", self.artifacts.credentials),
            ("GET", r"/api/2\.0/mlflow/artifacts/list", self.artifacts.listing),
            ("GET", r"/api/2\.0/mlflow/model-versions/list-artifacts", self.artifacts.registered),
            ("GET", r"/api/2\.0/mlflow/model-versions/get-signed-download-uri", self.artifacts.registered),
            ("GET|POST|PATCH|PUT|DELETE", r"/api/2\.0/mlflow/unity-catalog/.+", self.catalog.answer),
            ("GET|POST|PATCH|PUT|DELETE", r"/api/[23]\.0/mlflow/.+", self.tracking.answer),
        ]
        return [(methods, re.compile(path), act) for methods, path, act in table]

    def _me(self, request: Request) -> Answer:
        return Answer.of({"id": "1", "userName": self.user, "active": True})

    def _without_token(self, request: Request) -> Answer | None:
        """Answer discovery, the log-in of the service principal, and links; None for everything else."""
        if request.path == "/.well-known/databricks-config":
            return Answer.of({"oidc_endpoint": f"{self.url}/oidc", "workspace_id": "1", "cloud": "AZURE"})
        if request.path == "/oidc/.well-known/oauth-authorization-server":
            addresses = {"authorization_endpoint": "authorize", "token_endpoint": "token"}
            return Answer.of({name: f"{self.url}/oidc/v1/{end}" for name, end in addresses.items()})
        if request.path == "/oidc/v1/token":
            return self._access_token(request)
        return self.files.linked(request) if request.path.startswith(DOWNLOADS + "/") else None

    def _access_token(self, request: Request) -> Answer:
        given = b64decode(request.headers.get("authorization", "").removeprefix("Basic ")).decode()
        if given != ":".join(self.principal.values()):
            return failure(401, "invalid_client", "Client authentication failed")
        return Answer.of({"access_token": self.token, "token_type": "Bearer", "expires_in": 3600})

    def answer(self, request: Request) -> Answer:
        """Answer a request, by the rules for tokens."""
        answer = self._without_token(request)
        if answer is not None:
            return answer
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return failure(403, "PERMISSION_DENIED", "Invalid access token.")
        self.requests.append(f"{request.method} {request.path}")
        for methods, path, act in self.routes:
            if request.method in methods.split("|") and path.fullmatch(request.path):
                return act(request)
        self.unknown.append(f"{request.method} {request.path}")
        return failure(404, "ENDPOINT_NOT_FOUND", f"No API found for '{request.method} {request.path}'")

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        workspace = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version: ClassVar[str] = "HTTP/1.1"

            def handle_any(self) -> None:
                address = urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if self.headers.get("Transfer-Encoding") == "chunked":
                    body = self._chunks()
                headers = {name.lower(): value for name, value in self.headers.items()}
                query = dict(parse_qsl(address.query))
                try:
                    answer = workspace.answer(Request(self.command, address.path, query, body, headers, address.query))
                except Exception:
                    # Not 500: clients would repeat the request for minutes.
                    workspace.unknown.append(traceback.format_exc())
                    answer = failure(400, "BAD_REQUEST", traceback.format_exc())
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(answer.body)

            def _chunks(self) -> bytes:
                pieces = []
                while size := int(self.rfile.readline().split(b";")[0], 16):
                    pieces.append(self.rfile.read(size))
                    self.rfile.readline()
                self.rfile.readline()
                return b"".join(pieces)

            def log_message(self, format: str, *args: object) -> None:
                pass

            do_GET = do_POST = do_PUT = do_HEAD = do_PATCH = do_DELETE = handle_any  # noqa: N815

        return Handler
