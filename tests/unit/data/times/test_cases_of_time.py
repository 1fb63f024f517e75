"""What a user loses when these fail: rows and bounds of files that real programs wrote."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from checkout import SHARED
from mtadgat.data.reader import read_series

CASES = SHARED / "cases" / "reading"

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason=f"cases are absent: no folder {CASES}")


def file(name: str) -> str:
    return str(Path(CASES, name))


def test_bound_without_a_zone_is_in_that_of_the_file() -> None:
    assert len(read_series(file("utc_bounds/x.csv"), train_end="2024-03-01T02:00")) == 120
    assert len(read_series(file("utc_bounds/x.csv"), train_end="2024-03-01T02:00Z")) == 180


def test_hour_that_comes_twice_keeps_its_row() -> None:
    series = read_series(file("dst_hour/x.csv"))
    assert len(series) == 400
    assert series.timestamps is not None
    assert np.unique(np.diff(series.timestamps)).tolist() == [3600 * 10**9]
    assert any("--time-zone Europe/Berlin" in note.text for note in series.reading.notes)
    local = series.clock.written(series.timestamps).astype(str).tolist()
    assert local.count("2024-10-27 02:00:00") == 2


def test_date_and_time_of_day_in_two_columns_are_the_time() -> None:
    path = file("date_and_time_columns/WADI_14days_new.csv")
    for options in ({}, {"time_column": "Date,Time"}, {"time_column": "Date"}, {"time_column": "Time"}):
        series = read_series(path, **options)
        assert (len(series), len(series.features)) == (400, 4)
        assert series.timestamps is not None
        assert series.timestamps[0] == np.datetime64("2017-10-09T18:00:00")
        assert np.unique(np.diff(series.timestamps)).tolist() == [10**9]


def test_day_first_with_blanks_and_halves_of_the_day() -> None:
    series = read_series(file("swat_time_and_typo/swat.csv"), split="eval")
    assert series.timestamps is not None
    assert series.timestamps[0] == np.datetime64("2015-12-28T10:00:00")
    assert np.unique(np.diff(series.timestamps)).tolist() == [10**9]
    assert (len(series), series.labels is not None and int(series.labels.sum())) == (400, 20)
    assert series.reading.options["day_first"] is True


@pytest.mark.parametrize(
    ("name", "unit", "first"),
    [("x.parquet", "ns", "2024-03-01T00:00:00"), ("1_0_100000_14.csv", "s", "2018-06-14T09:53:20")],
)
def test_numbers_since_1970_under_another_name_are_the_time(name: str, unit: str, first: str) -> None:
    series = read_series(file(f"counter_epoch_other_name/{name}"))
    assert series.timestamps is not None
    assert (series.clock.unit, str(series.timestamps[0])[:19]) == (unit, first)
    assert not {"t", "event_ts"} & set(series.features)
