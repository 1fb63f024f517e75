"""A small evaluation for the tests of reporting: seeded scores of a labelled series with labelled causes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mtadgat.detector.scoring import Scores
from mtadgat.metrics.event_metrics import Detection, EventMetrics, event_metrics
from mtadgat.reporting.baseline_tables import BaselineRow, BaselineTable
from mtadgat.reporting.content import AttentionChange, LossCurves, ReportContent, ThresholdLine
from mtadgat.reporting.event_pages import event_pages
from mtadgat.series import Cause, Event, Series

ROWS = 3000
LABELLED = (Event(400, 460), Event(1200, 1210), Event(2500, 2600))
DETECTED = (Event(405, 440), Event(2500, 2590))
FALSE_ALARM = Event(1800, 1812)
NAMES = ("cpu", "memory", "disk read", "disk write")
HOSTILE = (
    "</script><script>document.title='broken'</script>",
    "'\"><img src=x onerror=alert(1)>",
    "$\\frac{$",
    "\x1b[31m\u202e",
)


def example_series(names: tuple[str, ...] = NAMES, timed: bool = True) -> Series:
    rng = np.random.default_rng(7)
    values = rng.normal(size=(ROWS, len(names))).cumsum(axis=0) * 0.1
    labels = np.zeros(ROWS, dtype=bool)
    for event in LABELLED:
        labels[event.start : event.stop] = True
    return Series(
        values=values,
        features=names,
        dataset="fleet",
        entity="web-1",
        timestamps=np.datetime64("2026-01-01T00:00") + np.arange(ROWS) * np.timedelta64(5, "m") if timed else None,
        labels=labels,
        causes=(Cause(LABELLED[0], (1, 2)), Cause(LABELLED[2], (0,))),
    )


def example_scores(series: Series) -> Scores:
    rng = np.random.default_rng(8)
    per_feature = rng.exponential(0.2, size=series.values.shape).astype(np.float32)
    for number, event in enumerate((*DETECTED, FALSE_ALARM)):
        per_feature[event.start : event.stop, (number + 1) % 3] += 8
    return Scores(
        total=np.clip(per_feature.mean(axis=1), 0.01, None).astype(np.float32),
        per_feature=per_feature,
        forecast=np.roll(series.values, 1, axis=0).astype(np.float32),
        reconstruction=(0.9 * series.values).astype(np.float32),
        features=series.features,
    )


def evaluated_line(
    series: Series, scores: Scores, values: np.ndarray, name: str = "pot", uses_labels: bool = False
) -> ThresholdLine:
    """A threshold with the event-wise metrics of its flags, if the series has labels."""
    flags = scores.total >= values
    event = None if series.labels is None else event_metrics(flags, series.labels, series.timestamps)
    return ThresholdLine(name, values, uses_labels, event)


def detected(latencies: list[int | None], step: float | None = None) -> EventMetrics:
    """Event-wise metrics of evenly spaced rows with these latencies, and no false alarm."""
    detections = tuple(
        Detection(Event(100 * number, 100 * number + 50), rows, None if rows is None or step is None else rows * step)
        for number, rows in enumerate(latencies)
    )
    return EventMetrics(detections, 0, None if step is None else 0.0)


def example_tables() -> tuple[BaselineTable, ...]:
    flags = (
        BaselineRow("F1", 0.61, 0.05, 0.22, note="rows as they are"),
        BaselineRow("PA-F1", 0.93, 0.71, 0.88, note="one flag counts for its whole event"),
        BaselineRow("False alarms", 1.0, 140.0, 12.0, "runs", "lower"),
        BaselineRow("Flagged", 0.045, 0.045, 0.045, "%", ""),
    )
    free = (BaselineRow("VUS-PR", 0.52, 0.06, 0.31), BaselineRow("AUC-ROC", 0.48, 0.5, 0.77))
    return BaselineTable("pot", flags, 1.0), BaselineTable("best_f1", flags), BaselineTable("", free)


def example_losses(validated: bool = True) -> LossCurves:
    epochs = np.arange(1, 9)
    fall = np.stack([1.2 / epochs, 0.7 / epochs, 0.5 / epochs], axis=1)
    return LossCurves(epochs, fall, fall + 0.1 if validated else np.full_like(fall, np.nan), best_epoch=6)


def example_attention(names: tuple[str, ...], title: str = "event 1") -> AttentionChange:
    rng = np.random.default_rng(9)
    healthy, event = (each / each.sum(axis=1, keepdims=True) for each in rng.random((2, len(names), len(names))))
    return AttentionChange(names, healthy, event, title)


def example_content(names: tuple[str, ...] = NAMES, timed: bool = True) -> ReportContent:
    series = example_series(names, timed)
    scores = example_scores(series)
    drifting = 1.5 + 0.3 * np.sin(np.arange(ROWS) / 400)
    lines = (
        evaluated_line(series, scores, np.full(ROWS, 1.0)),
        evaluated_line(series, scores, drifting, "best_f1", uses_labels=True),
    )
    pages, left_out = event_pages(series, scores, lines[0])
    pages = (replace(pages[0], attention=example_attention(names)), *pages[1:])
    return ReportContent(
        subject=series.name,
        scores=scores.total,
        thresholds=lines,
        features=names,
        timestamps=series.timestamps,
        labels=series.labels,
        tables=example_tables(),
        events=pages,
        events_left_out=left_out,
        losses=example_losses(),
        facts=(("Model", "models:/m-1"), ("Window", "100 rows")),
    )
