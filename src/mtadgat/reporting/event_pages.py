"""Event pages: what a report says about each labelled event and each false alarm."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mtadgat.detector.scoring import Scores
from mtadgat.metrics.event_metrics import Detection, false_alarm_runs
from mtadgat.metrics.root_cause import feature_shares, healthy_levels, ranked_features
from mtadgat.reporting.content import EventPage, FeatureTrace, RankedCause, ThresholdLine
from mtadgat.series import Event, Series, events

if TYPE_CHECKING:
    from jaxtyping import Float

TRACES = 5
MAX_PAGES = 100
MIN_MARGIN = 40


class EventPages(NamedTuple):
    """The pages, in time order, and the number of events without one."""

    pages: tuple[EventPage, ...]
    left_out: int


def event_pages(
    series: Series,
    scores: Scores,
    threshold: ThresholdLine,
    healthy: Float[np.ndarray, " targets"] | None = None,
    *,
    traces: int = TRACES,
    max_pages: int = MAX_PAGES,
) -> EventPages:
    """Describe each labelled event and each false alarm; without labels, each flagged run.

    Args:
        series: the scored series, with causes if it has them.
        scores: its scores.
        threshold: the threshold whose flags are described, with its event-wise metrics if the series is labelled.
        healthy: (targets,) typical healthy score of each feature, to which its scores in the event are compared;
            None takes its mean over the rows that are not labelled, or not flagged if the series has no labels.
        traces: number of features shown for each event.
        max_pages: highest number of pages; labelled events go first, and higher peaks.
    """
    flags = threshold.flags(scores.total)
    if healthy is None:
        healthy = healthy_levels(scores.per_feature, flags if series.labels is None else series.labels)
    detections = () if threshold.event is None else threshold.event.detections
    labelled = {detection.event: detection for detection in detections}
    other = events(flags) if series.labels is None else false_alarm_runs(flags, series.labels)
    by_peak = [sorted(each, key=lambda run: -scores.total[run.start : run.stop].max()) for each in (labelled, other)]
    chosen = sorted((by_peak[0] + by_peak[1])[:max_pages])
    pages = tuple(_page(series, scores, event, labelled.get(event), healthy, traces=traces) for event in chosen)
    return EventPages(pages, len(labelled) + len(other) - len(pages))


def _page(
    series: Series,
    scores: Scores,
    event: Event,
    detection: Detection | None,
    healthy: Float[np.ndarray, " targets"],
    *,
    traces: int,
) -> EventPage:
    shares = feature_shares(scores.per_feature, event, healthy)
    ranking = ranked_features(shares)
    causes = _causes(series, event)
    margin = max(MIN_MARGIN, (event.stop - event.start) // 2)
    shown = Event(max(event.start - margin, 0), min(event.stop + margin, len(series)))
    return EventPage(
        event=event,
        kind=_kind(series, detection),
        latency=None if detection is None else detection.latency,
        latency_seconds=None if detection is None else detection.latency_seconds,
        peak=float(scores.total[event.start : event.stop].max()),
        shown=shown,
        traces=tuple(
            _trace(series, scores, shown, target, share=float(shares[target]), causes=causes)
            for target in ranking[:traces]
        ),
        causes=None if causes is None else _ranked(causes, [scores.features[target] for target in ranking]),
    )


def _kind(series: Series, detection: Detection | None) -> str:
    if detection is not None:
        return "missed" if detection.latency is None else "found"
    return "flagged" if series.labels is None else "false alarm"


def _causes(series: Series, event: Event) -> tuple[str, ...] | None:
    columns = {
        column
        for labelled, features in series.causes
        if labelled.start < event.stop and labelled.stop > event.start
        for column in features
    }
    return tuple(series.features[column] for column in sorted(columns)) or None


def _ranked(causes: tuple[str, ...], ranking: list[str]) -> tuple[RankedCause, ...]:
    ranks = {name: rank for rank, name in enumerate(ranking, start=1)}
    return tuple(
        sorted((RankedCause(name, ranks.get(name)) for name in causes), key=lambda cause: cause.rank or 10**9)
    )


def _trace(
    series: Series, scores: Scores, shown: Event, target: int, *, share: float, causes: tuple[str, ...] | None
) -> FeatureTrace:
    name, rows = scores.features[target], slice(shown.start, shown.stop)
    return FeatureTrace(
        name=name,
        share=share,
        cause=None if causes is None else name in causes,
        actual=series.values[rows, series.features.index(name)],
        forecast=scores.forecast[rows, target],
        reconstruction=scores.reconstruction[rows, target],
    )
