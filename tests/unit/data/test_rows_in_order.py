"""What a user loses when these fail: a model of rows in the wrong order, or of NaN."""

from __future__ import annotations

import logging

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtadgat.data.rows import repaired, time_order
from mtadgat.errors import DataError
from mtadgat.reading import Notes
from mtadgat.series import Series

DAY = np.datetime64("2024-01-01", "ns")


def series(*columns: list[float], timestamps: np.ndarray | None = None) -> Series:
    names = tuple("abcdefgh"[: len(columns)])
    return Series(np.column_stack([np.array(column, dtype=float) for column in columns]), names, timestamps=timestamps)


def test_rows_that_stand_right_are_left_alone() -> None:
    assert time_order(np.array([1, 2, 5]), Notes("x")) is None


def test_rows_out_of_order_are_sorted_with_a_note(caplog: pytest.LogCaptureFixture) -> None:
    order = time_order(DAY + np.array([2, 0, 1]).astype("timedelta64[m]"), Notes("pump.csv"))
    assert order is not None
    assert order.tolist() == [1, 2, 0]
    assert "pump.csv: rows are not in time order; sorted" in caplog.text


def test_of_rows_with_the_same_time_the_last_is_kept_with_a_note(caplog: pytest.LogCaptureFixture) -> None:
    times = np.arange(20)
    times[7] = 6
    order = time_order(times, Notes("pump.csv"))
    assert order is not None
    assert order.tolist() == [row for row in range(20) if row != 6]
    assert "pump.csv: 1 rows have the time of a later row and are left out" in caplog.text


def test_many_rows_with_the_same_time_are_an_error() -> None:
    with pytest.raises(DataError) as error:
        time_order(np.repeat(np.arange(10), 3), Notes("fleet.csv"))
    assert str(error.value) == (
        "Expected one row for each time in fleet.csv; got 20 of 30 rows with the time of another, first 0. "
        "Write one table for each machine, one row for each time."
    )


@settings(deadline=None)
@given(times=st.lists(st.integers(-50, 10**6), min_size=1, max_size=60, unique=True))
def test_order_of_different_times_is_that_of_a_sort(times: list[int]) -> None:
    order = time_order(np.array(times), Notes("x"))
    assert [times[row] for row in (range(len(times)) if order is None else order)] == sorted(times)


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_finite_are_interpolated_with_a_note(
    wrong: float, caplog: pytest.LogCaptureFixture
) -> None:
    given_series = series([1, wrong, wrong, 4], [5, 6, 7, 8], [wrong, 2, 3, wrong])
    mended = repaired(given_series)
    assert mended.values.tolist() == [[1, 5, 2], [2, 6, 2], [3, 7, 3], [4, 8, 3]]
    assert "series: missing or infinite values interpolated: 2 in a, 2 in c" in caplog.text
    assert not np.isfinite(given_series.values).all(), "the input was changed"


def test_interpolation_follows_the_time_not_the_rows() -> None:
    times = DAY + np.array([0, 1, 10]).astype("timedelta64[m]")
    assert repaired(series([0, np.nan, 10], timestamps=times)).values[1, 0] == pytest.approx(1)
    assert repaired(series([0, np.nan, 10], timestamps=np.array([0, 5, 10]))).values[1, 0] == pytest.approx(5)


def test_what_was_invented_is_marked() -> None:
    assert repaired(series([1, 2], [3, 4])).missing is None
    mended = repaired(series([1, np.nan, 3], [np.inf, 2, 3]))
    assert mended.missing is not None
    assert mended.missing.tolist() == [[False, True], [True, False], [False, False]]


def test_column_without_a_finite_value_is_an_error_in_training() -> None:
    with pytest.raises(DataError) as error:
        repaired(series([1, 2], [np.nan, np.inf]), training=True)
    assert str(error.value) == (
        "Expected some finite value in each column of series; got none in ['b'] (2 rows). "
        "Leave them out with --ignore-columns b."
    )


def test_a_sensor_without_a_value_in_new_rows_is_missing_with_a_note(caplog: pytest.LogCaptureFixture) -> None:
    mended = repaired(series([1, 2], [np.nan, np.inf]))
    assert np.isfinite(mended.values).all()
    assert mended.missing is not None
    assert mended.missing.tolist() == [[False, True], [False, True]]
    assert "series: no value in any of the 2 rows of b: missing" in caplog.text
    assert "constant" not in caplog.text


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ([*range(10), *range(50, 60)], "gaps: 1 of 40 missing rows after 2024-01-01 00:09:00"),
        (
            [*range(10), *range(12, 20), *range(30, 60)],
            "gaps: 2 of 12 missing rows in all, the largest of 10 missing rows after 2024-01-01 00:19:00",
        ),
        ([*range(10), *range(11, 40)], "gaps: 1 of 1 missing row after 2024-01-01 00:09:00"),
    ],
)
def test_gaps_are_noted_with_their_count_the_largest_and_where(rows: list[int], text: str) -> None:
    times = DAY + np.array(rows) * np.timedelta64(1, "m")
    found = repaired(series(list(range(len(rows))), timestamps=times))
    assert [note.text for note in found.reading.notes] == [text]


@pytest.mark.parametrize("times", [np.arange(20), np.cumsum([1, 2, 1, 1, 2] * 8), np.array([3])])
def test_an_even_or_a_jittering_step_has_no_gaps(times: np.ndarray) -> None:
    assert repaired(series(list(range(len(times))), timestamps=times)).reading.notes == ()


def test_constant_columns_are_kept_with_a_note(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    assert repaired(series([1, 2], [3, 3])).features == ("a", "b")
    assert "series: constant, and kept: b" in caplog.text


@settings(deadline=None)
@given(
    st.lists(st.floats(-1e9, 1e9) | st.just(np.nan), min_size=1, max_size=40).filter(lambda x: not np.isnan(x).all())
)
def test_repair_is_finite_within_range_and_leaves_the_rest(column: list[float]) -> None:
    known = np.isfinite(column)
    mended = repaired(series(column)).values[:, 0]
    np.testing.assert_array_equal(mended[known], np.array(column)[known])
    assert np.isfinite(mended).all()
    assert mended.min() >= np.nanmin(column)
    assert mended.max() <= np.nanmax(column)
