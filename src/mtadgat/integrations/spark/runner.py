"""Spark runner: trials in parallel on Spark, by hyperopt's SparkTrials."""

from __future__ import annotations

import logging
import os
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

from hyperopt import JOB_STATE_ERROR, SparkTrials, Trials

from mtadgat.config import SearchConfig
from mtadgat.errors import ConfigError, ServiceError
from mtadgat.integrations.spark.code_archive import zip_package
from mtadgat.integrations.spark.session import ReusingSession, is_on_one_machine, spark_session, threads_per_trial
from mtadgat.search.objective import Objective, TrialData
from mtadgat.search.plan import Plan
from mtadgat.search.sampler import Document, LowestFreeNumbers, records_of, suggestion_of
from mtadgat.search.trial import MAX_REASON_LENGTH, Suggestion, TrialRecord

log = logging.getLogger(__name__)

POLL_SECONDS = 0.5
"""Seconds between two looks at the trials."""


class NumberedSparkTrials(LowestFreeNumbers, SparkTrials):
    """Trials on Spark's executors."""


@dataclass(frozen=True)
class SparkRunner:
    """Runs trials in parallel on Spark.

    Args:
        master: where to start a Spark session; None: the session that is running, else as Spark is configured.
        parallelism: trials at the same time; None: as many as Spark has cores.
    """

    master: str | None = None
    parallelism: int | None = None

    def run(self, plan: Plan, objective: Objective, on_trial: Callable[[TrialRecord], None]) -> None:
        """Run the trials of a plan that are left, several at the same time.

        Trials that could not record how they ended, such as those whose process died, are recorded as failed. On
        Ctrl-C Spark's jobs are cancelled.

        Args:
            plan: what to try.
            objective: runs and records one trial.
            on_trial: called for each trial that ends.

        Raises:
            ConfigError: executors on other machines cannot reach the tracking database.
            MissingExtraError: pyspark is not installed.
            ServiceError: Spark does not start.
        """
        if plan.is_complete:
            return
        with spark_session(self.master) as session:
            check_reach(session, objective.trial_store.tracking_uri)
            parallelism = self.parallelism or default_parallelism(session)
            context = session.sparkContext
            with _broadcast(context, objective) as remote:
                trials = NumberedSparkTrials(parallelism=parallelism, spark_session=ReusingSession(session))
                with _Watch(context, plan, trials, objective, on_trial):
                    plan.minimise(_ExecutorTask(remote, threads_per_trial(session, parallelism)), trials)


def spark_runner(config: SearchConfig) -> SparkRunner:
    """Return the runner of a search on Spark."""
    return SparkRunner(config.spark_master, config.parallelism)


def default_parallelism(session: Any) -> int:
    """Return how many trials run at the same time if nobody says so: as many as Spark has cores."""
    return min(max(1, int(session.sparkContext.defaultParallelism)), int(SparkTrials.MAX_CONCURRENT_JOBS_ALLOWED))


@contextmanager
def _broadcast(context: Any, objective: Objective) -> Iterator[Objective]:
    """Send code and data to the executors, and yield the objective that they run."""
    context.addPyFile(str(zip_package(Path(_code_folder().name))))
    data = context.broadcast(objective.data())
    try:
        yield replace(objective, data=_BroadcastData(data), on_epoch=None)
    finally:
        data.unpersist()


@cache
def _code_folder() -> tempfile.TemporaryDirectory[str]:
    """The folder of the code that executors import, until Python exits: one session refuses the same file name from
    another folder, and may run several searches."""
    return tempfile.TemporaryDirectory(prefix="mtadgat-")


@dataclass(frozen=True)
class _BroadcastData:
    """Data that every executor holds once."""

    broadcast: Any

    def __call__(self) -> TrialData:
        """Return the data."""
        data: TrialData = self.broadcast.value
        return data


@dataclass(frozen=True)
class _ExecutorTask:
    """A trial as an executor runs it."""

    objective: Objective
    threads: int

    def __call__(self, suggestion: Suggestion) -> TrialRecord:
        """Run the trial with its threads, in a temporary folder, since some libraries write to the current one."""
        import torch

        torch.set_num_threads(min(self.threads, os.cpu_count() or 1))
        with _temporary_folder():
            return self.objective(suggestion)


@contextmanager
def _temporary_folder() -> Iterator[None]:
    before = Path.cwd()
    with tempfile.TemporaryDirectory(prefix="mtadgat-trial-") as folder:
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)


def check_reach(session: Any, tracking_uri: str) -> None:
    """Refuse a tracking database in a file if executors run on other machines.

    Raises:
        ConfigError: executors could not record their trials.
    """
    if tracking_uri.startswith(("sqlite:", "file:", "/")) and not is_on_one_machine(session):
        raise ConfigError(
            [
                "trials: expected a tracking server that executors can reach, such as "
                f"MLFLOW_TRACKING_URI=http://host:5000, got {tracking_uri}"
            ]
        )


class _Watch:
    """Watches the trials from a thread of its own: reports those that have ended, and cancels the jobs on Ctrl-C.

    When hyperopt is interrupted it waits for its running jobs; another thread has to cancel them until it is done.
    """

    def __init__(
        self, context: Any, plan: Plan, trials: Trials, objective: Objective, on_trial: Callable[[TrialRecord], None]
    ) -> None:
        self.context, self.trials, self.objective, self.on_trial = context, trials, objective, on_trial
        self.group = f"mtadgat-{os.getpid()}-{time.time_ns()}"
        self.reported = {record.number for record in plan.ended}
        self.done, self.interrupted = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._poll, daemon=True)
        self.handler: Any = None

    def __enter__(self) -> None:
        self.context.setJobGroup(self.group, "trials of a search", interruptOnCancel=True)
        if threading.current_thread() is threading.main_thread():
            self.handler = signal.signal(signal.SIGINT, self._interrupt)
        self.thread.start()

    def __exit__(self, *_: object) -> None:
        self.done.set()
        self.thread.join()
        if self.handler is not None:
            signal.signal(signal.SIGINT, self.handler)
        self.context.setLocalProperty("spark.jobGroup.id", None)
        self._report()

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        self.trials._fmin_cancelled = True
        self.interrupted.set()
        raise KeyboardInterrupt

    def _poll(self) -> None:
        while not self.done.wait(POLL_SECONDS):
            try:
                if self.interrupted.is_set():
                    self.context.cancelJobGroup(self.group)
                else:
                    self._report()
            except ServiceError as error:
                log.warning("a trial could not be recorded with the search: %s", error)

    def _report(self) -> None:
        for record in records_of(self.trials):
            if record.number not in self.reported:
                self.reported.add(record.number)
                self.on_trial(record)
        for document in list(self.trials._dynamic_trials):
            if document["state"] == JOB_STATE_ERROR and document["tid"] not in self.reported:
                self.reported.add(document["tid"])
                self._fail(document)

    def _fail(self, document: Document) -> None:
        suggestion = suggestion_of(document)
        kind, message = document["misc"].get("error", ("", ""))
        detail = str(message or kind or "the process of the trial ended").strip()
        reason = f"lost on the executor: {detail[-MAX_REASON_LENGTH:]}"
        self.objective.trial_store.fail(suggestion, self.objective.base, reason)
        self.on_trial(suggestion.failed(reason, ended=time.time()))
