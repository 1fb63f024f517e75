"""Session: the Spark session of the driver if there is one, else one of our own."""

from __future__ import annotations

import os
import re
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from mtadgat.errors import ConfigError, MissingExtraError, ServiceError
from mtadgat.integrations.mlflow.quiet import environment

QUIET = {"spark.ui.showConsoleProgress": "false", "spark.ui.enabled": "false", "spark.log.level": "ERROR"}
NO_RETRIES = {"spark.task.maxFailures": "1", "spark.task.reaper.enabled": "true"}
"""A trial that kills its process has failed; Spark would run it four times."""
IGNORED_WARNINGS = ("PySpark does not yet fully support pandas", "Spark session is not provided")
"""About pandas, which trials do not use with Spark, and about tags, which threads of hyperopt do not have."""
MAX_ERROR_LENGTH = 500
"""Characters that are kept of the first line of an error of Spark."""


def require_spark() -> None:
    """Refuse to continue without pyspark.

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
    """Keep warnings of pyspark that users cannot act on off the terminal."""
    with warnings.catch_warnings():
        for message in IGNORED_WARNINGS:
            warnings.filterwarnings("ignore", message=message)
        yield


@contextmanager
def spark_session(master: str | None) -> Iterator[Any]:
    """Open a Spark session; one that is running already is used, and left running.

    Args:
        master: where to start a session; None: as Spark is configured.

    Raises:
        ConfigError: a session is running on another master, or its context is not accessible.
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
    """Return the session of the driver, or None; that of a Databricks cluster is not ours to stop."""
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    has_session = SparkContext._active_spark_context is not None or "DATABRICKS_RUNTIME_VERSION" in os.environ
    return SparkSession.getActiveSession() or (SparkSession.builder.getOrCreate() if has_session else None)


def _check(session: Any, master: str | None) -> None:
    try:
        running = session.sparkContext.master
    except Exception as error:
        raise ConfigError(
            [
                "trials: expected a Spark session with a context, as on a single-user cluster; "
                "got one over Spark Connect"
            ]
        ) from error
    if master not in (None, running):
        raise ConfigError([f"spark-master: expected none, as a session runs on {running}, got {master}"])


def _started(master: str | None) -> Any:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("mtadgat hyperopt")
    for name, value in (QUIET | NO_RETRIES).items():
        builder = builder.config(name, value)
    if master is not None:
        builder = builder.master(master)
    try:
        return builder.getOrCreate()
    except Exception as error:
        raise ServiceError(
            f"Spark to start on {master or 'the master that it is configured for'}",
            str(error).strip().splitlines()[0][:MAX_ERROR_LENGTH] if str(error).strip() else type(error).__name__,
            "Check that Java 17 or later is installed, and --spark-master.",
        ) from error


def _local_address(master: str | None) -> dict[str, str]:
    # All processes are on one machine: its name in the network does not matter.
    return {"SPARK_LOCAL_IP": "127.0.0.1"} if _is_local(master) else {}


def _is_local(master: str | None) -> bool:
    return master is not None and master.startswith("local")


def is_on_one_machine(session: Any) -> bool:
    """Whether driver and executors share a machine and its files."""
    return _is_local(session.sparkContext.master)


def threads_per_trial(session: Any, parallelism: int) -> int:
    """Return how many threads a trial may use: its share of the cores, within those of an executor.

    Args:
        session: a Spark session.
        parallelism: trials at the same time.
    """
    context = session.sparkContext
    local = re.fullmatch(r"local-cluster\[\s*\d+\s*,\s*(\d+)\s*,\s*\d+\s*\]", context.master)
    executor_cores = int(local.group(1)) if local else int(context.getConf().get("spark.executor.cores", "0"))
    share = max(1, int(context.defaultParallelism) // parallelism)
    return min(share, executor_cores) if executor_cores else share


class _Proxy:
    """Passes everything on to another object."""

    def __init__(self, target: Any) -> None:
        self._target = target

    def __getattr__(self, name: str) -> Any:
        return getattr(self._target, name)


class ReusingSession(_Proxy):
    """A Spark session whose tasks read their input, so that the Python processes of executors are reused.

    Spark keeps such a process only if its task has read all of its input. The tasks of hyperopt's SparkTrials never
    do: each trial would start a process and import torch again, which takes more than four seconds of a core.
    """

    @property
    def sparkContext(self) -> _ReusingContext:  # noqa: N802  Spark's own name
        """The context of the session."""
        return _ReusingContext(self._target.sparkContext)


class _ReusingContext(_Proxy):
    def parallelize(self, rows: list[int], partitions: int | None = None) -> _ReusingRows:
        """Return the rows as a distributed data set."""
        return _ReusingRows(self._target.parallelize(rows, partitions))


class _ReusingRows(_Proxy):
    def mapPartitions(self, task: Callable[[Iterator[int]], Iterator[Any]]) -> Any:  # noqa: N802  Spark's own name
        """Return the results of a task for the rows of each partition."""

        def read_then_run(rows: Iterator[int]) -> Iterator[Any]:
            return task(iter(list(rows)))

        return self._target.mapPartitions(read_then_run)
