"""Event pages: what is said of each labelled event and of each false alarm."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from mtadgat.detector.scoring import Scores
from mtadgat.metrics.root_cause import feature_shares, healthy_levels, ranked_features
from mtadgat.reporting.content import EventPage, FeatureTrace, KnownCause
from mtadgat.series import Event, Series, events

TRACES = 5
MOST_PAGES = 100
LEAST_MARGIN = 40


class EventPages(NamedTuple):
    """The pages, in time order, and how many events have none."""

    pages: tuple[EventPage, ...]
    left_out: int


def event_pages(
    series: Series,
    scores: Scores,
    flags: Bool[np.ndarray, " time"],
    healthy: Float[np.ndarray, " targets"] | None = None,
    *,
    traces: int = TRACES,
    most: int = MOST_PAGES,
) -> EventPages:
    """Describe each labelled event, and each flagged run that no label touches.

    Args:
        series: the scored series, with labels and causes where they are known.
        scores: its scores.
        flags: (time,) the rows that the threshold flags.
        healthy: (targets,) typical healthy score of each feature, to which its scores in the event are compared;
            None takes its mean over the rows that are not labelled, or not flagged where nobody labelled them.
        traces: how many features to show for each event.
        most: how many pages to make at most; labelled events go first, and higher peaks.
    """
    if healthy is None:
        healthy = healthy_levels(scores.per_feature, flags if series.labels is None else series.labels)
    labelled = [] if series.labels is None else events(series.labels)
    alarms = [run for run in events(flags) if series.labels is None or not series.labels[run.start : run.stop].any()]
    by_peak = [sorted(each, key=lambda run: -scores.total[run.start : run.stop].max()) for each in (labelled, alarms)]
    chosen = sorted((by_peak[0] + by_peak[1])[:most])
    pages = tuple(_page(series, scores, flags, event, healthy, traces=traces) for event in chosen)
    return EventPages(pages, len(labelled) + len(alarms) - len(pages))


def _page(
    series: Series,
    scores: Scores,
    flags: Bool[np.ndarray, " time"],
    event: Event,
    healthy: Float[np.ndarray, " targets"],
    *,
    traces: int,
) -> EventPage:
    labelled = series.labels is not None and bool(series.labels[event.start])
    inside = flags[event.start : event.stop]
    latency = int(inside.argmax()) if labelled and inside.any() else None
    shares = feature_shares(scores.per_feature, event, healthy)
    ranking = ranked_features(shares)
    causes = _causes(series, event)
    margin = max(LEAST_MARGIN, (event.stop - event.start) // 2)
    shown = Event(max(event.start - margin, 0), min(event.stop + margin, len(series)))
    return EventPage(
        event=event,
        kind=_kind(series, labelled, latency),
        latency=latency,
        peak=float(scores.total[event.start : event.stop].max()),
        shown=shown,
        traces=tuple(
            _trace(series, scores, shown, target, share=float(shares[target]), causes=causes)
            for target in ranking[:traces]
        ),
        causes=None if causes is None else _ranked(causes, [scores.features[target] for target in ranking]),
    )


def _kind(series: Series, labelled: bool, latency: int | None) -> str:
    if labelled:
        return "missed" if latency is None else "found"
    return "flagged" if series.labels is None else "false alarm"


def _causes(series: Series, event: Event) -> tuple[str, ...] | None:
    columns = {
        column
        for known, features in series.causes
        if known.start < event.stop and known.stop > event.start
        for column in features
    }
    return tuple(series.features[column] for column in sorted(columns)) or None


def _ranked(causes: tuple[str, ...], ranking: list[str]) -> tuple[KnownCause, ...]:
    ranks = {name: rank for rank, name in enumerate(ranking, start=1)}
    return tuple(sorted((KnownCause(name, ranks.get(name)) for name in causes), key=lambda known: known.rank or 10**9))


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
