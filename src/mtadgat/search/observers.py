"""Observers: what records a whole search, and what shows its progress, seen from the workflow."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol, runtime_checkable

from mtadgat.config import TrackingConfig
from mtadgat.detector.training import EpochLosses
from mtadgat.search.trial import TrialRecord
from mtadgat.search.trial_store import TrialStore
from mtadgat.tracking.progress import NoProgress, Progress
from mtadgat.tracking.protocols import LoggedModel, RunLabel, Tracker, Tracking


@runtime_checkable
class SearchRun(Protocol):
    """An open search."""

    @property
    def tracker(self) -> Tracker: ...

    @property
    def trial_store(self) -> TrialStore: ...

    def link_model(self, model: LoggedModel) -> None:
        """Link a model, logged by a run within the search, to the run of the search."""


@runtime_checkable
class SearchTracking(Tracking, Protocol):
    """Tracking that can record searches."""

    def search(self, label: RunLabel, config: TrackingConfig, resume: str | None) -> AbstractContextManager[SearchRun]:
        """Open the run of a search, or the one to resume.

        An exception that leaves the block marks the run FAILED, Ctrl-C marks it KILLED.
        """

    def read_text(self, run_id: str, path: str) -> str:
        """Return the text of an artifact of a search.

        Raises:
            ConfigError: there is no such search.
            ServiceError: the server does not answer.
        """


@runtime_checkable
class SearchProgress(Progress, Protocol):
    """Progress that follows trials too."""

    def trial_epoch(self, number: int, losses: EpochLosses) -> None:
        """An epoch of a trial has ended."""

    def trial(self, record: TrialRecord, done: int, total: int, best: TrialRecord | None) -> None:
        """A trial has ended, as number ``done`` of at most ``total``; ``best`` is the best so far."""


class NoSearchProgress(NoProgress):
    """Shows nothing."""

    def trial_epoch(self, number: int, losses: EpochLosses) -> None: ...

    def trial(self, record: TrialRecord, done: int, total: int, best: TrialRecord | None) -> None: ...
