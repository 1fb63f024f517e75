"""Wording: sentences that say what a picture shows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mtadgat.metrics.event_metrics import EventMetrics
from mtadgat.metrics.metric_sets import both_classes
from mtadgat.reporting.content import AttentionChange, EventPage, LossCurves
from mtadgat.reporting.time_axis import TimeAxis, format_duration, rows_and_time
from mtadgat.series import Event, events

if TYPE_CHECKING:
    from jaxtyping import Bool


class Statement(NamedTuple):
    """A fact that serves as a title, and details below it."""

    fact: str
    detail: str


def counted(count: int, noun: str) -> str:
    """Return a number with its noun, such as ``1 event`` or ``2,000 events``."""
    return f"{count:,} {noun if count == 1 else noun + 's'}"


def number(value: float) -> str:
    """Return a score or a value with three digits, or all digits before the point if there are more."""
    if math.isnan(value):
        return "\u2013"
    return f"{value:,.0f}" if 1000 <= abs(value) < 1e9 else f"{value:.3g}"


def detection(flags: Bool[np.ndarray, " time"], event: EventMetrics | None) -> Statement:
    """Say how many events were detected and missed, and how many false alarms there were.

    Args:
        flags: (time,) the rows that the threshold flags.
        event: event-wise metrics of the flags, or None without labels.
    """
    share = f"{flags.mean():.2%} of {len(flags):,} rows flagged"
    if event is None:
        return Statement(f"{counted(len(events(flags)), 'event')} predicted", share)
    details = [share]
    if event.false_alarms and event.false_alarms_per_day is not None:
        details.append(f"{event.false_alarms_per_day:.2g} false alarms a day")
    if event.detected:
        rows = round(float(np.mean(event.latencies)), 1)
        seconds = float(np.mean(event.latencies_seconds)) if event.latencies_seconds else None
        details.insert(0, f"first flag {rows_and_time(rows, seconds)} after the start on average")
    alarms = counted(event.false_alarms, "false alarm") if event.false_alarms else "no false alarm"
    found = f"{event.detected} of {counted(len(event.detections), 'labelled event')} found"
    if not event.detections:
        return Statement(alarms[:1].upper() + alarms[1:], "; ".join(details))
    healthy = event.detections[0].event != Event(0, len(flags))
    return Statement(f"{found}, {alarms}" if healthy else found, "; ".join(details))


def one_class(labels: Bool[np.ndarray, " time"] | None) -> str:
    """Say what labels of a single class leave undefined; empty if they have both, or there are none.

    Args:
        labels: (time,) true where a row is anomalous, or None.
    """
    if labels is None or both_classes(labels):
        return ""
    if labels.any():
        return "All rows are labelled as anomalous: there can be no false alarm, and no rate or area is defined."
    return "No row is labelled as anomalous: every flag is a false alarm, and no rate or area is defined."


class MedianLatency(NamedTuple):
    """The median latency of the detected events as text: in rows, and in elapsed time; empty if 0 or unknown."""

    rows: str
    time: str


def median_latency(event: EventMetrics) -> MedianLatency:
    """Return the median latency of the detected events, of which there must be at least one."""
    rows = float(np.median(event.latencies))
    seconds = float(np.median(event.latencies_seconds)) if event.latencies_seconds else 0.0
    return MedianLatency(f"{rows:g} {'row' if rows == 1 else 'rows'}", format_duration(seconds) if seconds else "")


def latency(event: EventMetrics) -> Statement:
    """Say how fast labelled events were flagged."""
    count = len(event.detections)
    if not event.detected:
        return Statement(f"None of {counted(count, 'labelled event')} was found", "")
    rows, time = median_latency(event)
    within = f"within {rows} ({time})" if time else f"within {rows}"
    immediate = sum(rows == 0 for rows in event.latencies)
    return Statement(
        f"Half of the {event.detected} detected events were flagged "
        f"{within if np.median(event.latencies) else 'in their first row'}",
        f"{immediate} in their first row, {count - event.detected} of {count} missed",
    )


def about(subject: str, fact: str) -> str:
    """Return a fact with its subject before it."""
    return f"{subject}: {fact[:1].lower()}{fact[1:]}" if subject else fact


def training(losses: LossCurves) -> Statement:
    """Say which epoch was best, and by how much the loss fell."""
    count = len(losses.epochs)
    if not count:
        return Statement("No epoch was trained", "")
    validated = not np.isnan(losses.validation).all()
    curve = losses.validation[:, 0] if validated else losses.train[:, 0]
    best = int(np.flatnonzero(losses.epochs == losses.best_epoch)[0]) if losses.best_epoch in losses.epochs else -1
    kind = "Validation" if validated else "Training"
    fact = f"{kind} loss fell from {number(curve[0])} to {number(curve[best])}"
    return Statement(fact, f"best epoch {losses.best_epoch}, {counted(count, 'epoch')} trained")


def event(page: EventPage, time_axis: TimeAxis) -> Statement:
    """Say when an event was, whether it was flagged, and which features are to blame."""
    start, stop = page.event
    when = f"{time_axis.text(start)}, {time_axis.duration(start, stop)}"
    outcome = {
        "found": "flagged in its first row"
        if page.latency == 0
        else f"flagged {rows_and_time(page.latency or 0, page.latency_seconds)} after its start",
        "missed": "missed",
        "false alarm": "a false alarm",
        "flagged": "flagged",
    }[page.kind]
    top = page.traces[0] if page.traces else None
    blamed = f"; {top.name} has {top.share:.0%} of the score" if top else ""
    hits = f"; {page.hits} of {counted(len(page.causes), 'known cause')} hit" if page.causes else ""
    return Statement(f"Event {outcome}", f"{when}; highest score {number(page.peak)}{blamed}{hits}")


def attention(change: AttentionChange) -> str:
    """Say which relation between features changed most."""
    reader, read, healthy, now = change.largest(1)[0]
    return f"{reader} reads {'more' if now > healthy else 'less'} of {read}: weight {healthy:.3f} \u2192 {now:.3f}"
