"""Quiet: MLflow's chatter stays off the terminal; its warnings and errors are still seen."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

CHATTY = ("mlflow", "alembic")
"""Loggers that tell of every step."""


@contextmanager
def environment(**defaults: str) -> Iterator[None]:
    """Set environment variables for a while; those that are set already keep their value."""
    added = {name: value for name, value in defaults.items() if name not in os.environ}
    os.environ.update(added)
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name, None)


@contextmanager
def hushed(level: int, *names: str) -> Iterator[None]:
    """Let loggers pass only what is at least as grave as a level, for a while."""
    loggers = [logging.getLogger(name) for name in names]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(max(logger.level, level))
    try:
        yield
    finally:
        for logger, before in zip(loggers, levels, strict=True):
            logger.setLevel(before)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep links, progress bars and informative lines of MLflow off the terminal.

    ``MLFLOW_LOGGING_LEVEL`` brings the lines back.
    """
    chatty = () if "MLFLOW_LOGGING_LEVEL" in os.environ else CHATTY
    with (
        hushed(logging.WARNING, *chatty),
        environment(
            MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT="true",
            MLFLOW_PRINT_MODEL_URLS_ON_CREATION="false",
            MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR="false",
        ),
    ):
        yield
