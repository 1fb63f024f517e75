"""Progress on the terminal: a bar where a person watches, plain lines elsewhere."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text

from mtadgat.cli.terminal_tables import profile_summary
from mtadgat.data.profile import Profile
from mtadgat.detector.training import EpochLosses
from mtadgat.search.trial import TrialRecord, format_parameters
from mtadgat.tracking import names


class TerminalProgress:
    """Prints steps and epochs to standard error; on a terminal a bar follows the batches.

    Args:
        console: where to print.
    """

    def __init__(self, console: Console) -> None:
        self.console = console
        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self.task = self.bar.add_task("epoch 1", visible=False)

    def step(self, text: str) -> None:
        self.bar.update(self.task, visible=False)
        self.console.print(text, highlight=False, soft_wrap=True)

    def profile(self, profile: Profile) -> None:
        self.step("")
        self.console.print(Text.from_ansi(profile_summary(profile, colour=self.console.is_terminal)), soft_wrap=True)

    def epoch(self, losses: EpochLosses, epochs: int) -> None:
        validation = "" if math.isnan(losses.validation_total) else f"  validation {losses.validation_total:.4f}"
        count = f"epoch {losses.epoch:>3}/{epochs}"
        self.step(f"{count}  train {losses.train_total:.4f}{validation}  {losses.seconds:.1f} s")
        self.bar.reset(self.task, description=f"epoch {losses.epoch + 1}", visible=False)

    def batch(self, done: int, total: int) -> None:
        self.bar.update(self.task, completed=done, total=total, visible=True)


@contextmanager
def terminal_progress() -> Iterator[TerminalProgress]:
    """Show progress on standard error while the block runs."""
    progress = TerminalProgress(Console(stderr=True))
    with progress.bar:
        yield progress


MAX_REASON_WIDTH = 100
"""Characters of a reason that fit on the line of a trial."""


class TrialsProgress(TerminalProgress):
    """Prints trials too; on a terminal a second bar counts them.

    Args:
        console: where to print.
    """

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self.trials = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self.count = self.trials.add_task("trials", total=None)
        self.best = "no loss yet"

    def step(self, text: str) -> None:
        self._end_trials()
        super().step(text)

    def trial_epoch(self, number: int, losses: EpochLosses) -> None:
        self._begin_trials()
        self.trials.update(self.count, description=f"trial {number}, epoch {losses.epoch}; {self.best}")

    def trial(self, record: TrialRecord, done: int, total: int, best: TrialRecord | None) -> None:
        if best is not None:
            self.best = f"best loss {best.loss:.4g} (trial {best.number})"
        self._begin_trials()
        self.trials.update(self.count, completed=done, total=total, description=self.best)
        outcome = f"loss {record.loss:.4g}"
        if record.status != names.FINISHED:
            reason = (record.reason.splitlines() or [""])[0]
            outcome = f"{record.status}: {reason[:MAX_REASON_WIDTH]}"
        self.console.print(
            f"trial {record.number:>3}  {done}/{total}  {outcome}  {self.best}  {record.seconds:.1f} s  "
            f"{format_parameters(record.parameters)}",
            highlight=False,
            soft_wrap=True,
            markup=False,
        )

    def _begin_trials(self) -> None:
        # Two bars cannot share a terminal: that of the batches pauses while trials run.
        if not self.trials.live.is_started:
            self.bar.stop()
            self.trials.start()

    def _end_trials(self) -> None:
        if self.trials.live.is_started:
            self.trials.stop()
            self.bar.start()


@contextmanager
def trials_progress() -> Iterator[TrialsProgress]:
    """Show progress on standard error while the block runs."""
    progress = TrialsProgress(Console(stderr=True))
    with progress.bar:
        try:
            yield progress
        finally:
            progress.trials.stop()
