"""Summary: what the figures of the baseline comparison come to, ready to be shown on a page or in a terminal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from mtadgat.metrics.event import event_metrics
from mtadgat.reporting.content import BaselineRow, BaselineTable, ReportContent
from mtadgat.reporting.time_axis import TimeAxis, format_duration
from mtadgat.reporting.wording import counted, metric_text, signed
from mtadgat.series import events

FIRST_METRICS = ("F1", "PA-F1", "VUS-PR", "AUC-PR")
"""Metrics shown at the head of a page, where the baseline comparison has them."""


class ShownRow(NamedTuple):
    """A row of the baseline comparison as text.

    Args:
        row: the figures.
        texts: detector, random score, largest z-score.
        best: whether each of the three is the best, ties included.
        difference: figure of the detector minus the better of the two others; empty if unknown.
        gain: how much better the detector is, negative where it is worse; None if unknown.
    """

    row: BaselineRow
    texts: tuple[str, str, str]
    best: tuple[bool, bool, bool]
    difference: str
    gain: float | None


class Tile(NamedTuple):
    """One figure at the head of a page."""

    value: str
    name: str
    beside: str


def shown_row(row: BaselineRow) -> ShownRow:
    """Return a row of the baseline comparison as text."""
    metrics = (row.model, row.random, row.max_z)
    texts = (metric_text(row.model, row.unit), metric_text(row.random, row.unit), metric_text(row.max_z, row.unit))
    sign = {"higher": 1.0, "lower": -1.0, "": 0.0}[row.better]
    others = [sign * figure for figure in metrics[1:] if not math.isnan(figure)]
    if not sign or not others or math.isnan(row.model):
        return ShownRow(row, texts, (False, False, False), "", None)
    top = max([sign * row.model, *others])
    best = tuple(not math.isnan(figure) and sign * figure == top for figure in metrics)
    if sum(best) == 1 + len(others):
        best = (False, False, False)
    gain = sign * row.model - max(others)
    return ShownRow(row, texts, (best[0], best[1], best[2]), signed(sign * gain, row.unit), gain)


def verdict(tables: Sequence[BaselineTable]) -> list[str]:
    """Say in sentences what the detector adds to detectors that know nothing, at the first threshold and without one.

    Args:
        tables: the baseline comparisons, that of the first threshold before the others.
    """
    first = next((table.threshold for table in tables if table.threshold), "")
    rows = [shown_row(row) for table in tables if table.threshold in ("", first) for row in table.rows]
    compared = [shown for shown in rows if shown.gain is not None]
    if not compared:
        return []
    better = sum(shown.gain is not None and shown.gain > 0 for shown in compared)
    sentences = [f"Better than both a random score and the largest z-score in {better} of {len(compared)} metrics."]
    for shown in compared:
        if shown.row.metric == "PA-F1" and not math.isnan(shown.row.random):
            sentences.append(
                f"Point adjustment flatters: a random score with as many flagged rows has a PA-F1 of {shown.texts[1]}."
            )
    return sentences


def tiles(content: ReportContent) -> list[Tile]:
    """Return the figures at the head of a page: events, false alarms, latency, first metrics."""
    time_axis = TimeAxis(content.timestamps, len(content.scores))
    flags = content.thresholds[0].flags(content.scores)
    shown = [Tile(f"{flags.mean():.2%}", "of the rows flagged", f"{int(flags.sum()):,} of {len(flags):,}")]
    if content.labels is None:
        return [Tile(f"{len(events(flags)):,}", "predicted events", ""), *shown]
    known = event_metrics(flags, content.labels)
    alarms = known.false_alarms
    days = len(flags) * time_axis.seconds / 86400 if time_axis.seconds else 0
    shown.insert(0, Tile(f"{alarms:,}", "false alarms", f"{alarms / days:.2g} a day" if days and alarms else ""))
    shown.insert(0, Tile(f"{known.found} of {len(known.detections)}", "labelled events found", ""))
    if known.found:
        middle = float(np.median(known.latencies))
        time = format_duration(middle * time_axis.seconds) if time_axis.seconds and middle else ""
        shown.append(Tile(f"{middle:g} {'row' if middle == 1 else 'rows'}", "median latency", time))
    return shown + _metric_tiles(content.tables)


def _metric_tiles(tables: Sequence[BaselineTable]) -> list[Tile]:
    return [
        Tile(model, metric, f"random {random}, largest z {max_z}")
        for metric, (model, random, max_z) in headline_metrics(tables).items()
    ]


def headline_metrics(tables: Sequence[BaselineTable]) -> dict[str, tuple[str, str, str]]:
    """Return the metrics to look at first: detector, random score and largest z-score, at the first threshold."""
    rows: dict[str, ShownRow] = {}
    for table in tables:
        for row in table.rows:
            rows.setdefault(row.metric, shown_row(row))
    return {name: rows[name].texts for name in FIRST_METRICS if name in rows}


def left_out_text(count: int) -> str:
    """Say how many events have no page, empty where all have."""
    return (
        f"{counted(count, 'more event')}, of lower scores, {'has' if count == 1 else 'have'} no page." if count else ""
    )
