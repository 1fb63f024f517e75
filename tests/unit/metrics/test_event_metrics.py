from __future__ import annotations

import numpy as np
import pytest

from mtadgat.metrics.event_metrics import event_metrics
from mtadgat.series import Event

LABELS = np.array([0, 1, 1, 1, 0, 0, 1, 0, 0, 1, 1, 0], dtype=bool)
FLAGS = np.array([1, 1, 0, 1, 0, 1, 0, 0, 1, 0, 1, 1], dtype=bool)
"""The first event is found at once, the second missed, the third found one row late; row 5 and row 8 are alone."""


def test_events_are_found_at_their_first_flag() -> None:
    known = event_metrics(FLAGS, LABELS)
    assert [detection.event for detection in known.detections] == [Event(1, 4), Event(6, 7), Event(9, 11)]
    assert [detection.latency for detection in known.detections] == [0, None, 1]
    assert (known.detected, known.latencies) == (2, (0, 1))


def test_a_false_alarm_is_a_run_of_flags_that_touches_no_event() -> None:
    known = event_metrics(FLAGS, LABELS)
    assert known.false_alarms == 2
    assert known.false_alarms_per_day is None
    assert known.latencies_seconds == ()


def test_times_give_seconds_and_false_alarms_a_day() -> None:
    timestamps = np.datetime64("2026-01-01") + np.arange(12) * np.timedelta64(30, "m")
    known = event_metrics(FLAGS, LABELS, timestamps)
    assert known.false_alarms_per_day == pytest.approx(2 / 0.25)
    assert known.latencies_seconds == (0.0, 1800.0)
    assert [detection.latency_seconds for detection in known.detections] == [0.0, None, 1800.0]


def test_a_gap_in_time_counts_for_the_latency() -> None:
    minutes = np.array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 69, 70])
    timestamps = np.datetime64("2026-01-01T00:00") + minutes * np.timedelta64(1, "m")
    assert event_metrics(FLAGS, LABELS, timestamps).latencies_seconds == (0.0, 3600.0)


@pytest.mark.parametrize("timestamps", [np.arange(12), None])
def test_times_of_no_known_unit_give_no_figures_per_time(timestamps: np.ndarray | None) -> None:
    assert event_metrics(FLAGS, LABELS, timestamps).false_alarms_per_day is None


def test_neither_flags_nor_events_are_no_error() -> None:
    nothing = np.zeros(4, dtype=bool)
    assert event_metrics(nothing, nothing) == ((), 0, None)
    assert event_metrics(np.zeros(12, dtype=bool), LABELS).detected == 0
    assert event_metrics(nothing[:1], nothing[:1], np.array(["2026-01-01"], dtype="datetime64[s]")).false_alarms == 0
