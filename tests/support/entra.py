"""The token endpoint of a directory, as a service principal asks it: a stand-in for Microsoft Entra ID on loopback.

The token is what Azurite checks in one, issuer, audience and times, with a signature of nobody.
"""

from __future__ import annotations

import base64
import json
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qs

from loopback_certificate import Certificate

LIFETIME = 3600
SCOPE = "https://storage.azure.com/.default"
"""What the storage libraries ask for."""


@dataclass(frozen=True)
class ServicePrincipal:
    """Who may ask for tokens."""

    tenant_id: str = "5f1c7f4e-6f4f-4c0e-9a55-0123456789ab"
    client_id: str = "c0ffee00-1111-2222-3333-444455556666"
    client_secret: str = "stand-in~secret.of-a-principal"


class Entra:
    """A directory with one service principal.

    Args:
        certificate: with which it speaks https.
    """

    principal = ServicePrincipal()

    def __init__(self, certificate: Certificate) -> None:
        self.given = 0
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        # The handshake belongs to the thread of a request: a client that breaks it off ends no more than that.
        self.server.socket = certificate.server_context().wrap_socket(
            self.server.socket, server_side=True, do_handshake_on_connect=False
        )
        self.url = f"https://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def __enter__(self) -> Entra:
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, object]]:
        """Answer a request for a token: the status and the body."""
        principal = self.principal
        if path != f"/{principal.tenant_id}/oauth2/v2.0/token":
            return 400, _refusal("invalid_request", "AADSTS90002: Tenant not found.")
        if form.get("client_id") != principal.client_id:
            return 400, _refusal("unauthorized_client", "AADSTS700016: Application not found in the directory.")
        if form.get("client_secret") != principal.client_secret:
            return 401, _refusal("invalid_client", "AADSTS7000215: Invalid client secret provided.")
        if (form.get("grant_type"), form.get("scope")) != ("client_credentials", SCOPE):
            return 400, _refusal("invalid_scope", "AADSTS70011: The provided value for 'scope' is not valid.")
        self.given += 1
        return 200, {"token_type": "Bearer", "expires_in": LIFETIME, "access_token": self._token()}

    def _token(self) -> str:
        now = int(time.time())
        claims = {
            "aud": "https://storage.azure.com",
            "iss": f"https://sts.windows.net/{self.principal.tenant_id}/",
            "appid": self.principal.client_id,
            **{"iat": now, "nbf": now, "exp": now + LIFETIME},
        }
        parts = [json.dumps({"alg": "RS256", "typ": "JWT"}).encode(), json.dumps(claims).encode(), b"nobody"]
        return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        entra = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                status, content = entra.answer(self.path, form)
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(content).encode())

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler


def _refusal(code: str, description: str) -> dict[str, object]:
    return {"error": code, "error_description": description}
