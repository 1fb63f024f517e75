"""Tables and summaries for a terminal; plain text in a pipe, no wider than the window."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from rich.table import Table
from rich.text import Text

from mtadgat.cli.console import DEFAULT_WIDTH, clean, printed, safe, starred, window_width
from mtadgat.cli.console import table as console_table
from mtadgat.data.profile import Profile
from mtadgat.detector.quality import OK
from mtadgat.reporting import wording
from mtadgat.reporting.baseline_tables import BaselineRow, BaselineTable
from mtadgat.reporting.comparison import ComparedRow
from mtadgat.reporting.content import LossCurves
from mtadgat.reporting.profile_table import profile_table, title
from mtadgat.reporting.summary import headline_metrics, verdict
from mtadgat.reporting.time_axis import format_duration
from mtadgat.reporting.wording import counted, number

FIRST_COLUMNS = ("Precision", "Recall", "F1", "PA-F1", "Events found", "Mean latency", "Flagged")
MAX_REASONS = 3
"""Reasons for rows that are not ok that are named before they are only counted."""
ONE_CLASS_COLUMNS = ("Events found", "Mean latency", "False alarms", "False alarms a day", "Flagged")
"""What is shown where labels are all of one class: what the others need is undefined."""
BASELINES = ("random score", "max |z|")


class RunLocation(NamedTuple):
    """Where a run can be viewed.

    Args:
        run_id: its id, empty if nothing was recorded.
        open_with: a command or an address that opens it, such as ``mlflow ui``.
        report: path of the report, empty if there is none.
    """

    run_id: str
    open_with: str = "mlflow ui"
    report: str = ""


class Predicted(NamedTuple):
    """The result of a prediction.

    Args:
        rows: number of rows of the table.
        flagged: number of flagged rows.
        events: number of runs of flagged rows.
        threshold: name of the threshold.
        output: path of the table.
        quality: how many rows have each quality, the most frequent first.
    """

    rows: int
    flagged: int
    events: int
    threshold: str
    output: str
    quality: Mapping[str, int] = MappingProxyType({})


def evaluation_table(
    tables: Sequence[BaselineTable],
    metrics: Sequence[str] = FIRST_COLUMNS,
    detector: str = "model",
    colour: bool = False,
    width: int | None = None,
) -> str:
    """Return the baseline comparison: at each threshold the detector and the two baselines.

    Args:
        tables: the metrics at each threshold, and without one.
        metrics: those to show at each threshold; metrics that need no threshold are all shown.
        detector: name of the detector.
        colour: whether the terminal shows colours.
        width: columns of the terminal; detected if omitted.
    """
    room = window_width(width)
    rows = [[row for row in each.rows if not each.threshold or row.metric in metrics] for each in tables]
    shape = _wide if all(_wide_width(each) <= room for each in rows) else _tall
    parts: list[Table | Text] = [
        shape(_name(table), each, detector) for table, each in zip(tables, rows, strict=True) if each
    ]
    sentences = ["* the best of the three", *verdict(tables)]
    return printed([*parts, *(Text(sentence) for sentence in sentences)], colour, room)


def comparison_table(
    names: Sequence[str], rows: Sequence[ComparedRow], colour: bool = False, width: int | None = None
) -> str:
    """Return a table of several runs, the best of each row marked with a star.

    Args:
        names: of the runs.
        rows: one for each metric.
        colour: whether the terminal shows colours.
        width: columns of the terminal; detected if omitted.
    """
    table = console_table("", ["metric", *names])
    for row in rows:
        table.add_row(safe(row.metric), *(starred(cell.text, cell.best) for cell in row.cells))
    return printed([table, Text("* the best of its row")], colour, window_width(width))


def train_summary(
    subject: str,
    losses: LossCurves,
    *,
    seconds: float,
    thresholds: Mapping[str, float],
    model: str,
    location: RunLocation,
    colour: bool = False,
) -> str:
    """Return the summary of a training.

    Args:
        subject: what it was trained on.
        losses: the loss curves.
        seconds: duration of the training.
        thresholds: fitted thresholds by method.
        model: URI of the logged model, empty if none was logged.
        location: where the run is.
        colour: whether the terminal shows colours.
    """
    fact, detail = wording.training(losses)
    lines = [
        ("training", f"{detail}, {format_duration(seconds)}"),
        ("loss", fact),
        ("thresholds", ", ".join(f"{name} {number(value)}" for name, value in thresholds.items())),
        ("model", model),
        *_location(location),
    ]
    return summary(f"Trained on {subject}", lines, colour)


def predict_summary(
    subject: str, predicted: Predicted, *, model: str, reason: str, location: RunLocation, colour: bool = False
) -> str:
    """Return the summary of a prediction.

    Args:
        subject: what was predicted.
        predicted: rows, flags and where they were written.
        model: URI of the model.
        reason: why this model, in words.
        location: where the run is.
        colour: whether the terminal shows colours.
    """
    lines = [
        *_predicted(predicted),
        ("model", f"{model} ({reason})" if reason else model),
        *_location(location),
    ]
    return summary(f"Predicted {subject}", lines, colour)


def run_summary(
    subject: str,
    tables: Sequence[BaselineTable],
    predicted: Predicted,
    *,
    model: str,
    location: RunLocation,
    note: str = "",
    colour: bool = False,
) -> str:
    """Return the summary of the whole job: scores, predictions, where the run is and how to open it.

    Args:
        subject: what was trained, evaluated and predicted.
        tables: the baseline comparisons of the evaluation.
        predicted: rows, flags and where they were written.
        model: URI of the model.
        location: where the run is.
        note: what the labels leave undefined, as a sentence; empty if nothing.
        colour: whether the terminal shows colours.
    """
    lines = [*_scores(tables), ("labels", note), *_predicted(predicted), ("model", model), *_location(location)]
    return summary(f"Trained, evaluated and predicted {subject}", lines, colour)


def profile_summary(profile: Profile, notes: int = 0, colour: bool = False) -> str:
    """Return what was understood of a series, as a short table.

    Args:
        profile: what was understood.
        notes: how many notes to show at most, doubtful ones first; 0: none, as the log has shown them.
        colour: whether the terminal shows colours.
    """
    lines = [*profile_table(profile), *_notes(profile, notes)]
    return summary(title(profile), lines, colour)


def _notes(profile: Profile, count: int) -> list[tuple[str, str]]:
    if not count:
        return []
    shown = [("look at" if note.doubtful else "note", note.text) for note in profile.further_notes[:count]]
    more = len(profile.further_notes) - count
    return [*shown, ("", f"and {counted(more, 'more note')}, which the page shows")] if more > 0 else shown


def summary(title: str, lines: Sequence[tuple[str, str]], colour: bool = False) -> str:
    """Return a title and named lines below it; lines without text are omitted.

    A path or URI is never broken in two: it stays whole for copying.

    Args:
        title: the heading.
        lines: name and text of each.
        colour: whether the terminal shows colours.
    """
    shown = [(name, text) for name, text in lines if text]
    indent = max((len(name) for name, _ in shown), default=0)
    parts = [Text(clean(title), style="bold")]
    for name, text in shown:
        parts.append(Text.assemble((f"  {name:<{indent}}  ", "dim"), clean(text)))
    return printed(parts, colour, DEFAULT_WIDTH, wrap=False)


def _scores(tables: Sequence[BaselineTable]) -> list[tuple[str, str]]:
    lines = []
    for metric, texts in headline_metrics(tables).items():
        lines.append((metric, f"{texts[0]}   (random {texts[1]}, max |z| {texts[2]})"))
    return lines


def _predicted(predicted: Predicted) -> list[tuple[str, str]]:
    share = f" ({predicted.flagged / predicted.rows:.2%})" if predicted.rows else ""
    flagged = (
        f"{predicted.flagged:,} of {counted(predicted.rows, 'row')}{share} in {counted(predicted.events, 'event')}"
    )
    return [
        ("flagged", f"{flagged}, threshold {predicted.threshold}"),
        ("quality", _quality(predicted)),
        ("predictions", predicted.output),
    ]


def _quality(predicted: Predicted) -> str:
    """Return how many rows are not ok, and why; empty if all are."""
    reasons = [(words, rows) for words, rows in predicted.quality.items() if words != OK]
    if not reasons:
        return ""
    named = ", ".join(f"{rows:,} {words}" for words, rows in reasons[:MAX_REASONS])
    rest = sum(rows for _, rows in reasons[MAX_REASONS:])
    return f"{sum(rows for _, rows in reasons):,} of {counted(predicted.rows, 'row')} not ok: {named}" + (
        f", {rest:,} for other reasons" if rest else ""
    )


def _location(location: RunLocation) -> list[tuple[str, str]]:
    run = [("run", location.run_id), ("open it with", location.open_with)] if location.run_id else []
    return [*run, ("report", location.report)]


def _name(table: BaselineTable) -> str:
    if not table.threshold:
        return "without a threshold"
    return table.threshold if math.isnan(table.value) else f"{table.threshold} {number(table.value)}"


def _wide_width(rows: Sequence[BaselineRow]) -> int:
    # A cell has two columns of padding, a metric one more for its star.
    cells = (max(len(row.metric), *(len(text) + 1 for text in row.texts)) + 2 for row in rows)
    return len(max(BASELINES, key=len)) + 2 + sum(cells)


def _wide(name: str, rows: Sequence[BaselineRow], detector: str) -> Table:
    table = console_table(name, ["", *(row.metric for row in rows)])
    for column, who in enumerate((detector, *BASELINES)):
        table.add_row(safe(who), *(starred(row.texts[column], row.best[column]) for row in rows))
    return table


def _tall(name: str, rows: Sequence[BaselineRow], detector: str) -> Table:
    table = console_table(name, ["", detector, "random", "|z|"])
    for row in rows:
        cells = (starred(text, best) for text, best in zip(row.texts, row.best, strict=True))
        table.add_row(safe(row.metric), *cells)
    return table
