"""Every error that mtadgat raises on purpose, and what must never be shown in one.

MtadGatError
├── ConfigError          parameters that are unknown, of the wrong type or out of range
├── DataError            data that cannot be read, or that do not fit the model
├── TrainingError        training that failed, such as with a loss that is not finite
├── ModelNotFoundError   no model matches the request
├── MissingExtraError    an optional library is not installed
└── ServiceError         a tracking server, registry or store does not answer
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator, Sequence
from typing import ClassVar

SECRET_VARIABLES = (
    "AZURE_STORAGE_CONNECTION_STRING",
    "AZURE_STORAGE_ACCOUNT_KEY",
    "AZURE_STORAGE_SAS_TOKEN",
    "AZURE_STORAGE_CLIENT_SECRET",
    "DATABRICKS_CLIENT_SECRET",
    "DATABRICKS_TOKEN",
    "MLFLOW_TRACKING_PASSWORD",
    "MLFLOW_TRACKING_TOKEN",
)
"""Variables of the environment whose values are never shown."""
MIN_SECRET_LENGTH = 6
"""A shorter value occurs in ordinary words; masking it there would give it away."""
MIN_KEY_LENGTH = 21
"""A shorter value inside a connection string is a protocol, an account name or a host, not a key."""
SAS_FIELDS = frozenset({"sv", "ss", "srt", "sr", "sp", "st", "se", "spr"})
"""Fields of a shared access signature that say what it permits and until when, and so why it was refused."""


class MtadGatError(Exception):
    """An error that says what was expected, what was given, and what to do.

    Args:
        expected: what would have been right, as a noun phrase.
        got: what was given instead.
        remedy: a full sentence that tells the reader what to do.
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, expected: str, got: str, remedy: str) -> None:
        super().__init__(f"Expected {expected}; got {got}. {remedy}")
        self.expected = expected
        self.got = got
        self.remedy = remedy


class ConfigError(MtadGatError):
    """Parameters that cannot be used, all of their faults together.

    Args:
        faults: one sentence fragment for each fault, such as ``"window: expected at least 2, got 0"``.
    """

    def __init__(self, faults: Sequence[str]) -> None:
        Exception.__init__(self, "\n".join(faults))
        self.faults = tuple(faults)


class DataError(MtadGatError):
    """Data that cannot be read, or that do not fit the model."""


class TrainingError(MtadGatError):
    """Training that failed although parameters and data are valid."""

    exit_code: ClassVar[int] = 1


class ModelNotFoundError(MtadGatError):
    """No logged or registered model matches the request."""


class MissingExtraError(MtadGatError):
    """An optional library is not installed; the remedy is the exact pip line."""


class ServiceError(MtadGatError):
    """A tracking server, registry or store does not answer; the parameters are not at fault."""

    exit_code: ClassVar[int] = 1


def redacted(text: str, *secrets: str) -> str:
    """Return a text without secrets.

    Masked are the values of `SECRET_VARIABLES`, user names, passwords and queries of URLs, and the values of ``sig``,
    ``AccountKey`` and ``SharedAccessSignature`` anywhere. A URL with a shared access signature keeps its `SAS_FIELDS`.

    Args:
        text: an error message, or a path or URL.
        secrets: further values to mask.
    """
    for secret in sorted({*_environment_secrets(), *filter(None, secrets)}, key=len, reverse=True):
        text = text.replace(secret, "***")
    text = re.sub(r"://[^\s/@]+@", "://***@", text)
    text = re.sub(r"(://[^\s?'\"]*\?)([^\s'\"]*)", lambda url: url[1] + _redacted_query(url[2]), text)
    return re.sub(r"(?i)\b(sig|AccountKey|SharedAccessSignature)=[^&;\s]+", r"\1=***", text)


def _environment_secrets() -> Iterator[str]:
    for name in SECRET_VARIABLES:
        value = os.environ.get(name, "")
        if len(value) >= MIN_SECRET_LENGTH:
            yield value
        if ";" in value:
            fields = (field.partition("=")[2] for field in value.split(";"))
            yield from (field for field in fields if len(field) >= MIN_KEY_LENGTH)


def _redacted_query(query: str) -> str:
    fields = [field.partition("=") for field in query.split("&")]
    if "sv" not in {name for name, _, _ in fields}:
        return "***"
    return "&".join(
        f"{name}={value if name in SAS_FIELDS else '***'}" if equals else "***" for name, equals, value in fields
    )


def closest(name: str, names: list[str]) -> str:
    """Return ``" (did you mean ...?)"`` with the one of ``names`` most like ``name``, or nothing."""
    near = difflib.get_close_matches(name, names, n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""
