"""Azurite, Microsoft's emulator of Azure storage, on loopback."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest

from loopback_certificate import Certificate

# The account that every Azurite has, from its documentation.
ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
CONTAINER = "fleet"
URL = f"abfss://{CONTAINER}@{ACCOUNT}.dfs.core.windows.net"


class Azurite:
    """A storage account with a container; the test skips where a part is absent.

    Args:
        folder: empty folder for the data.
        certificate: https and tokens of a directory instead of http.
    """

    def __init__(self, folder: Path, certificate: Certificate | None = None) -> None:
        program = shutil.which("azurite-blob")
        if program is None:
            pytest.skip("azurite-blob is not installed: npm install -g azurite@3.35.0")
        self._blob = pytest.importorskip("azure.storage.blob", reason="adlfs is absent: pip install -r envs/azure.txt")
        pytest.importorskip("adlfs", reason="adlfs is absent: pip install -r envs/azure.txt")
        with socket.socket() as opened:
            opened.bind(("127.0.0.1", 0))
            self.port = opened.getsockname()[1]
        self.certificate = certificate
        self.host = f"127.0.0.1:{self.port}/{ACCOUNT}"
        self.endpoint = f"{'https' if certificate else 'http'}://{self.host}"
        self.command = [program, "--blobHost", "127.0.0.1", "--blobPort", str(self.port), "--location", str(folder)]
        self.command += ["--silent", "--skipApiVersionCheck", "--disableTelemetry"]
        if certificate:
            self.command += ["--oauth", "basic", "--cert", str(certificate.file), "--key", str(certificate.key)]

    def __enter__(self) -> Azurite:
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            self._await()
            with self._client() as client:
                client.create_container(CONTAINER)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.terminate()
        self.process.wait(20)

    def connection(self, key: str = KEY) -> str:
        """Return the connection string with the key of the account, or with another."""
        protocol = self.endpoint.partition(":")[0]
        return (
            f"DefaultEndpointsProtocol={protocol};AccountName={ACCOUNT};AccountKey={key};BlobEndpoint={self.endpoint};"
        )

    def upload(self, name: str, content: bytes) -> None:
        """Store a file in the container."""
        with self._client() as client, client.get_blob_client(CONTAINER, name) as target:
            target.upload_blob(content)

    def download(self, name: str) -> bytes:
        """Return a file of the container."""
        with self._client() as client, client.get_blob_client(CONTAINER, name) as source:
            return bytes(source.download_blob().readall())

    def _client(self) -> Any:
        trust = {"connection_verify": str(self.certificate.file)} if self.certificate else {}
        return self._blob.BlobServiceClient.from_connection_string(self.connection(), **trust)

    def _await(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("azurite did not start")
