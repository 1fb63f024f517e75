"""Search: trials side by side on Spark, by hyperopt's SparkTrials."""

from __future__ import annotations

import logging
import os
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any

from hyperopt import JOB_STATE_ERROR, SparkTrials, Trials

from mtadgat.errors import ConfigError, ServiceError
from mtadgat.integrations.spark.code_archive import zip_package
from mtadgat.integrations.spark.session import on_one_machine, threads_of_trial
from mtadgat.integrations.spark.worker_reuse import ReusingSession
from mtadgat.search.driver import Plan, records_of
from mtadgat.search.objective import Objective, TrialData, suggestion_of
from mtadgat.search.suggestion import DRAW, Numbering, result_of
from mtadgat.search.trial import TrialRecord
from mtadgat.tracking import names

log = logging.getLogger(__name__)

POLL = 0.5
"""Seconds between two looks at the trials."""
LONGEST_REASON = 1000


class NumberedSparkTrials(Numbering, SparkTrials):
    """Trials of Spark's executors."""


@dataclass(frozen=True)
class _Shipped:
    """Data that every executor holds once."""

    broadcast: Any

    def __call__(self) -> TrialData:
        """Return the data."""
        data: TrialData = self.broadcast.value
        return data


@dataclass(frozen=True)
class _Task:
    """A trial as an executor runs it."""

    objective: Objective
    threads: int

    def __call__(self, carried: Mapping[str, Any]) -> dict[str, Any]:
        """Run the trial within its threads; libraries that write files write them to a folder that is thrown away."""
        import torch

        torch.set_num_threads(min(self.threads, os.cpu_count() or 1))
        with _temporary_folder():
            return result_of(self.objective(suggestion_of(carried)))


@contextmanager
def _temporary_folder() -> Iterator[None]:
    before = Path.cwd()
    with tempfile.TemporaryDirectory(prefix="mtadgat-trial-") as folder:
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)


def parallel_trials(session: Any, wanted: int | None) -> int:
    """Return how many trials run side by side; None: as many as Spark has cores."""
    return wanted or min(max(1, session.sparkContext.defaultParallelism), SparkTrials.MAX_CONCURRENT_JOBS_ALLOWED)


def search_on_spark(
    session: Any, plan: Plan, objective: Objective, parallelism: int | None, on_trial: Callable[[TrialRecord], None]
) -> None:
    """Run the trials that are left, some side by side.

    Trials that could not say how they ended, such as those whose process died, are recorded as failed. On Ctrl-C
    Spark's jobs are cancelled.

    Args:
        session: a Spark session.
        plan: what to search.
        objective: runs a trial.
        parallelism: trials side by side; None: as many as Spark has cores.
        on_trial: hears of each trial that is over.

    Raises:
        ConfigError: executors on other machines cannot reach the tracking database.
    """
    if plan.over:
        return
    check_reach(session, str(getattr(objective.trial_store, "tracking_uri", "")))
    side_by_side = parallel_trials(session, parallelism)
    context = session.sparkContext
    with tempfile.TemporaryDirectory(prefix="mtadgat-") as folder:
        context.addPyFile(str(zip_package(Path(folder))))
        shipped = context.broadcast(objective.data())
        away = replace(objective, data=_Shipped(shipped), on_epoch=None)
        trials = plan.prepare(NumberedSparkTrials(parallelism=side_by_side, spark_session=ReusingSession(session)))
        try:
            with _Watch(context, plan, trials, objective, on_trial):
                plan.search(_Task(away, threads_of_trial(session, side_by_side)), trials)
        finally:
            shipped.unpersist()


def check_reach(session: Any, tracking_uri: str) -> None:
    """Refuse a tracking database in a file where executors run on other machines.

    Raises:
        ConfigError: they could not record their trials.
    """
    if tracking_uri.startswith(("sqlite:", "file:", "/")) and not on_one_machine(session):
        raise ConfigError(
            [
                "trials: expected a tracking server that executors can reach, such as "
                f"MLFLOW_TRACKING_URI=http://host:5000, got {tracking_uri}"
            ]
        )


class _Watch:
    """Looks at the trials from a thread of its own: tells of those that are over, and cancels the jobs on Ctrl-C.

    hyperopt waits for running jobs when it is interrupted; they have to be cancelled from elsewhere until it is done.
    """

    def __init__(
        self, context: Any, plan: Plan, trials: Trials, objective: Objective, on_trial: Callable[[TrialRecord], None]
    ) -> None:
        self.context, self.trials, self.objective, self.on_trial = context, trials, objective, on_trial
        self.group = f"mtadgat-{os.getpid()}-{time.time_ns()}"
        self.told = {record.number for record in plan.known}
        self.done, self.interrupted = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._look, daemon=True)
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
        self._tell()

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        self.trials._fmin_cancelled = True
        self.interrupted.set()
        raise KeyboardInterrupt

    def _look(self) -> None:
        while not self.done.wait(POLL):
            try:
                if self.interrupted.is_set():
                    self.context.cancelJobGroup(self.group)
                else:
                    self._tell()
            except ServiceError as error:
                log.warning("a trial could not be recorded with the search: %s", error)

    def _tell(self) -> None:
        for record in records_of(self.trials):
            if record.number not in self.told:
                self.told.add(record.number)
                self.on_trial(record)
        for trial in list(self.trials._dynamic_trials):
            if trial["state"] == JOB_STATE_ERROR and trial["tid"] not in self.told:
                self.told.add(trial["tid"])
                self._lost(trial)

    def _lost(self, trial: Mapping[str, Any]) -> None:
        suggestion = suggestion_of(trial["misc"]["vals"][DRAW][0])
        kind, told = trial["misc"].get("error", ("", ""))
        words = str(told or kind or "the process of the trial ended").strip()
        reason = f"lost on the executor: {words[-LONGEST_REASON:]}"
        self.objective.trial_store.fail(suggestion, self.objective.base, reason)
        record = TrialRecord(
            suggestion.number, names.FAILED, float("nan"), suggestion.parameters, suggestion.point, reason=reason
        )
        self.on_trial(replace(record, ended=time.time()))
