"""What was understood of the data, as a few lines."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mtadgat import Series, read_series
from mtadgat.clock import Clock
from mtadgat.data.profile import Profile, profile_of
from mtadgat.reading import Reading
from mtadgat.reporting.profile_table import listed, profile_table, title


def profile(**parts) -> Profile:
    return replace(profile_of(read_series("demo", split="eval"), "eval"), **parts)


def test_the_demo_is_told_in_four_lines() -> None:
    assert title(profile()) == "Eval rows of demo-machine-1"
    assert dict(profile_table(profile())) == {
        "rows": "2,000, every 5 min, 2026-01-15 10:00 to 2026-01-22 08:35",
        "time": "column timestamp, no zone given",
        "labels": "column label: 330 anomalous rows (16.50%) in 8 events",
        "features": "8: requests, cpu, memory, network_in, network_out, disk_io, latency, errors",
    }


def test_gaps_are_told_with_the_longest() -> None:
    minutes = np.datetime64("2024-03-01T00:00", "ns") + np.timedelta64(1, "m") * np.delete(
        np.arange(100), range(20, 60)
    )
    gappy = Series(values=np.zeros((60, 1)), features=("a",), timestamps=minutes, clock=Clock("time", "+01:00"))
    assert dict(profile_table(profile_of(gappy, "train")))["gaps"] == (
        "1 of 40 missing rows (40 min) between 2024-03-01 01:19+01:00 and 2024-03-01 02:00+01:00; "
        "windows start anew after it"
    )


def test_rows_without_times_and_labels_without_anomalies_say_so() -> None:
    plain = Series(values=np.arange(20.0)[:, None], features=("a",), labels=np.zeros(20, dtype=bool))
    lines = dict(profile_table(profile_of(plain, "train")))
    assert lines == {
        "rows": "20",
        "time": "none: rows are in the order of the table",
        "labels": "no row is anomalous",
        "features": "1: a",
    }


def test_columns_that_were_left_out_stand_with_their_reason() -> None:
    left_out = {"Row": "a counter", "Index": "a counter", "category": "describes labels"}
    understood = profile_of(Series(np.zeros((5, 1)), ("a",), reading=Reading(left_out=left_out)), "train")
    assert dict(profile_table(understood))["left out"] == "Row, Index (a counter); category (describes labels)"


def test_long_lists_are_shortened() -> None:
    assert listed(list("abc"), 3) == "a, b, c"
    assert listed(list("abcdef"), 3) == "a, b and 4 more"
