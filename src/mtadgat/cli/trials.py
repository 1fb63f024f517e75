"""Trials on the terminal: a bar with the best loss where a person watches, a line for each trial elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from mtadgat.cli.progress import TerminalProgress
from mtadgat.search.record import TrialRecord
from mtadgat.search.settings import words
from mtadgat.training import EpochLosses
from mtadgat.workflows.hyperopt import HyperoptResult

LONGEST_REASON = 100


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
        came_to = f"loss {record.loss:.4g}"
        if record.status != "finished":
            reason = (record.reason.splitlines() or [""])[0]
            came_to = f"{record.status}: {reason[:LONGEST_REASON]}"
        self.console.print(
            f"trial {record.number:>3}  {done}/{total}  {came_to}  {self.best}  {record.seconds:.1f} s  "
            f"{words(record.parameters)}",
            highlight=False,
            soft_wrap=True,
            markup=False,
        )

    def _begin_trials(self) -> None:
        # Two bars cannot share a terminal: that of the batches rests while trials run.
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


def search_summary(result: HyperoptResult) -> str:
    """Return what a search came to, its best parameters as YAML."""
    counts = result.trials["status"].value_counts()
    came_to = ", ".join(
        f"{counts[status]} {status}" for status in ("finished", "pruned", "failed") if status in counts
    )
    lines = [f"{len(result.trials)} trials: {came_to}; run {result.run_id}"]
    saving = result.saving
    if saving.trials:
        lines.append(f"pruning saved {saving.epochs} epochs ({saving.share:.0%}), about {saving.seconds:.0f} s")
    if result.evaluated is not None:
        figures = result.evaluated.evaluation.figures()
        shown = {name: figures[name] for name in ("vus_pr", "auc_pr", "best/point/f1") if name in figures}
        lines.append("evaluation: " + ", ".join(f"{name} {value:.3f}" for name, value in shown.items()))
    version = f", version {result.trained.model.version}" if result.trained.model.version else ""
    lines.append(f"model {result.trained.model.uri}{version}")
    lines.append(
        f"best parameters, for `mtadgat train --config best.yaml` (also an artifact of the run):\n\n{result.settings}"
    )
    return "\n".join(lines)
