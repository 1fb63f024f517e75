"""Plan: what a search tries and when it ends, whoever runs its trials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mtadgat.search.space import SearchSpace
from mtadgat.search.trial import TrialRecord, trials_without_progress


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
