"""Events found, false alarms and latency: what an operator would notice of the flags."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Shaped

from mtadgat.series import Event, events

SECONDS_PER_DAY = 86400.0


class Detection(NamedTuple):
    """What became of one labelled event."""

    event: Event
    latency: int | None
    """Rows from the start of the event to its first flag; None where the event was missed."""
    latency_seconds: float | None
    """The same in seconds; None where the event was missed or times are unknown."""


class EventMetrics(NamedTuple):
    """Event-wise figures of flags."""

    detections: tuple[Detection, ...]
    """One for each labelled event, in time order."""
    false_alarms: int
    """Runs of flagged rows that touch no labelled row."""
    false_alarms_per_day: float | None
    """None where times are unknown."""

    @property
    def found(self) -> int:
        """Events with at least one flag."""
        return len(self.latencies)

    @property
    def latencies(self) -> tuple[int, ...]:
        """Rows from start to first flag, of the events that were found."""
        return tuple(one.latency for one in self.detections if one.latency is not None)

    @property
    def latencies_seconds(self) -> tuple[float, ...]:
        """Seconds from start to first flag, of the events that were found; empty where times are unknown."""
        return tuple(one.latency_seconds for one in self.detections if one.latency_seconds is not None)


def event_metrics(
    flags: Bool[np.ndarray, " time"],
    labels: Bool[np.ndarray, " time"],
    timestamps: Shaped[np.ndarray, " time"] | None = None,
) -> EventMetrics:
    """Find out which events were found and how late, and count false alarms.

    Args:
        flags: (time,) rows that a detector calls anomalous.
        labels: (time,) rows that are anomalous.
        timestamps: (time,) datetime64, increasing. Integers are left aside: they do not tell their unit.
    """
    times = _seconds(timestamps)
    labelled_before = np.concatenate(([0], np.cumsum(labels)))
    runs = np.array(events(flags), dtype=np.int64).reshape(-1, 2)
    false_alarms = int(np.count_nonzero(labelled_before[runs[:, 0]] == labelled_before[runs[:, 1]]))
    return EventMetrics(
        detections=_detections(flags, labels, times),
        false_alarms=false_alarms,
        false_alarms_per_day=None if times is None else false_alarms / _days(times),
    )


def _detections(
    flags: Bool[np.ndarray, " time"], labels: Bool[np.ndarray, " time"], times: Float[np.ndarray, " time"] | None
) -> tuple[Detection, ...]:
    flagged = np.append(np.flatnonzero(flags), flags.size)
    found = []
    for event in events(labels):
        first = int(flagged[np.searchsorted(flagged, event.start)])
        missed = first >= event.stop
        found.append(
            Detection(
                event,
                None if missed else first - event.start,
                None if missed or times is None else float(times[first] - times[event.start]),
            )
        )
    return tuple(found)


def _seconds(timestamps: Shaped[np.ndarray, " time"] | None) -> Float[np.ndarray, " time"] | None:
    """Return seconds since the first row, or None where the unit is unknown or there is no step to measure."""
    if timestamps is None or timestamps.dtype.kind != "M" or timestamps.size < 2:
        return None
    return np.asarray((timestamps - timestamps[0]) / np.timedelta64(1, "s"), dtype=np.float64)


def _days(times: Float[np.ndarray, " time"]) -> float:
    """Return the time that the rows cover; the last row lasts as long as the median one."""
    return float(times[-1] - times[0] + np.median(np.diff(times))) / SECONDS_PER_DAY
