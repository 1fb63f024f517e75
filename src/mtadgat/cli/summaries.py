"""Summaries: what each command prints at its end, from the result of its workflow."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from mtadgat.cli.terminal_tables import (
    FIRST_COLUMNS,
    ONE_CLASS_COLUMNS,
    Predicted,
    RunLocation,
    comparison_table,
    evaluation_table,
    predict_summary,
    profile_summary,
    run_summary,
    summary,
    train_summary,
)
from mtadgat.reporting import wording
from mtadgat.reporting.comparison import compared_rows
from mtadgat.reporting.content import LossCurves
from mtadgat.tracking import names
from mtadgat.workflows.check import CheckResult
from mtadgat.workflows.compare import CompareResult
from mtadgat.workflows.evaluate import EvaluateResult
from mtadgat.workflows.predict import PredictResult
from mtadgat.workflows.run import RunResult
from mtadgat.workflows.train import TrainResult

if TYPE_CHECKING:
    from mtadgat.workflows.hyperopt import HyperoptResult

MAX_NOTES = 5
"""Notes on a split that a check prints; the page has all."""


def check(result: CheckResult) -> str:
    """Return what was understood of each split, what is wrong with it, and where the page is."""
    tables = [profile_summary(profile, notes=MAX_NOTES, colour=_coloured()) for profile in result.profiles]
    problems = [f"The {split} rows cannot be used: {text}" for split, text in result.problems.items()]
    page = f"Each feature is drawn in {result.page}" if result.page else ""
    return "\n\n".join(text for text in (*tables, *problems, *result.advice, page) if text)


def training(result: TrainResult) -> str:
    """Return the summary of a training."""
    history = result.detector.history_
    return train_summary(
        result.subject,
        LossCurves.of(history.epochs, history.best_epoch),
        seconds=sum(losses.seconds for losses in history.epochs),
        thresholds=result.detector.static_thresholds,
        model=result.model.uri,
        location=RunLocation(result.run_id),
        colour=_coloured(),
    )


def evaluation(result: EvaluateResult) -> str:
    """Return the baseline comparison, and where the report and the run are."""
    content = result.content
    model = "" if result.model is None else f"{result.model.uri} ({result.model.reason})"
    lines = [
        ("model", model),
        ("report", result.report),
        ("run", f"{result.run_id}   open it with: mlflow ui" if result.run_id else ""),
    ]
    note = wording.one_class(content.labels)
    table = evaluation_table(content.tables, ONE_CLASS_COLUMNS if note else FIRST_COLUMNS, colour=_coloured())
    about = summary(f"Evaluated {content.subject}", lines, _coloured())
    return "\n".join(text for text in (table, note, about) if text)


def comparison(result: CompareResult) -> str:
    """Return the metrics of the runs side by side, and where the page is."""
    compared = result.comparison
    table = comparison_table([run.name for run in compared.runs], compared_rows(compared.runs), colour=_coloured())
    lines = [("flags by", result.threshold), ("page", result.output)]
    return f"{table}\n{summary(f'Compared on {compared.subject}', lines, _coloured())}"


def prediction(result: PredictResult) -> str:
    """Return the summary of a prediction."""
    return predict_summary(
        result.subject,
        _predicted(result),
        model=result.model.uri,
        reason=result.model.reason,
        location=RunLocation(result.run_id),
        colour=_coloured(),
    )


def job(result: RunResult) -> str:
    """Return the summary of the whole job."""
    evaluated = result.evaluated
    return run_summary(
        result.trained.subject,
        () if evaluated is None else evaluated.content.tables,
        _predicted(result.predicted),
        model=result.trained.model.uri,
        location=RunLocation(result.run_id, report="" if evaluated is None else evaluated.report),
        note="" if evaluated is None else wording.one_class(evaluated.content.labels),
        colour=_coloured(),
    )


def search(result: HyperoptResult) -> str:
    """Return the summary of a search, with its best parameters as YAML."""
    counts = result.trials["status"].value_counts()
    outcome = ", ".join(f"{counts[status]} {status}" for status in names.ENDED_STATES if status in counts)
    lines = [f"{len(result.trials)} trials: {outcome}; run {result.run_id}"]
    savings = result.savings
    if savings.trials:
        lines.append(f"pruning saved {savings.epochs} epochs ({savings.share:.0%}), about {savings.seconds:.0f} s")
    if result.evaluated is not None:
        metrics = result.evaluated.evaluation.metrics()
        shown = {name: metrics[name] for name in ("vus_pr", "auc_pr", "best/point/f1") if name in metrics}
        note = wording.one_class(result.evaluated.content.labels)
        lines.append(
            f"evaluation: {note}"
            if note
            else "evaluation: " + ", ".join(f"{name} {value:.3f}" for name, value in shown.items())
        )
    version = f", version {result.trained.model.version}" if result.trained.model.version else ""
    lines.append(f"model {result.trained.model.uri}{version}")
    lines.append(
        f"best parameters, for `mtadgat train --config best.yaml` (also an artifact of the run):\n\n{result.settings}"
    )
    return "\n".join(lines)


def _predicted(result: PredictResult) -> Predicted:
    return Predicted(
        rows=len(result.table),
        flagged=int(result.table["is_anomaly"].sum()),
        events=result.events,
        threshold=result.threshold,
        output=result.output,
        quality={str(words): int(rows) for words, rows in result.table["quality"].value_counts().items()},
    )


def _coloured() -> bool:
    return sys.stdout.isatty()
