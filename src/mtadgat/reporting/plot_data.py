"""Plot data: what the charts of a page draw, small enough to open fast."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mtadgat.reporting.content import AttentionChange, EventPage, LossCurves, ReportContent, ThresholdLine
from mtadgat.reporting.sampling import downsample, merged
from mtadgat.reporting.time_axis import TimeAxis
from mtadgat.series import Event, events

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int, Int64

SCORE_BINS = 50_000
EVENT_ROWS = 360
MAX_SPANS = 4_000
MAX_FEATURES = 80


def report_data(content: ReportContent) -> dict[str, Any]:
    """Return what the charts of a report draw.

    Args:
        content: what the report says.
    """
    time_axis = TimeAxis(content.timestamps, len(content.scores), content.clock)
    rows = sampled_rows([content.scores], content.thresholds)
    return {
        **axis_data(time_axis),
        "x": steps(time_axis.positions(rows)),
        "end": int(time_axis.positions(np.array([len(content.scores)]))[0]),
        "score": compact(content.scores[rows]),
        "log": spiky(content.scores, content.thresholds[0].values),
        "thresholds": [
            {
                "name": line.name,
                **_level(line, rows),
                "flagged": spans(events(line.flags(content.scores)), time_axis),
            }
            for line in content.thresholds
        ],
        "labelled": None if content.labels is None else spans(events(content.labels), time_axis),
        "events": [_event(page, content, time_axis) for page in content.events],
        "losses": None if content.losses is None else _losses(content.losses),
        "attention": [_attention(page.attention) for page in content.events if page.attention is not None],
    }


def axis_data(time_axis: TimeAxis) -> dict[str, Any]:
    """Return how positions on an axis are written."""
    return {
        "kind": time_axis.kind,
        "stride": time_axis.stride,
        "axis": time_axis.label,
        "ahead": time_axis.ahead,
        "decimals": time_axis.decimals,
    }


def sampled_rows(
    scores: Sequence[Float[np.ndarray, " time"]], thresholds: Sequence[ThresholdLine]
) -> Int[np.ndarray, " kept"]:
    """Return the rows at which scores and changing thresholds are drawn."""
    changing = [line.values for line in thresholds if line.value is None]
    bins = max(SCORE_BINS // (len(scores) + len(changing)), 1)
    return downsample(np.stack([*scores, *changing], axis=1), bins)


def steps(positions: Int64[np.ndarray, " some"]) -> dict[str, Any]:
    """Return increasing whole numbers as a first one and steps in the largest unit that divides them all."""
    apart = np.diff(positions)
    unit = max(int(np.gcd.reduce(apart)), 1) if len(apart) else 1
    return {"first": int(positions[0]) if len(positions) else 0, "unit": unit, "steps": (apart // unit).tolist()}


def spans(runs: Sequence[Event], time_axis: TimeAxis) -> dict[str, Any]:
    """Return the positions at which spans start and stop, in turn; close neighbours are joined if there are many."""
    edges = np.array(merged(runs, MAX_SPANS), dtype=np.int64).reshape(-1)
    return steps(time_axis.positions(edges)) | {"none": not len(edges)}


def compact(values: Float[np.ndarray, " some"], digits: int = 5) -> list[float | None]:
    """Return values with a few digits; None for those that are not finite."""
    return [float(f"{value:.{digits}g}") if np.isfinite(value) else None for value in values.tolist()]


def _level(line: ThresholdLine, rows: Int[np.ndarray, " kept"]) -> dict[str, Any]:
    if line.value is not None:
        return {"value": line.value if np.isfinite(line.value) else None}
    return {"values": compact(line.values[rows])}


def _event(page: EventPage, content: ReportContent, time_axis: TimeAxis) -> dict[str, Any]:
    line, shown = content.thresholds[0], slice(page.shown.start, page.shown.stop)
    return {
        "span": time_axis.positions(np.array(page.event)).tolist(),
        "features": [
            {"name": trace.name}
            | _lines(
                page, time_axis, actual=trace.actual, forecast=trace.forecast, reconstruction=trace.reconstruction
            )
            for trace in page.traces
        ],
        "score": _lines(page, time_axis, score=content.scores[shown], threshold=line.values[shown]),
        "flagged": _within(line.flags(content.scores), page.shown, time_axis),
        "labelled": None if content.labels is None else _within(content.labels, page.shown, time_axis),
    }


def _lines(page: EventPage, time_axis: TimeAxis, **lines: Float[np.ndarray, " shown"]) -> dict[str, Any]:
    rows = downsample(np.stack(list(lines.values()), axis=1), EVENT_ROWS // (2 * len(lines)))
    x = steps(time_axis.positions(page.shown.start + rows))
    return {"x": x} | {name: compact(values[rows], digits=4) for name, values in lines.items()}


def _within(rows: Bool[np.ndarray, " time"], shown: Event, time_axis: TimeAxis) -> dict[str, Any]:
    inside = events(rows[shown.start : shown.stop])
    return spans([Event(start + shown.start, stop + shown.start) for start, stop in inside], time_axis)


def _losses(losses: LossCurves) -> dict[str, Any]:
    return {
        "epochs": losses.epochs.tolist(),
        "best": losses.best_epoch,
        "parts": [
            {"name": name, "train": compact(losses.train[:, part]), "validation": compact(losses.validation[:, part])}
            for part, name in enumerate(LossCurves.PARTS)
        ],
    }


def _attention(change: AttentionChange) -> dict[str, Any]:
    moved = np.abs(change.difference)
    # Of very many features, those whose relations changed most are shown, in their order.
    kept = np.sort(np.argsort(-(moved.sum(axis=0) + moved.sum(axis=1)), kind="stable")[:MAX_FEATURES])
    square = np.ix_(kept, kept)
    return {
        "title": change.title,
        "features": [change.features[column] for column in kept],
        "healthy": [compact(row, digits=3) for row in change.healthy[square]],
        "event": [compact(row, digits=3) for row in change.event[square]],
    }


DWARFED = 25
"""Ratio of the highest score to the threshold from which a linear axis hides what happens near the threshold."""


def spiky(scores: Float[np.ndarray, " time"], limits: Float[np.ndarray, " time"]) -> bool:
    """Whether the highest score is so far above the threshold that a linear axis would hide the rest.

    Args:
        scores: (time,) scores.
        limits: (time,) the threshold of every row.
    """
    finite = scores[np.isfinite(scores)]
    if not finite.size:
        return False
    return bool(finite.min() >= 0 and 0 < float(np.median(limits)) < finite.max() / DWARFED)
