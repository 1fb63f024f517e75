"""Journal: where the trials of one search are recorded, wherever they run; what it holds survives the search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from mtadgat.config import DetectorConfig, TrackingConfig
from mtadgat.detector.training import EpochLosses
from mtadgat.search.trial import TrialRecord
from mtadgat.tracking.protocols import LoggedModel, RunLabel, Tracker, Tracking


@dataclass(frozen=True)
class Suggestion:
    """A trial to run.

    Args:
        number: from 0, in the order of drawing.
        point: what hyperopt drew.
        parameters: the values by parameter that it stands for.
    """

    number: int
    point: Mapping[str, float]
    parameters: Mapping[str, Any]


@runtime_checkable
class TrialRecorder(Protocol):
    """Records one trial."""

    @property
    def run_id(self) -> str: ...

    def epoch(self, losses: EpochLosses) -> None:
        """Record an epoch that is over."""

    def end(self, record: TrialRecord) -> None:
        """Record how the trial ended."""

    def interrupt(self, reason: str) -> None:
        """Record that somebody stopped it: it counts as never run."""


@runtime_checkable
class TrialStore(Protocol):
    """Records the trials of one search; it can be pickled and used on another machine."""

    def open(self, suggestion: Suggestion, base: DetectorConfig) -> TrialRecorder:
        """Record that a trial begins."""

    def records(self) -> list[TrialRecord]:
        """Return the trials that are over, by number; those that were interrupted are not among them."""

    def curves(self, without: str) -> list[list[float]]:
        """Return the validation losses of each trial, epoch by epoch, however far it came.

        Args:
            without: run id of the trial that asks.
        """

    def interrupt_unfinished(self, reason: str) -> None:
        """Record for every trial that never ended that somebody stopped it."""

    def fail(self, suggestion: Suggestion, base: DetectorConfig, reason: str) -> None:
        """Record a trial as failed that could not say so itself."""


@runtime_checkable
class SearchRun(Protocol):
    """An open search."""

    @property
    def tracker(self) -> Tracker: ...

    @property
    def trial_store(self) -> TrialStore: ...

    def link_model(self, model: LoggedModel) -> None:
        """Show a model, logged by a run within the search, with the run of the search."""


@runtime_checkable
class SearchTracking(Tracking, Protocol):
    """Tracking that can record searches."""

    def search(self, label: RunLabel, config: TrackingConfig, resume: str | None) -> AbstractContextManager[SearchRun]:
        """Open the run of a search, or the one to resume.

        An exception that leaves the block marks the run FAILED, Ctrl-C marks it KILLED.
        """

    def stored(self, run_id: str, path: str) -> str:
        """Return the text of an artifact of a search.

        Raises:
            ConfigError: there is no such search.
            ServiceError: the server does not answer.
        """


def curve_of(losses: Sequence[EpochLosses]) -> list[float]:
    """Return the validation losses, epoch by epoch."""
    return [epoch.validation_total for epoch in losses]
