"""Session: the Spark session of the driver where there is one, else one of our own."""

from __future__ import annotations

import os
import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mtadgat.errors import ConfigError, MissingExtraError, ServiceError
from mtadgat.integrations.mlflow.quiet import environment

QUIET = {"spark.ui.showConsoleProgress": "false", "spark.ui.enabled": "false", "spark.log.level": "ERROR"}
ONCE = {"spark.task.maxFailures": "1", "spark.task.reaper.enabled": "true"}
"""A trial that kills its process is a failed trial, not one to run four times."""


UNHELPFUL = ("PySpark does not yet fully support pandas", "Spark session is not provided")
"""Warnings about pandas, which trials do not use with Spark, and about tags, which threads of hyperopt do not have."""


def require_spark() -> None:
    """Refuse to go on without pyspark.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        import pyspark  # noqa: F401
    except ImportError as error:
        raise MissingExtraError(
            "pyspark for --trials spark", "no such library", "Install it with: pip install 'mtadgat[spark]'"
        ) from error


@contextmanager
def quiet_spark() -> Iterator[None]:
    """Keep what pyspark warns of, and nobody here can change, off the terminal."""
    with warnings.catch_warnings():
        for message in UNHELPFUL:
            warnings.filterwarnings("ignore", message=message)
        yield


@contextmanager
def spark_session(master: str | None) -> Iterator[Any]:
    """Open a Spark session; one that runs already is used, and left running.

    Args:
        master: where to start one; None: as Spark is configured.

    Raises:
        ConfigError: a session runs on another master, or without access to its context.
        MissingExtraError: pyspark is not installed.
        ServiceError: Spark does not start.
    """
    require_spark()
    with quiet_spark():
        running = _running()
        if running is not None:
            _check(running, master)
            yield running
            return
        # Executors on this machine run the same interpreter.
        with environment(PYSPARK_PYTHON=sys.executable, **_local_address(master)):
            session = _started(master)
            try:
                yield session
            finally:
                session.stop()


def _running() -> Any:
    """Return the session of the driver, or None; that of a Databricks cluster is never ours to stop."""
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    there = SparkContext._active_spark_context is not None or "DATABRICKS_RUNTIME_VERSION" in os.environ
    return SparkSession.getActiveSession() or (SparkSession.builder.getOrCreate() if there else None)


def _check(session: Any, master: str | None) -> None:
    try:
        there = session.sparkContext.master
    except Exception as error:
        raise ConfigError(
            [
                "trials: expected a Spark session with a context, as on a single-user cluster; "
                "got one over Spark Connect"
            ]
        ) from error
    if master not in (None, there):
        raise ConfigError([f"spark-master: expected none, as a session runs on {there}, got {master}"])


def _started(master: str | None) -> Any:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("mtadgat hyperopt")
    for name, value in (QUIET | ONCE).items():
        builder = builder.config(name, value)
    if master is not None:
        builder = builder.master(master)
    try:
        return builder.getOrCreate()
    except Exception as error:
        raise ServiceError(
            f"Spark to start on {master or 'the master that it is configured for'}",
            str(error).strip().splitlines()[0][:500] if str(error).strip() else type(error).__name__,
            "Check that Java 17 or later is installed, and --spark-master.",
        ) from error


def _local_address(master: str | None) -> dict[str, str]:
    # Processes of one machine: no need to find out its name in the network.
    return {"SPARK_LOCAL_IP": "127.0.0.1"} if _is_local(master) else {}


def _is_local(master: str | None) -> bool:
    return master is not None and master.startswith("local")


def on_one_machine(session: Any) -> bool:
    """Whether driver and executors share a machine and its files."""
    return _is_local(session.sparkContext.master)


def threads_of_trial(session: Any, parallelism: int) -> int:
    """Return how many threads a trial may use: its share of the cores, within those of an executor.

    Args:
        session: a Spark session.
        parallelism: trials side by side.
    """
    context = session.sparkContext
    local = re.fullmatch(r"local-cluster\[\s*\d+\s*,\s*(\d+)\s*,\s*\d+\s*\]", context.master)
    of_executor = int(local.group(1)) if local else int(context.getConf().get("spark.executor.cores", "0"))
    share = max(1, int(context.defaultParallelism) // parallelism)
    return min(share, of_executor) if of_executor else share
