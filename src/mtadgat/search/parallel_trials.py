"""Parallel trials: several trials of a queue at the same time, each in a process elsewhere."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Protocol, runtime_checkable

from mtadgat.search.trial import Suggestion, TrialRecord
from mtadgat.search.trial_queue import TrialQueue

POLL_SECONDS = 0.5
"""Seconds between two attempts to cancel trials: one that is about to start cannot be cancelled yet."""


class TrialLostError(Exception):
    """A trial ended without a record; the message says why."""


@runtime_checkable
class Executors(Protocol):
    """Run trials elsewhere."""

    def run(self, suggestion: Suggestion) -> TrialRecord:
        """Run a trial; called from several threads.

        Raises:
            TrialLostError: it could not record how it ended, as where its process died.
            ServiceError: the trial store does not answer.
        """

    def record_lost(self, suggestion: Suggestion, reason: str) -> TrialRecord:
        """Record a trial that was lost.

        Raises:
            ServiceError: trials cannot be run or recorded at all.
        """

    def cancel(self) -> None:
        """Cancel the trials that run."""


def run_in_parallel(
    queue: TrialQueue, executors: Executors, parallelism: int, on_trial: Callable[[TrialRecord], None]
) -> None:
    """Run the trials of a queue; those that still run when the search is over, or fails, are cancelled.

    Args:
        queue: hands out the trials.
        executors: run them.
        parallelism: trials at the same time.
        on_trial: called for each trial that ends.

    Raises:
        ServiceError: trials cannot be run or recorded at all.
    """
    running: dict[Future[TrialRecord], Suggestion] = {}
    with ThreadPoolExecutor(parallelism, thread_name_prefix="trial") as pool:
        try:
            while not queue.is_over:
                while len(running) < parallelism and (suggestion := queue.take()) is not None:
                    running[pool.submit(executors.run, suggestion)] = suggestion
                if not running:
                    return
                for ended in wait(running, _seconds_left(queue), FIRST_COMPLETED).done:
                    record = _record_of(ended, running.pop(ended), executors)
                    queue.end(record)
                    on_trial(record)
        finally:
            while any(not future.done() for future in running):
                executors.cancel()
                wait(running, POLL_SECONDS)


def _record_of(ended: Future[TrialRecord], suggestion: Suggestion, executors: Executors) -> TrialRecord:
    try:
        return ended.result()
    except TrialLostError as lost:
        return executors.record_lost(suggestion, str(lost))


def _seconds_left(queue: TrialQueue) -> float | None:
    return None if math.isinf(queue.deadline) else max(0.0, queue.deadline - time.time())
