"""A certificate for servers on loopback that speak https; clients trust it by ``SSL_CERT_FILE``."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

SUBJECT = ("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1")
USAGE = ("-addext", "keyUsage=critical,digitalSignature,keyCertSign")


@dataclass(frozen=True)
class Certificate:
    """The files of a certificate that signs itself, and of its key."""

    file: Path
    key: Path

    def server_context(self) -> ssl.SSLContext:
        """Return what a server needs to speak https."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.file, self.key)
        return context


def make_certificate(folder: Path) -> Certificate:
    """Make a certificate that is valid for a day; the test skips where openssl is absent."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    made = Certificate(folder / "loopback.pem", folder / "loopback.key")
    new = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1")
    files = ("-out", str(made.file), "-keyout", str(made.key))
    subprocess.run([*new, *SUBJECT, *USAGE, *files], check=True, capture_output=True)
    return made
