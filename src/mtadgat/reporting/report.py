"""Report: one interactive file that shows how good a detector is, where it fails, and what was to blame."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from mtadgat.evaluation.latency import latency_counts
from mtadgat.reporting import wording
from mtadgat.reporting.baseline_tables import BaselineRow
from mtadgat.reporting.content import AttentionChange, EventPage, ReportContent, ThresholdLine
from mtadgat.reporting.page import write_page
from mtadgat.reporting.plot_data import report_data
from mtadgat.reporting.profile_table import profile_table
from mtadgat.reporting.summary import left_out_text, tiles, verdict
from mtadgat.reporting.time_axis import TimeAxis

SCRIPTS = (
    "base.js",
    "chart.js",
    "zoom.js",
    "timeline.js",
    "scores.js",
    "events.js",
    "losses.js",
    "attention.js",
    "print.js",
)
RELATIONS = 8
MAX_NAMES = 40
"""Columns that a line of the section on the data lists."""


class ShownThreshold(NamedTuple):
    """A threshold as the page names it, with what it detects and its rows of the baseline comparison."""

    name: str
    value: str
    uses_labels: bool
    statement: wording.Statement
    rows: list[BaselineRow]


class ShownEvent(NamedTuple):
    """An event as the page describes it."""

    page: EventPage
    start: str
    length: str
    statement: wording.Statement


class ShownAttention(NamedTuple):
    """A change of attention as the page describes it."""

    change: AttentionChange
    fact: str
    relations: list[tuple[str, str, float, float]]


def write_report(path: str | Path, content: ReportContent) -> Path:
    """Write ``report.html``, whole or not at all.

    Args:
        path: the file to write; its folder is made.
        content: what the report says.

    Returns:
        The path of the file.
    """
    target = Path(path)
    write_page(target, "report.html.j2", SCRIPTS, _context(content), report_data(content))
    return target


def _context(content: ReportContent) -> dict[str, Any]:
    time_axis = TimeAxis(content.timestamps, len(content.scores), content.clock)
    first = content.thresholds[0].event
    return {
        "content": content,
        "title": f"Evaluation of {content.subject}" if content.labels is not None else f"Scores of {content.subject}",
        "period": f"{len(content.scores):,} rows, {time_axis.period()}",
        "tiles": tiles(content),
        "verdict": [*filter(None, [wording.one_class(content.labels)]), *verdict(content.tables)],
        "thresholds": [_threshold(line, content) for line in content.thresholds],
        "free": [row for table in content.tables if not table.threshold for row in table.rows],
        "events": [_event(page, time_axis) for page in content.events],
        "left_out": left_out_text(content.events_left_out),
        "understood": [] if content.profile is None else profile_table(content.profile, MAX_NAMES),
        "notes": () if content.profile is None else content.profile.further_notes,
        "training": None if content.losses is None else wording.training(content.losses),
        "latency": wording.latency(first) if first is not None and first.detections else None,
        "latency_counts": latency_counts(() if first is None else first.detections),
        "attention": [_attention(page.attention) for page in content.events if page.attention is not None],
    }


def _threshold(line: ThresholdLine, content: ReportContent) -> ShownThreshold:
    return ShownThreshold(
        name=line.name,
        value="changes over time" if line.value is None else wording.number(line.value),
        uses_labels=line.uses_labels,
        statement=wording.detection(line.flags(content.scores), line.event),
        rows=[row for table in content.tables if table.threshold == line.name for row in table.rows],
    )


def _event(page: EventPage, time_axis: TimeAxis) -> ShownEvent:
    start, stop = page.event
    return ShownEvent(page, time_axis.text(start), time_axis.duration(start, stop), wording.event(page, time_axis))


def _attention(change: AttentionChange) -> ShownAttention:
    return ShownAttention(change, wording.attention(change), change.largest(RELATIONS))
