"""Quiet: MLflow's progress messages stay off the terminal; its warnings and errors are still shown."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

VERBOSE_LOGGERS = ("mlflow", "alembic")
"""Loggers that report every step."""


@contextmanager
def environment(**defaults: str) -> Iterator[None]:
    """Set environment variables for a while; those that are already set keep their value."""
    added = {name: value for name, value in defaults.items() if name not in os.environ}
    os.environ.update(added)
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name, None)


@contextmanager
def minimum_level(level: int, *loggers: str) -> Iterator[None]:
    """Drop what loggers report below a level, for a while; a logger with a higher level keeps it."""
    before = {logger: logger.level for logger in map(logging.getLogger, loggers)}
    for logger in before:
        logger.setLevel(max(logger.level, level))
    try:
        yield
    finally:
        for logger, previous in before.items():
            logger.setLevel(previous)


@contextmanager
def _same_handlers() -> Iterator[None]:
    """Keep where log messages go: an MLflow that opens a database puts handlers of its own there."""
    handlers, level = list(logging.root.handlers), logging.root.level
    try:
        yield
    finally:
        logging.root.handlers[:] = handlers
        logging.root.setLevel(level)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep MLflow's links, progress bars and messages below WARNING off the terminal.

    Where ``MLFLOW_LOGGING_LEVEL`` is set, that level decides about the messages.
    """
    loggers = () if "MLFLOW_LOGGING_LEVEL" in os.environ else VERBOSE_LOGGERS
    with (
        _same_handlers(),
        minimum_level(logging.WARNING, *loggers),
        environment(
            MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT="true",
            MLFLOW_PRINT_MODEL_URLS_ON_CREATION="false",
            MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR="false",
        ),
    ):
        yield
