"""Executors: trials as Spark jobs of one task, over a classic session and over Spark Connect alike."""

from __future__ import annotations

import hashlib
import os
import pickle
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from mtadgat.errors import ConfigError, ServiceError
from mtadgat.integrations.spark.code_archive import zipped_package
from mtadgat.integrations.spark.sent_trial import SentTrial
from mtadgat.integrations.spark.session import is_connect
from mtadgat.integrations.spark.task import SCHEMA, task
from mtadgat.search.objective import Objective, TrialData
from mtadgat.search.parallel_trials import TrialLostError
from mtadgat.search.trial import MAX_REASON_LENGTH, Suggestion, TrialRecord

MAX_CONNECT_BYTES = 100 * 2**20
"""Data over Spark Connect, which sends them with each trial; a message takes 128 MB."""
MAX_LOST = 3
"""Trials that may be lost before the first one ends: more of them would be lost for the same reason."""
WAY_OUT = (
    "Check that executors have the libraries of envs/requirements.txt and reach the tracking server, or run the "
    "trials in this process with --trials local."
)


class SparkExecutors:
    """Run trials on Spark's executors.

    Args:
        session: a Spark session.
        objective: runs and records one trial.
        threads: threads of a trial; None: as many as Spark reserves cores for a task.
        data: returns the data on an executor.
    """

    def __init__(self, session: Any, objective: Objective, threads: int | None, data: Callable[[], TrialData]) -> None:
        self.session, self.threads, self.data = session, threads, data
        self.objective = replace(objective, data=_not_here, on_epoch=None)
        self._archive = zipped_package()
        self._tag = f"mtadgat-{os.getpid()}-{time.time_ns()}"
        self._run_ids: dict[int, str] = {}
        self._lost, self._some_ended = 0, False

    def run(self, suggestion: Suggestion) -> TrialRecord:
        """See `Executors.run`."""
        from pyspark.cloudpickle import dumps

        run_id = self._run_ids[suggestion.number] = self.objective.open(suggestion)
        sent = dumps(SentTrial(self.objective, suggestion, run_id, self.threads))
        try:
            self._tag_jobs()
            jobs = self.session.range(0, 1, 1, 1).mapInArrow(task(self._archive, sent, self.data), SCHEMA)
            ((record, fault),) = jobs.collect()
        except Exception as error:
            raise TrialLostError(_reason(error)) from error
        if fault is not None:
            raise TrialLostError(fault)
        self._some_ended = True
        ended: TrialRecord = pickle.loads(bytes(record))
        return ended

    def record_lost(self, suggestion: Suggestion, reason: str) -> TrialRecord:
        """See `Executors.record_lost`."""
        self._lost += 1
        if not self._some_ended and self._lost >= MAX_LOST:
            raise ServiceError("Spark's executors to run a trial", reason, WAY_OUT)
        self._require_session()
        told = f"lost on the executor: {reason[-MAX_REASON_LENGTH:]}"
        self.objective.trial_store.fail(suggestion, self._run_ids[suggestion.number], told)
        return suggestion.failed(told, ended=time.time())

    def cancel(self) -> None:
        """See `Executors.cancel`."""
        if is_connect(self.session):
            self.session.interruptTag(self._tag)
        else:
            self.session.sparkContext.cancelJobGroup(self._tag)

    def _tag_jobs(self) -> None:
        """Tag the jobs of this thread, so that they can be cancelled."""
        if is_connect(self.session):
            self.session.addTag(self._tag)
        else:  # interruptTag of a classic session cancels nothing (Spark 4.3)
            self.session.sparkContext.setJobGroup(self._tag, "trials of a search", interruptOnCancel=True)

    def _require_session(self) -> None:
        try:
            self.session.sql("SELECT 1").collect()
        except Exception as error:
            raise ServiceError(
                "a Spark session that answers", _reason(error), "Start Spark again, then --resume the search."
            ) from error


@contextmanager
def spark_executors(session: Any, objective: Objective, threads: int | None) -> Iterator[SparkExecutors]:
    """Send the data to the executors, and yield what runs trials there.

    Args:
        session: a Spark session.
        objective: runs and records one trial.
        threads: threads of a trial; None: as many as Spark reserves cores for a task.

    Raises:
        ConfigError: the data are too large for Spark Connect.
    """
    if is_connect(session):
        yield SparkExecutors(session, objective, threads, _carried(objective.data()))
        return
    broadcast = session.sparkContext.broadcast(objective.data())
    try:
        yield SparkExecutors(session, objective, threads, lambda: broadcast.value)
    finally:
        broadcast.unpersist()


def _carried(data: TrialData) -> Callable[[], TrialData]:
    content = pickle.dumps(data)
    if len(content) > MAX_CONNECT_BYTES:
        raise ConfigError(
            [
                f"trials: expected at most {MAX_CONNECT_BYTES >> 20} MB of data over Spark Connect, which sends them "
                f"with each trial, got {len(content) >> 20} MB; take fewer rows, a session with a SparkContext, or "
                "--trials local"
            ]
        )
    digest = hashlib.sha256(content).hexdigest()

    def read() -> TrialData:
        from mtadgat.integrations.spark.sent_trial import held

        return held(digest, content)

    return read


def _not_here() -> TrialData:
    raise NotImplementedError("executors are sent the data apart")


def _reason(error: Exception) -> str:
    """Return what an error of Spark says before it shows the stack of its own machine."""
    told = str(error).partition("\n\tat ")[0].partition("\n\nJVM stacktrace:")[0].strip()
    return told or type(error).__name__
