"""Summary: what the baseline comparison amounts to, for the head of a page or for a terminal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from mtadgat.reporting.baseline_tables import BaselineRow, BaselineTable
from mtadgat.reporting.content import ReportContent
from mtadgat.reporting.wording import counted, median_latency
from mtadgat.series import events

FIRST_METRICS = ("F1", "PA-F1", "VUS-PR", "AUC-PR")
"""Metrics shown at the head of a page, if the baseline comparison has them."""


class Tile(NamedTuple):
    """One number at the head of a page."""

    value: str
    name: str
    beside: str


def verdict(tables: Sequence[BaselineTable]) -> list[str]:
    """Say in sentences how the detector compares with the baselines, at the first threshold and without one.

    Args:
        tables: the baseline comparisons, that of the first threshold before the others.
    """
    first = next((table.threshold for table in tables if table.threshold), "")
    rows = [row for table in tables if table.threshold in ("", first) for row in table.rows if row.gain is not None]
    if not rows:
        return []
    better = sum(row.gain is not None and row.gain > 0 for row in rows)
    sentences = [f"Better than both a random score and max |z| in {better} of {len(rows)} metrics."]
    sentences += [
        f"Point adjustment flatters: a random score with as many flagged rows has a PA-F1 of {row.texts[1]}."
        for row in rows
        if row.metric == "PA-F1" and not math.isnan(row.random)
    ]
    return sentences


def tiles(content: ReportContent) -> list[Tile]:
    """Return the numbers at the head of a page: events, false alarms, latency, first metrics."""
    threshold = content.thresholds[0]
    flags, event = threshold.flags(content.scores), threshold.event
    flagged = Tile(f"{flags.mean():.2%}", "of the rows flagged", f"{int(flags.sum()):,} of {len(flags):,}")
    if event is None:
        return [Tile(f"{len(events(flags)):,}", "predicted events", ""), flagged]
    per_day = event.false_alarms_per_day if event.false_alarms else None
    shown = [flagged]
    if content.labels is None or not content.labels.all():
        beside = "" if per_day is None else f"{per_day:.2g} a day"
        shown.insert(0, Tile(f"{event.false_alarms:,}", "false alarms", beside))
    if event.detections:
        shown.insert(0, Tile(f"{event.detected} of {len(event.detections)}", "labelled events found", ""))
    if event.detected:
        rows, time = median_latency(event)
        shown.append(Tile(rows, "median latency", time))
    return shown + _metric_tiles(content.tables)


def _metric_tiles(tables: Sequence[BaselineTable]) -> list[Tile]:
    return [
        Tile(model, metric, f"random {random}, max |z| {max_z}")
        for metric, (model, random, max_z) in headline_metrics(tables).items()
    ]


def headline_metrics(tables: Sequence[BaselineTable]) -> dict[str, tuple[str, str, str]]:
    """Return the metrics to look at first: detector, random score and max |z|, at the first threshold."""
    rows: dict[str, BaselineRow] = {}
    for table in tables:
        for row in table.rows:
            rows.setdefault(row.metric, row)
    return {name: rows[name].texts for name in FIRST_METRICS if name in rows}


def left_out_text(count: int) -> str:
    """Say how many events have no page; empty if all have."""
    return (
        f"{counted(count, 'more event')}, of lower scores, {'has' if count == 1 else 'have'} no page." if count else ""
    )
