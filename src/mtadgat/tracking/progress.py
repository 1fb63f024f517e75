"""Progress: what a workflow reports to the person who waits for it."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from mtadgat.data.profile import Profile
from mtadgat.detector.training import EpochLosses


@runtime_checkable
class Progress(Protocol):
    """Receives the steps of a workflow, such as a progress bar."""

    def step(self, text: str) -> None:
        """A step begins; ``text`` says which."""

    def profile(self, profile: Profile) -> None:
        """Rows were read; ``profile`` says what was understood of them."""

    def epoch(self, losses: EpochLosses, epochs: int) -> None:
        """An epoch is over; ``epochs`` is the largest number of epochs that training may take."""

    def batch(self, done: int, total: int) -> None:
        """A batch is over: ``done`` of the ``total`` batches of this epoch."""


class NoProgress:
    """A progress that shows nothing."""

    def step(self, text: str) -> None: ...

    def profile(self, profile: Profile) -> None: ...

    def epoch(self, losses: EpochLosses, epochs: int) -> None: ...

    def batch(self, done: int, total: int) -> None: ...
