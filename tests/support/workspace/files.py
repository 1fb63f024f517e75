"""Files of the workspace: DBFS, and the Files API under which MLflow keeps artifacts."""

from __future__ import annotations

import json
import time
from email.utils import formatdate
from pathlib import Path
from urllib.parse import unquote

from workspace.http import Answer, Request, failure

FILES, FOLDERS, DOWNLOADS = "/api/2.0/fs/files", "/api/2.0/fs/directories", "/presigned"


class FileStore:
    """Folders on disk, seen through the REST interfaces.

    Args:
        root: where the files are kept; ``dbfs`` below it is the DBFS root.
        url: address of the workspace, for download links.
        dbfs_root: whether this workspace has a DBFS root; new accounts have none.
    """

    def __init__(self, root: Path, url: str, dbfs_root: bool = True) -> None:
        self.dbfs, self.files, self.url, self.dbfs_root = root / "dbfs", root / "files", url, dbfs_root
        self.dbfs.mkdir(parents=True)
        self.files.mkdir()

    def status(self, request: Request) -> Answer:
        """``GET /api/2.0/dbfs/get-status``, the path in the query or, as MLflow sends it, in the body."""
        path = str(request.json().get("path") or request.query.get("path", ""))
        if not self.dbfs_root:
            return failure(403, "PERMISSION_DENIED", f"Public DBFS root is disabled. Access is denied on path: {path}")
        file = self.below(self.dbfs, path)
        if not path.startswith("/") or not file.exists():
            return failure(404, "RESOURCE_DOES_NOT_EXIST", f"No file or directory exists on path {path}.")
        return Answer.of({"path": path, "is_dir": file.is_dir(), "file_size": file.stat().st_size})

    def upload(self, request: Request) -> Answer:
        """``POST /dbfs/PATH`` with the raw bytes of a file."""
        path = request.path.removeprefix("/dbfs")
        if not self.dbfs_root:
            return failure(403, "PERMISSION_DENIED", f"Public DBFS root is disabled. Access is denied on path: {path}")
        file = self.below(self.dbfs, path)
        if file.exists():
            return failure(409, "RESOURCE_ALREADY_EXISTS", f"File already exists: {path}")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(request.body)
        return Answer(200, b"{}")

    def file(self, request: Request) -> Answer:
        """``PUT|GET|HEAD|DELETE /api/2.0/fs/files/PATH``"""
        path = unquote(request.path.removeprefix(FILES))
        file = self.below(self.files, path)
        if request.method == "PUT":
            if file.exists() and request.query.get("overwrite") != "true":
                return failure(409, "ALREADY_EXISTS", f"The file being created already exists: {path}")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(request.body)
            return Answer(204)
        if not file.is_file():
            return failure(404, "NOT_FOUND", f"The file being accessed is not found: {path}")
        if request.method == "DELETE":
            file.unlink()
            return Answer(204)
        modified = formatdate(file.stat().st_mtime, usegmt=True)
        return Answer(200, file.read_bytes(), {"Content-Type": "application/octet-stream", "Last-Modified": modified})

    def folder(self, request: Request) -> Answer:
        """``PUT|GET|HEAD|DELETE /api/2.0/fs/directories/PATH``"""
        path = unquote(request.path.removeprefix(FOLDERS)).rstrip("/")
        folder = self.below(self.files, path)
        if request.method == "PUT":
            folder.mkdir(parents=True, exist_ok=True)
            return Answer(204)
        if not folder.is_dir():
            return failure(404, "NOT_FOUND", f"The directory being accessed is not found: {path}")
        if request.method != "GET":
            return Answer(204 if request.method == "DELETE" else 200)
        contents = [
            {
                "path": f"{path}/{entry.name}",
                "name": entry.name,
                "is_directory": entry.is_dir(),
                "file_size": 0 if entry.is_dir() else entry.stat().st_size,
                "last_modified": int(entry.stat().st_mtime * 1000),
            }
            for entry in sorted(folder.iterdir())
        ]
        return Answer.of({"contents": contents})

    def link(self, request: Request) -> Answer:
        """``POST /api/2.0/fs/create-download-url``: an address that needs no token."""
        path = {**request.query, **request.json()}["path"]
        if not self.below(self.files, path).is_file():
            return failure(404, "NOT_FOUND", f"The file being accessed is not found: {path}")
        return Answer.of({"url": f"{self.url}{DOWNLOADS}{path}?until={int(time.time()) + 60}", "headers": []})

    def linked(self, request: Request) -> Answer:
        """``GET|PUT`` of a link that was handed out."""
        if int(request.query.get("until", "0")) < time.time():
            return failure(403, "PERMISSION_DENIED", "The link has expired")
        request.path = FILES + request.path.removeprefix(DOWNLOADS)
        request.query["overwrite"] = "true"
        return self.file(request)

    def listing(self, folder: str) -> list[str]:
        """Return the names of all files below a folder of the Files API."""
        root = self.below(self.files, folder)
        return sorted(str(file.relative_to(root)) for file in root.rglob("*") if file.is_file())

    def below(self, root: Path, path: str) -> Path:
        file = (root / path.lstrip("/")).resolve()
        if not file.is_relative_to(root.resolve()):
            raise ValueError(json.dumps(path))
        return file
