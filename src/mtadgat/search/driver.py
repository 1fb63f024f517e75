"""Local: trials one after the other in this process."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from hyperopt import Trials, fmin
from hyperopt.exceptions import AllTrialsFailed

from mtadgat.detector.training import EpochLosses
from mtadgat.search.objective import Objective, TimeUpError, suggestion_of
from mtadgat.search.space import SearchSpace
from mtadgat.search.suggestion import NumberedTrials, Suggest, algorithm, carrier, known_trials, result_of
from mtadgat.search.trial import TrialRecord, trials_without_progress
from mtadgat.tracking.progress import NoProgress, Progress


@runtime_checkable
class SearchProgress(Progress, Protocol):
    """Hears of trials too."""

    def trial_epoch(self, number: int, losses: EpochLosses) -> None:
        """An epoch of a trial is over."""

    def trial(self, record: TrialRecord, done: int, total: int, best: TrialRecord | None) -> None:
        """A trial is over."""


class NoSearchProgress(NoProgress):
    """Hears and says nothing."""

    def trial_epoch(self, number: int, losses: EpochLosses) -> None: ...

    def trial(self, record: TrialRecord, done: int, total: int, best: TrialRecord | None) -> None: ...


CHATTY = ("hyperopt", "hyperopt-spark")
"""Loggers that tell of every step, and of failures that records tell of too."""


@dataclass(frozen=True)
class Plan:
    """What is searched, how, and for how long.

    Args:
        space: what is searched.
        algo: ``tpe``, ``rand`` or ``anneal``.
        seed: of all draws.
        max_evals: trials in all.
        timeout: seconds from now; None is no end.
        early_stop: finished trials without progress that end the search; None is no end.
        known: trials that are over.
    """

    space: SearchSpace
    algo: str
    seed: int
    max_evals: int
    timeout: float | None = None
    early_stop: int | None = None
    known: Sequence[TrialRecord] = ()

    @property
    def suggest(self) -> Suggest:
        """The algorithm, for hyperopt."""
        return algorithm(self.space, self.algo, self.seed, self.max_evals)

    @property
    def over(self) -> bool:
        """Whether nothing is left to do."""
        return len(self.known) >= self.max_evals or self.stuck(self.known)

    def stuck(self, records: Sequence[TrialRecord]) -> bool:
        """Whether there was no progress for too long."""
        return self.early_stop is not None and trials_without_progress(records) >= self.early_stop

    def prepare(self, trials: Trials) -> Trials:
        """Put the known trials into hyperopt's."""
        documents = known_trials(self.space, self.known)
        if documents:
            trials.insert_trial_docs(documents)
            trials.refresh()
        return trials

    def stop_early(self, trials: Trials, *_: object) -> tuple[bool, list[object]]:
        """Tell hyperopt whether to stop: its own rule cannot bear trials that run or failed."""
        return self.stuck(records_of(trials)), []

    def search(self, evaluate: Callable[[Mapping[str, Any]], Any], trials: Trials, **more: object) -> None:
        """Run hyperopt's ``fmin`` with what it is to know."""
        # It looks for the best trial at its end, whether it is asked to or not.
        with quiet_hyperopt(), suppress(AllTrialsFailed):
            fmin(
                evaluate,
                carrier(),
                algo=self.suggest,
                max_evals=self.max_evals,
                trials=trials,
                timeout=self.timeout,
                early_stop_fn=None if self.early_stop is None else self.stop_early,
                rstate=np.random.default_rng(self.seed),
                show_progressbar=False,
                verbose=False,
                return_argmin=False,
                **more,
            )


def search_locally(plan: Plan, objective: Objective, on_trial: Callable[[TrialRecord], None]) -> None:
    """Run the trials that are left, one after the other.

    Args:
        plan: what to search.
        objective: runs a trial.
        on_trial: hears of each trial that is over.

    Raises:
        ServiceError: the journal does not answer.
    """
    if plan.over:
        return
    deadline = math.inf if plan.timeout is None else time.time() + plan.timeout

    def evaluate(carried: Mapping[str, Any]) -> dict[str, Any]:
        record = objective(suggestion_of(carried), deadline)
        on_trial(record)
        return result_of(record)

    trials = plan.prepare(NumberedTrials())
    try:
        plan.search(evaluate, trials)
    except TimeUpError:
        return


def records_of(trials: Trials) -> list[TrialRecord]:
    """Return the records of hyperopt's trials that are over."""
    results = [trial["result"] for trial in trials.trials]
    return [result["record"] for result in results if "record" in result]


@contextmanager
def quiet_hyperopt() -> Iterator[None]:
    """Keep hyperopt's own lines off the terminal."""
    loggers = [logging.getLogger(name) for name in CHATTY]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
