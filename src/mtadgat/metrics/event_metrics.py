"""Detected events, false alarms and latency: what an operator would notice of the flags."""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mtadgat.series import Event, events

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Shaped

SECONDS_PER_DAY = 86400.0


class Detection(NamedTuple):
    """Whether and when one labelled event was flagged."""

    event: Event
    latency: int | None
    """Rows from the start of the event to its first flag; None if the event was missed."""
    latency_seconds: float | None
    """The same in seconds of elapsed time; None if the event was missed or rows have no times."""


class EventMetrics(NamedTuple):
    """Event-wise metrics of flags."""

    detections: tuple[Detection, ...]
    """One for each labelled event, in time order."""
    false_alarms: int
    """Runs of flagged rows that touch no labelled row."""
    false_alarms_per_day: float | None
    """None if rows have no times."""

    @property
    def detected(self) -> int:
        """Number of events with at least one flag."""
        return len(self.latencies)

    @property
    def latencies(self) -> tuple[int, ...]:
        """Rows from start to first flag of the detected events."""
        return tuple(one.latency for one in self.detections if one.latency is not None)

    @property
    def latencies_seconds(self) -> tuple[float, ...]:
        """Seconds from start to first flag of the detected events; empty if rows have no times."""
        return tuple(one.latency_seconds for one in self.detections if one.latency_seconds is not None)


def event_metrics(
    flags: Bool[np.ndarray, " time"],
    labels: Bool[np.ndarray, " time"],
    timestamps: Shaped[np.ndarray, " time"] | None = None,
) -> EventMetrics:
    """Determine which events were detected and how late, and count false alarms.

    Args:
        flags: (time,) rows that a detector calls anomalous.
        labels: (time,) rows that are anomalous.
        timestamps: (time,) datetime64, increasing. Integers are ignored: their unit is not defined.
    """
    times = _seconds(timestamps)
    false_alarms = len(false_alarm_runs(flags, labels))
    return EventMetrics(
        detections=_detections(flags, labels, times),
        false_alarms=false_alarms,
        false_alarms_per_day=None if times is None else false_alarms / _days(times),
    )


def false_alarm_runs(flags: Bool[np.ndarray, " time"], labels: Bool[np.ndarray, " time"]) -> list[Event]:
    """Return the runs of flagged rows that touch no labelled row, in time order.

    Args:
        flags: (time,) rows that a detector calls anomalous.
        labels: (time,) rows that are anomalous.
    """
    labelled_before = np.concatenate(([0], np.cumsum(labels)))
    runs = events(flags)
    start, stop = np.array(runs, dtype=np.int64).reshape(-1, 2).T
    return list(compress(runs, labelled_before[start] == labelled_before[stop]))


def _detections(
    flags: Bool[np.ndarray, " time"], labels: Bool[np.ndarray, " time"], times: Float[np.ndarray, " time"] | None
) -> tuple[Detection, ...]:
    flagged = np.append(np.flatnonzero(flags), flags.size)
    detections = []
    for event in events(labels):
        first = int(flagged[np.searchsorted(flagged, event.start)])
        missed = first >= event.stop
        detections.append(
            Detection(
                event,
                None if missed else first - event.start,
                None if missed or times is None else float(times[first] - times[event.start]),
            )
        )
    return tuple(detections)


def _seconds(timestamps: Shaped[np.ndarray, " time"] | None) -> Float[np.ndarray, " time"] | None:
    """Return seconds since the first row, or None if the unit is undefined or there is no step to measure."""
    if timestamps is None or timestamps.dtype.kind != "M" or timestamps.size < 2:
        return None
    return np.asarray((timestamps - timestamps[0]) / np.timedelta64(1, "s"), dtype=np.float64)


def _days(times: Float[np.ndarray, " time"]) -> float:
    """Return the time that the rows cover; the last row lasts one median step."""
    return float(times[-1] - times[0] + np.median(np.diff(times))) / SECONDS_PER_DAY
