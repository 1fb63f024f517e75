"""Plan: what a search tries and when it ends, whoever runs its trials."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from hyperopt import Trials, fmin
from hyperopt.exceptions import AllTrialsFailed

from mtadgat.search.sampler import (
    Document,
    ended_documents,
    records_of,
    result_of,
    seeded_sampler,
    suggestion_space,
)
from mtadgat.search.space import SearchSpace
from mtadgat.search.trial import Suggestion, TrialRecord, trials_without_progress

VERBOSE_LOGGERS = ("hyperopt", "hyperopt-spark")
"""Loggers that report every step, and failures that the records hold too."""

Evaluate = Callable[[Suggestion], TrialRecord]
"""Runs one trial."""


@dataclass(frozen=True)
class Plan:
    """What a search tries and when it ends.

    Args:
        space: what is searched.
        algo: ``tpe``, ``rand`` or ``anneal``.
        seed: of all samples.
        max_evals: trials in all.
        timeout: seconds from now; None: no limit.
        early_stop: finished trials without progress after which the search ends; None: no limit.
        ended: trials that have ended already, as those of a resumed search.
    """

    space: SearchSpace
    algo: str
    seed: int
    max_evals: int
    timeout: float | None = None
    early_stop: int | None = None
    ended: Sequence[TrialRecord] = ()

    @property
    def is_complete(self) -> bool:
        """Whether no trial is left to run."""
        return len(self.ended) >= self.max_evals or self.lacks_progress(self.ended)

    def lacks_progress(self, records: Sequence[TrialRecord]) -> bool:
        """Whether the search ends early, for lack of progress."""
        return self.early_stop is not None and trials_without_progress(records) >= self.early_stop

    def minimise(self, evaluate: Evaluate, trials: Trials) -> None:
        """Run the trials that are left.

        Args:
            evaluate: runs one trial; it must be picklable if ``trials`` runs it elsewhere.
            trials: hyperopt's trials, empty; they run ``evaluate`` where they can.
        """
        documents = ended_documents(self.space, self.ended)
        if documents:
            trials.insert_trial_docs(documents)
            trials.refresh()
        # fmin looks for the best trial at its end even if it is not asked to.
        with quiet_hyperopt(), suppress(AllTrialsFailed):
            fmin(
                _FminObjective(evaluate),
                suggestion_space(),
                algo=seeded_sampler(self.space, self.algo, self.seed, self.max_evals),
                max_evals=self.max_evals,
                trials=trials,
                timeout=self.timeout,
                early_stop_fn=None if self.early_stop is None else self._stop_early,
                rstate=np.random.default_rng(self.seed),
                show_progressbar=False,
                verbose=False,
                return_argmin=False,
            )

    def _stop_early(self, trials: Trials, *_: object) -> tuple[bool, list[object]]:
        # hyperopt's own rule fails on trials that are running or have failed.
        return self.lacks_progress(records_of(trials)), []


@dataclass(frozen=True)
class _FminObjective:
    """The objective as ``fmin`` calls it, here or on another machine."""

    evaluate: Evaluate

    def __call__(self, suggestion: Mapping[str, Any]) -> Document:
        return result_of(self.evaluate(Suggestion(**suggestion)))


@contextmanager
def quiet_hyperopt() -> Iterator[None]:
    """Keep hyperopt's own lines off the terminal."""
    loggers = [logging.getLogger(name) for name in VERBOSE_LOGGERS]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
