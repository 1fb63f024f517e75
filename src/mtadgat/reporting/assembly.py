"""Assembly: the content of a report, from an evaluation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mtadgat.detector.detector import Detector
from mtadgat.detector.scoring import Scores
from mtadgat.evaluation.evaluation import Evaluation
from mtadgat.metrics.root_cause import healthy_levels
from mtadgat.reporting.baseline_tables import baseline_tables
from mtadgat.reporting.content import AttentionChange, EventPage, LossCurves, ReportContent, ThresholdLine
from mtadgat.reporting.event_pages import event_pages
from mtadgat.series import Series

if TYPE_CHECKING:
    from jaxtyping import Bool, Float

ATTENTION_PAGES = 10
"""Number of events, those with the highest peaks, whose attention is shown."""

ATTENTION_WINDOWS = 200
"""Highest number of windows over which the attention of healthy time or of one event is averaged."""


def report_content(
    series: Series,
    evaluation: Evaluation,
    total: Float[np.ndarray, " time"],
    scores: Scores | None,
    detector: Detector | None,
) -> ReportContent:
    """Assemble the content of a report.

    Args:
        series: the labelled rows.
        evaluation: their evaluation.
        total: (time,) scores.
        scores: scores by feature, or None if only totals were given.
        detector: the detector that computed the scores, or None if they were given.
    """
    lines = tuple(
        ThresholdLine(method, each.limits, each.threshold.uses_labels, each.metrics.event)
        for method, each in evaluation.by_threshold.items()
    )
    content = ReportContent(
        subject=series.name,
        scores=total,
        thresholds=lines,
        features=series.features,
        timestamps=series.timestamps,
        clock=series.clock,
        labels=series.labels,
        tables=baseline_tables(
            evaluation.comparisons(), {line.name: line.value for line in lines if line.value is not None}
        ),
    )
    if scores is None or detector is None:
        return content
    healthy = None if series.labels is None else healthy_levels(scores.per_feature, series.labels)
    pages = event_pages(series, scores, lines[0], healthy)
    history = detector.history_
    return replace(
        content,
        events=_with_attention(pages.pages, detector, series),
        events_left_out=pages.left_out,
        losses=LossCurves.of(history.epochs, history.best_epoch),
    )


def _with_attention(pages: tuple[EventPage, ...], detector: Detector, series: Series) -> tuple[EventPage, ...]:
    if not pages:
        return pages
    busy = np.zeros(len(series), dtype=bool)
    for page in pages:
        busy[page.event.start : page.event.stop] = True
    if busy.all():
        return pages
    healthy = detector.feature_attention(series, ~busy, ATTENTION_WINDOWS)
    chosen = sorted(pages, key=lambda page: -page.peak)[:ATTENTION_PAGES]
    return tuple(
        replace(page, attention=_change(detector, series, page, healthy)) if page in chosen else page for page in pages
    )


def _change(
    detector: Detector, series: Series, page: EventPage, healthy: Float[np.ndarray, "features features"]
) -> AttentionChange:
    rows: Bool[np.ndarray, " time"] = np.zeros(len(series), dtype=bool)
    rows[page.event.start : page.event.stop] = True
    return AttentionChange(
        features=detector.features_,
        healthy=healthy,
        event=detector.feature_attention(series, rows, ATTENTION_WINDOWS),
        title=f"rows {page.event.start} to {page.event.stop - 1}",
    )
