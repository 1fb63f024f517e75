"""Requests and answers, as the parts of the workspace pass them on."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Request:
    """A request whose token was accepted."""

    method: str
    path: str
    query: dict[str, str]
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    query_string: str = ""

    def json(self) -> Any:
        """Return the body as JSON; nothing is an empty object."""
        return json.loads(self.body or b"{}")


@dataclass
class Answer:
    """A status, a body and headers."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})

    @classmethod
    def of(cls, content: object) -> Answer:
        """Return a JSON answer."""
        return cls(200, json.dumps(content).encode())


def failure(status: int, code: str, message: str) -> Answer:
    """Return an error as Databricks words it."""
    return Answer(status, json.dumps({"error_code": code, "message": message}).encode())
