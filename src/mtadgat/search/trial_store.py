"""Trial store: where the trials of one search are recorded, wherever they run; it outlives the search."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from mtadgat.config import DetectorConfig
from mtadgat.detector.training import EpochLosses
from mtadgat.search.trial import Suggestion, TrialRecord


@runtime_checkable
class TrialRecorder(Protocol):
    """Records one trial."""

    def epoch(self, losses: EpochLosses) -> None:
        """Record an epoch that has ended."""

    def end(self, record: TrialRecord) -> None:
        """Record how the trial ended."""

    def interrupt(self, reason: str) -> None:
        """Record that the trial was interrupted: it counts as never run."""


@runtime_checkable
class TrialStore(Protocol):
    """Records the trials of one search; it can be pickled and used on another machine."""

    @property
    def tracking_uri(self) -> str:
        """Where the trials are recorded."""

    def open(self, suggestion: Suggestion, base: DetectorConfig) -> str:
        """Record that a trial begins; return its run id."""

    def recorder(self, run_id: str) -> TrialRecorder:
        """Return what records a trial that has been opened, on this machine or on another."""

    def records(self) -> list[TrialRecord]:
        """Return the trials that have ended, by number, without those that were interrupted."""

    def validation_losses(self, excluded_run: str) -> list[list[float]]:
        """Return the validation losses of each trial, epoch by epoch, as far as it came.

        Args:
            excluded_run: run id of the trial to leave out, usually the one that asks.
        """

    def interrupt_unfinished(self, reason: str) -> None:
        """Record every trial that never ended as interrupted."""

    def fail(self, suggestion: Suggestion, run_id: str, reason: str) -> None:
        """Record a trial as failed that could not record it itself."""
