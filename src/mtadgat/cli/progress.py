"""Progress on the terminal: a bar where a person watches, plain lines elsewhere."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from mtadgat.training import EpochLosses


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
