"""Progress: what a workflow tells the person who waits for it."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from mtadgat.detector.training import EpochLosses


@runtime_checkable
class Progress(Protocol):
    """Hears of the steps of a workflow."""

    def step(self, text: str) -> None:
        """A step begins."""

    def epoch(self, losses: EpochLosses, epochs: int) -> None:
        """An epoch is over, of so many at most."""

    def batch(self, done: int, total: int) -> None:
        """A batch of the epoch is over."""


class NoProgress:
    """Hears and says nothing."""

    def step(self, text: str) -> None: ...

    def epoch(self, losses: EpochLosses, epochs: int) -> None: ...

    def batch(self, done: int, total: int) -> None: ...
