"""Session: the Spark session of the driver if there is one, else one of our own; classic or over Spark Connect."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from mtadgat.errors import ConfigError, MissingExtraError, ServiceError
from mtadgat.integrations.mlflow.quiet import environment

QUIET = {"spark.ui.showConsoleProgress": "false", "spark.ui.enabled": "false", "spark.log.level": "ERROR"}
NO_RETRIES = {"spark.task.maxFailures": "1", "spark.task.reaper.enabled": "true"}
"""A trial that kills its process has failed; Spark would run it four times."""
IGNORED_WARNING = "PySpark does not yet fully support pandas"
"""Trials use pandas without Spark."""
CONNECT = "sc://"
"""How the address of a Spark Connect server begins."""
CONNECT_SECONDS = 20
"""Seconds in which a server must answer: Spark's own attempts take minutes."""
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
    """Keep a warning of pyspark that users cannot act on off the terminal."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=IGNORED_WARNING)
        yield


@contextmanager
def spark_session(master: str | None) -> Iterator[Any]:
    """Open a Spark session; one that is running already is used, and left running.

    Args:
        master: where to start a session, or the address of a Spark Connect server; None: as Spark is configured.

    Raises:
        ConfigError: a session is running elsewhere.
        MissingExtraError: pyspark is not installed, or not what Spark Connect needs.
        ServiceError: Spark does not start, or the server does not answer.
    """
    require_spark()
    with quiet_spark():
        running = running_session()
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


def is_connect(session: Any) -> bool:
    """Whether a session goes over Spark Connect, and so has no context: serverless, standard access mode, a server."""
    return type(session).__module__.startswith("pyspark.sql.connect")


def is_on_one_machine(session: Any) -> bool:
    """Whether driver and executors share a machine and its files."""
    if is_connect(session) and not _is_loopback(session.client.host):
        return False
    return _is_local(setting(session, "spark.master"))


def setting(session: Any, name: str) -> str | None:
    """Return a setting of Spark; None if it is not set, or a Spark Connect server keeps it to itself."""
    try:
        value = session.conf.get(name, None) if is_connect(session) else session.sparkContext.getConf().get(name)
    except Exception:  # servers differ in what they refuse, and how
        return None
    return None if value is None else str(value)


def active_session() -> Any:
    """Return the session that this process uses already, or None."""
    if "pyspark" not in sys.modules:
        return None
    from pyspark.sql import SparkSession

    return SparkSession.getActiveSession()


def running_session() -> Any:
    """Return the session of the driver, or None; that of a Databricks cluster is there before anybody has used it."""
    session = active_session()
    pyspark = sys.modules.get("pyspark")
    context = getattr(pyspark, "SparkContext", None)  # the client of Spark Connect has none
    has_context = getattr(context, "_active_spark_context", None) is not None
    if session is not None or not (has_context or "DATABRICKS_RUNTIME_VERSION" in os.environ):
        return session
    from pyspark.sql import SparkSession

    return SparkSession.builder.getOrCreate()


def _check(session: Any, master: str | None) -> None:
    if is_connect(session):
        running = f"{CONNECT}{session.client.host}"
        is_same = master is None or master.startswith(running)
    else:
        running = str(session.sparkContext.master)
        is_same = master in (None, running)
    if not is_same:
        raise ConfigError([f"spark-master: expected none, as a session runs on {running}, got {master}"])


def _started(master: str | None) -> Any:
    address = master or os.environ.get("SPARK_REMOTE", "")
    if address.startswith(CONNECT):
        return _connected(address)
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("mtadgat hyperopt")
    for name, value in (QUIET | NO_RETRIES).items():
        builder = builder.config(name, value)
    try:
        return (builder if master is None else builder.master(master)).getOrCreate()
    except Exception as error:
        raise ServiceError(
            f"Spark to start on {master or 'the master that it is configured for'}",
            _first_line(error),
            "Check that Java 17 or later is installed, and --spark-master; --trials local does without Spark.",
        ) from error


def _connected(address: str) -> Any:
    from pyspark.sql import SparkSession

    told = address.partition("/;")[0]  # the rest may hold a token
    try:
        _require_answer(address)
        return SparkSession.builder.remote(address).getOrCreate()
    except ImportError as error:
        raise MissingExtraError(
            f"the client of Spark Connect for {told}",
            _first_line(error),
            "Install it with: pip install 'pyspark[connect]'",
        ) from error
    except Exception as error:
        raise ServiceError(
            f"a Spark Connect server at {told}",
            _first_line(error),
            "Check --spark-master and that the server runs; --trials local does without Spark.",
        ) from error


def _require_answer(address: str) -> None:
    grpc = import_module("grpc")  # comes with pyspark[connect]
    from pyspark.sql.connect.client import DefaultChannelBuilder

    with DefaultChannelBuilder(address).toChannel() as channel:
        try:
            grpc.channel_ready_future(channel).result(timeout=CONNECT_SECONDS)
        except grpc.FutureTimeoutError:
            raise OSError(f"no answer within {CONNECT_SECONDS} s") from None


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:MAX_ERROR_LENGTH] if str(error).strip() else type(error).__name__


def _local_address(master: str | None) -> dict[str, str]:
    # All processes are on one machine: its name in the network does not matter.
    return {"SPARK_LOCAL_IP": "127.0.0.1"} if _is_local(master) else {}


def _is_local(master: str | None) -> bool:
    return master is not None and master.startswith("local")


def _is_loopback(host: str) -> bool:
    return host in {"localhost", "::1"} or host.startswith("127.")
