"""Every error that mtadgat raises on purpose.

MtadGatError
├── ConfigError          parameters that are unknown, of the wrong type or out of range
├── DataError            data that cannot be read, or that do not fit the model
├── TrainingError        training that came to nothing, such as a loss that is not finite
├── ModelNotFoundError   no model answers to the given choice
├── MissingExtraError    an optional library is not installed
└── ServiceError         a tracking server, registry or store does not answer
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar


class MtadGatError(Exception):
    """An error that says what was expected, what came, and what to do.

    Args:
        expected: what would have been right, as a noun phrase.
        got: what came instead.
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
    """Training that came to nothing though parameters and data could be read."""

    exit_code: ClassVar[int] = 1


class ModelNotFoundError(MtadGatError):
    """No logged or registered model answers to the given choice."""


class MissingExtraError(MtadGatError):
    """An optional library is not installed; the remedy is the exact pip line."""


class ServiceError(MtadGatError):
    """A tracking server, registry or store does not answer: no fault of the parameters."""

    exit_code: ClassVar[int] = 1
