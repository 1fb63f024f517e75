"""What is understood of a series before anything works on it."""

from __future__ import annotations

import json

import numpy as np
import pytest

from mtadgat import Series, read_series
from mtadgat.clock import Clock
from mtadgat.data.profile import profile_of, profiles_of
from mtadgat.reading import Note, Reading
from small_files import Write

MINUTES = np.datetime64("2024-03-01T00:00", "ns") + np.timedelta64(1, "m") * np.arange(100)


def series(**parts) -> Series:
    values = np.random.default_rng(0).normal(size=(100, 3))
    return Series(**{"values": values, "features": ("a", "b", "c"), "timestamps": MINUTES, **parts})


def test_rows_step_and_period_are_told_with_the_zone_of_the_file() -> None:
    profile = profile_of(series(clock=Clock("time", zone="Europe/Berlin")), "train")
    assert (profile.rows, profile.step, profile.regular, profile.dates) == (100, 60.0, True, True)
    assert (profile.first, profile.last) == ("2024-03-01 01:00+01:00", "2024-03-01 02:39+01:00")
    assert profile.zone == "Europe/Berlin"


def test_seconds_are_told_where_rows_have_them() -> None:
    assert profile_of(series(timestamps=MINUTES + np.timedelta64(5, "s")), "train").first == "2024-03-01 00:00:05"


def test_rows_without_times_have_no_period() -> None:
    profile = profile_of(series(timestamps=None), "train")
    assert (profile.first, profile.last, profile.gaps) == ("", "", ())
    assert np.isnan(profile.step)


@pytest.mark.parametrize(
    ("missing", "max_gap", "restarts"),
    [(40, 10, True), (10, 10, False), (11, 10, True), (3, 2, True), (40, None, False)],
)
def test_windows_start_anew_after_a_gap_that_is_longer_than_allowed(
    missing: int, max_gap: int | None, restarts: bool
) -> None:
    kept = np.delete(np.arange(100), np.arange(30, 30 + missing))
    (gap,) = profile_of(series(timestamps=MINUTES).at(kept), "train", max_gap=max_gap).gaps
    assert (gap.row, gap.missing, gap.restarts) == (30, missing, restarts)
    assert gap.after == "2024-03-01 00:29"


def test_gaps_of_whole_numbers_are_found_too() -> None:
    counts = np.concatenate([np.arange(50), np.arange(80, 130)])
    (gap,) = profile_of(series(timestamps=counts), "train").gaps
    assert (gap.row, gap.missing, gap.after, gap.before) == (50, 30, "49", "80")


def test_what_is_counted_is_no_further_note() -> None:
    reading = Reading(notes=(Note("gaps: 1", doubtful=True, counted=True), Note("sorted")))
    assert [note.text for note in profile_of(series(reading=reading), "train").further_notes] == ["sorted"]


def test_constant_empty_and_repaired_features_are_told() -> None:
    values = series().values.copy()
    values[:, 0] = 7
    missing = np.zeros_like(values, dtype=bool)
    missing[:, 1], missing[:25, 2] = True, True
    profile = profile_of(series(values=values, missing=missing), "train")
    assert (profile.constant, profile.empty) == (("a",), ("b",))
    assert [(each.name, each.missing) for each in profile.repaired] == [("c", 0.25)]


def test_invented_values_do_not_count_for_the_range_of_a_feature() -> None:
    values, missing = np.ones((100, 3)), np.zeros((100, 3), dtype=bool)
    values[0], missing[0] = 99, True
    assert profile_of(series(values=values, missing=missing), "train").constant == ("a", "b", "c")


def test_labels_are_counted_as_rows_and_events() -> None:
    labels = np.isin(np.arange(100), [3, 4, 50])
    profile = profile_of(series(labels=labels), "eval")
    assert (profile.anomalous, profile.events) == (3, 2)
    assert profile_of(series(), "eval").anomalous is None


def test_doubtful_notes_come_first_and_mark_the_feature_that_they_name() -> None:
    reading = Reading(notes=(Note("sorted"), Note("'b' only rises", doubtful=True)), left_out={"Row": "a counter"})
    profile = profile_of(series(reading=reading), "train")
    assert [note.text for note in profile.notes] == ["'b' only rises", "sorted"]
    assert (profile.suspicious, profile.doubtful) == (("b",), ("'b' only rises",))


def test_splits_of_the_same_rows_are_told_once() -> None:
    profiles = profiles_of({"train": series().rows(0, 50), "eval": series().rows(50), "new": series().rows(50)})
    assert [profile.splits for profile in profiles] == [("train",), ("eval", "new")]


def test_a_profile_is_plain_json() -> None:
    missing = np.zeros((100, 3), dtype=bool)
    missing[:, 1] = True
    stored = json.loads(json.dumps(profile_of(series(missing=missing), "train").to_dict(), allow_nan=False))
    assert stored["splits"] == ["train"]
    assert [feature["name"] for feature in stored["features"]] == ["a", "b", "c"]
    assert stored["features"][1]["low"] is None


def test_missing_cells_of_a_file_are_told(write: Write) -> None:
    rows = [f"2024-01-01 00:{minute:02d},{minute % 7},{'' if minute < 15 else minute % 5}" for minute in range(60)]
    profile = profile_of(read_series(write("x.csv", "\n".join(["time,a,b", *rows]))), "train")
    assert [(each.name, each.missing) for each in profile.repaired] == [("b", 0.25)]
