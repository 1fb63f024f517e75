"""Wording: sentences that say what a picture shows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool

from mtadgat.metrics.event import event_metrics
from mtadgat.reporting.content import AttentionChange, EventPage, LossCurves
from mtadgat.reporting.time_axis import TimeAxis, format_duration
from mtadgat.series import events

MINUS = "\u2212"


class Statement(NamedTuple):
    """A fact that serves as a title, and details below it."""

    fact: str
    detail: str


def counted(count: int, noun: str) -> str:
    """Return a number with its noun, such as ``1 event`` or ``2,000 events``."""
    return f"{count:,} {noun if count == 1 else noun + 's'}"


def detection(
    flags: Bool[np.ndarray, " time"], labels: Bool[np.ndarray, " time"] | None, time_axis: TimeAxis
) -> Statement:
    """Say how many events were found, missed and made up."""
    share = f"{flags.mean():.2%} of {len(flags):,} rows flagged"
    if labels is None:
        return Statement(f"{counted(len(events(flags)), 'event')} predicted", share)
    known = event_metrics(flags, labels)
    alarms = known.false_alarms
    details = [share]
    if time_axis.seconds and alarms:
        days = len(flags) * time_axis.seconds / 86400
        details.append(f"{alarms / days:.2g} false alarms a day")
    if known.found:
        late = round(float(np.mean(known.latencies)), 1)
        details.insert(0, f"first flag {time_axis.duration(late)} after the start on average")
    made_up = counted(alarms, "false alarm") if alarms else "no false alarm"
    fact = f"{known.found} of {counted(len(known.detections), 'labelled event')} found, {made_up}"
    return Statement(fact, "; ".join(details))


def lateness(late: Sequence[int | None], seconds: float | None) -> Statement:
    """Say how fast labelled events were flagged."""
    found = [rows for rows in late if rows is not None]
    if not found:
        return Statement(f"None of {counted(len(late), 'labelled event')} was found", "")
    middle = float(np.median(found))
    time = f" ({format_duration(middle * seconds)})" if seconds else ""
    how_fast = f"within {middle:g} {'row' if middle <= 1 else 'rows'}{time}" if middle else "in their first row"
    at_once = sum(rows == 0 for rows in found)
    return Statement(
        f"Half of the {len(found)} found events were flagged {how_fast}",
        f"{at_once} in their first row, {len(late) - len(found)} of {len(late)} missed",
    )


def number(value: float) -> str:
    """Return a score or a value with three digits, or all digits before the point where there are more."""
    if math.isnan(value):
        return "\u2013"
    return f"{value:,.0f}" if 1000 <= abs(value) < 1e9 else f"{value:.3g}"


def signed(value: float, unit: str = "") -> str:
    """Return a difference with its sign, as a figure of its unit."""
    text = metric_text(abs(value), unit)
    return f"{'+' if value > 0 else MINUS}{text}" if value else text


def about(subject: str, fact: str) -> str:
    """Return a fact with its subject before it."""
    return f"{subject}: {fact[:1].lower()}{fact[1:]}" if subject else fact


def metric_text(value: float, unit: str = "") -> str:
    """Return a figure as it stands in tables: ratios with three decimals, shares in percent, counts as they are."""
    if math.isnan(value):
        return "\u2013"
    if unit == "%":
        return f"{value:.2%}" if value < 0.1 else f"{value:.1%}"
    if unit:
        return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.{2 if abs(value) < 10 else 1}f}"
    return f"{value:.3f}"


def training(losses: LossCurves) -> Statement:
    """Say which epoch was best, and by how much the loss fell."""
    count = len(losses.epochs)
    if not count:
        return Statement("No epoch was trained", "")
    validated = not np.isnan(losses.validation).all()
    curve = losses.validation[:, 0] if validated else losses.train[:, 0]
    place = int(np.flatnonzero(losses.epochs == losses.best_epoch)[0]) if losses.best_epoch in losses.epochs else -1
    kind = "Validation" if validated else "Training"
    fact = f"{kind} loss fell from {number(curve[0])} to {number(curve[place])}"
    return Statement(fact, f"best epoch {losses.best_epoch}, {counted(count, 'epoch')} trained")


def event(page: EventPage, time_axis: TimeAxis) -> Statement:
    """Say what became of an event, when it was, and which features are to blame."""
    start, stop = page.event
    when = f"{time_axis.text(start)}, {time_axis.duration(stop - start)}"
    outcome = {
        "found": "flagged in its first row"
        if page.latency == 0
        else f"flagged {time_axis.duration(page.latency or 0)} after its start",
        "missed": "missed",
        "false alarm": "a false alarm",
        "flagged": "flagged",
    }[page.kind]
    top = page.traces[0] if page.traces else None
    blamed = f"; {top.name} has {top.share:.0%} of the score" if top else ""
    known = f"; {page.hits} of {counted(len(page.causes), 'known cause')} hit" if page.causes else ""
    return Statement(f"Event {outcome}", f"{when}; highest score {number(page.peak)}{blamed}{known}")


def attention(change: AttentionChange) -> str:
    """Say which relation between features changed most."""
    reader, read, healthy, now = change.largest(1)[0]
    return f"{reader} reads {'more' if now > healthy else 'less'} of {read}: weight {healthy:.3f} \u2192 {now:.3f}"
