"""How late labelled events were flagged."""

from __future__ import annotations

import numpy as np

from mtadgat.evaluation.latency import latency_counts, latency_edges
from mtadgat.metrics.event_metrics import event_metrics
from report_examples import detected


def test_latencies_are_rows_to_the_first_flag_and_none_where_missed() -> None:
    labels = np.array([0, 1, 1, 1, 0, 1, 1, 0, 1], dtype=bool)
    flags = np.array([1, 0, 0, 1, 0, 1, 0, 0, 0], dtype=bool)
    assert [one.latency for one in event_metrics(flags, labels).detections] == [2, 0, None]


def test_bins_grow_and_hold_every_event() -> None:
    late = [0, 0, 1, 2, 3, 4, 9, None, None]
    assert latency_edges([rows for rows in late if rows is not None]).tolist() == [0, 1, 2, 4, 8, 16]
    assert latency_counts(detected(late).detections) == [
        ("0", 2),
        ("1", 1),
        ("2\u20133", 2),
        ("4\u20137", 1),
        ("8\u201315", 1),
        ("missed", 2),
    ]


def test_events_that_were_all_missed_have_a_histogram() -> None:
    assert latency_counts(detected([None, None]).detections) == [("0", 0), ("missed", 2)]


def test_a_latency_at_the_edge_of_a_bin_is_counted_once() -> None:
    for rows in (1, 2, 4, 8, 16, 1024):
        assert sum(count for _, count in latency_counts(detected([rows]).detections)) == 1
