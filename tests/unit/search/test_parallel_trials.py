"""Trials that run at the same time: how many, when the search is over, and what becomes of those that still run."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from mtadgat.errors import ServiceError
from mtadgat.search.parallel_trials import TrialLostError, run_in_parallel
from mtadgat.search.plan import Plan
from mtadgat.search.space import SearchSpace
from mtadgat.search.trial import Suggestion, TrialRecord
from mtadgat.search.trial_queue import TrialQueue

SPACE = SearchSpace.parse("dropout: {uniform: [0, 0.5]}")


class Threads:
    """Runs trials in the threads that wait for them; those named in ``endless`` end when they are cancelled.

    Args:
        loss: returns the loss of a trial, or raises.
        endless: numbers of trials that do not end by themselves.
    """

    def __init__(self, loss: Callable[[int], float] = float, endless: frozenset[int] = frozenset()) -> None:
        self.loss, self.endless = loss, endless
        self.running, self.most, self.cancelled = 0, 0, threading.Event()
        self.lock = threading.Lock()

    def run(self, suggestion: Suggestion) -> TrialRecord:
        with self.lock:
            self.running += 1
            self.most = max(self.most, self.running)
        try:
            if suggestion.number in self.endless:
                self.cancelled.wait(60)
                raise TrialLostError("cancelled")
            self.cancelled.wait(0.02)
            loss = self.loss(suggestion.number)
            return TrialRecord(suggestion.number, "finished", loss, suggestion.parameters, suggestion.point)
        finally:
            with self.lock:
                self.running -= 1

    def record_lost(self, suggestion: Suggestion, reason: str) -> TrialRecord:
        return suggestion.failed(f"lost: {reason}")

    def cancel(self) -> None:
        self.cancelled.set()


def searched(
    threads: Threads, parallelism: int, on_trial: Callable[[TrialRecord], None] = lambda _: None, **limits: object
) -> list[TrialRecord]:
    queue = TrialQueue(Plan(SPACE, "rand", 0, **{"max_evals": 12, **limits}))  # type: ignore[arg-type]
    run_in_parallel(queue, threads, parallelism, on_trial)
    return sorted(queue.records, key=lambda record: record.number)


def test_as_many_trials_as_asked_for_run_at_the_same_time_and_each_once() -> None:
    threads = Threads()
    records = searched(threads, 4)
    assert [record.number for record in records] == list(range(12))
    assert threads.most == 4


def test_the_same_trials_run_whatever_their_parallelism() -> None:
    assert [record.point for record in searched(Threads(), 5)] == [record.point for record in searched(Threads(), 1)]


def test_a_trial_that_is_lost_is_recorded_and_the_others_go_on() -> None:
    def loss(number: int) -> float:
        if number == 2:
            raise TrialLostError("its process died")
        return number

    records = searched(Threads(loss), 3)
    assert [record.status for record in records] == ["finished"] * 2 + ["failed"] + ["finished"] * 9
    assert records[2].reason == "lost: its process died"


def test_trials_that_run_when_the_time_is_up_are_cancelled() -> None:
    threads = Threads(endless=frozenset({1}))
    records = searched(threads, 2, timeout=0.5)
    assert threads.cancelled.is_set()
    assert 1 not in {record.number for record in records}


def test_trials_that_run_when_progress_is_missed_are_cancelled() -> None:
    threads = Threads(endless=frozenset({0}))
    records = searched(threads, 2, early_stop=3)
    assert threads.cancelled.is_set()
    assert len(records) == 4


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), ServiceError("a server", "none", "Start it.")])
def test_what_stops_a_search_cancels_its_trials(stop: BaseException) -> None:
    def raise_stop(_: TrialRecord) -> None:
        raise stop

    threads = Threads(endless=frozenset({1}))
    with pytest.raises(type(stop)):
        searched(threads, 2, raise_stop)
    assert threads.cancelled.is_set()
    assert threads.running == 0
