"""Progress of a search, as it is told to the person who waits for it."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from mtadgat.progress import NoProgress, Progress
from mtadgat.search.record import TrialRecord
from mtadgat.training import EpochLosses


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
