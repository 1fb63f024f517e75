"""What a user loses when these fail: rows that are trained on and evaluated as well."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtadgat.clock import Clock
from mtadgat.config import DataConfig
from mtadgat.data.rows import row_of, split_rows
from mtadgat.errors import DataError
from mtadgat.series import Series

TIMES = np.datetime64("2024-01-01", "ns") + np.arange(10) * np.timedelta64(1, "h")
ROWS = Series(np.arange(10.0)[:, None], ("a",))
TIMED = Series(np.arange(10.0)[:, None], ("a",), timestamps=TIMES)


def rows(split: str, one_table: bool = True, series: Series = TIMED, **options: str) -> list[int]:
    part = split_rows(series, split, DataConfig(**options), one_table=one_table)
    return part.values[:, 0].astype(int).tolist()


@pytest.mark.parametrize("split", ["train", "eval", "new"])
@pytest.mark.parametrize("one_table", [True, False])
def test_without_bounds_every_part_is_whole(split: str, one_table: bool) -> None:
    assert rows(split, one_table) == list(range(10))


@pytest.mark.parametrize("boundary", ["6", "-4", "2024-01-01 06:00", "2024-01-01T05:30", "2024-01-01T07:00+01:00"])
@pytest.mark.parametrize("option", ["train_end", "eval_start"])
def test_single_table_is_train_before_the_boundary_and_eval_and_new_after(boundary: str, option: str) -> None:
    assert rows("train", **{option: boundary}) == [0, 1, 2, 3, 4, 5]
    assert rows("eval", **{option: boundary}) == [6, 7, 8, 9]
    assert rows("new", **{option: boundary}) == [6, 7, 8, 9]


def test_bounds_narrow_the_parts_of_a_single_table() -> None:
    options = {"train_start": "1", "train_end": "4", "eval_start": "5", "eval_end": "7", "new_start": "8"}
    assert rows("train", **options) == [1, 2, 3]
    assert rows("eval", **options) == [5, 6]
    assert rows("new", **options) == [8, 9]


def test_parts_of_their_own_are_cut_each_by_its_own_bounds() -> None:
    options = {"train_end": "4", "eval_start": "7", "new_end": "2"}
    assert rows("train", one_table=False, **options) == [0, 1, 2, 3]
    assert rows("eval", one_table=False, **options) == [7, 8, 9]
    assert rows("new", one_table=False, **options) == [0, 1]


@settings(deadline=None)
@given(bound=st.integers(-25, 25))
def test_rows_count_like_slices(bound: int) -> None:
    assert list(range(10))[row_of(str(bound), ROWS, "x") :] == list(range(10))[bound:]


@settings(deadline=None)
@given(boundary=st.integers(-9, 9).filter(bool))
def test_train_and_eval_of_a_single_table_share_no_row_and_miss_none(boundary: int) -> None:
    options = {"train_end": str(boundary)}
    assert rows("train", **options) + rows("eval", **options) == list(range(10))


def test_part_without_rows_is_an_error() -> None:
    with pytest.raises(DataError) as error:
        rows("eval", eval_start="10")
    assert str(error.value) == (
        "Expected rows between 10 and the last in the eval split of series; "
        "got none of its 10 rows, 2024-01-01 00:00:00 to 2024-01-01 09:00:00. Check --eval-start."
    )


def test_time_for_rows_without_times_is_an_error() -> None:
    with pytest.raises(DataError) as error:
        rows("train", series=ROWS, train_end="2024-01-01")
    assert (
        str(error.value) == "Expected a row for --train-end: series has no dates; got '2024-01-01'. Give an integer."
    )


@pytest.mark.parametrize(
    "bound",
    [
        *("later", "today", "now", "tomorrow", "NaT", "nan", "inf", "0.5", "3e1", "-"),
        *("12:00", "T06:00", "06:00:00", "March", "01/02/2024", "1.2.2024", "2024-01", "2024-1-1"),
        *("2024-02-30", "2024-01-01 25:00", "2024-01-01 now", "2024-01-01 06:00 Europe/Berlin", "0001-01-01"),
    ],
)
@pytest.mark.parametrize("option", ["train_start", "train_end"])
def test_bound_that_is_neither_row_nor_full_time_is_an_error(bound: str, option: str) -> None:
    with pytest.raises(DataError) as error:
        rows("train", **{option: bound})
    assert str(error.value) == (
        f"Expected a whole row, or a time with year, month and day, for --{option.replace('_', '-')}; got {bound!r}. "
        "Write it as the start of 2024 is written: 2024-01-01, or 2024-01-01 00:00."
    )


@pytest.mark.parametrize("option", ["train_start", "train_end", "eval_start", "eval_end", "new_start", "new_end"])
def test_empty_bound_counts_as_not_given(option: str) -> None:
    for split in ("train", "eval", "new"):
        assert rows(split, **{option: ""}) == list(range(10))


@pytest.mark.parametrize("boundary", ["10", "400", "20240301", "2024-01-01 09:00:01", "2030-01-01"])
@pytest.mark.parametrize("option", ["train_end", "eval_start"])
def test_boundary_behind_the_last_row_of_a_single_table_is_an_error(boundary: str, option: str) -> None:
    with pytest.raises(DataError) as error:
        rows("train", **{option: boundary})
    assert str(error.value) == (
        f"Expected --{option.replace('_', '-')} at or before the last row of series, so that rows are left to "
        f"evaluate; got {boundary!r} behind its 10 rows, 2024-01-01 00:00:00 to 2024-01-01 09:00:00. "
        f"Give another, or leave out --{option.replace('_', '-')} to train on all rows."
    )
    for split in ("eval", "new"):
        with pytest.raises(DataError, match="got none of its 10 rows"):
            rows(split, **{option: boundary})


@pytest.mark.parametrize(
    ("bounds", "noted"),
    [
        ({"eval_start": "2023-12-31"}, "--eval-start 2023-12-31"),
        ({"eval_end": "2024-01-02"}, "--eval-end 2024-01-02"),
        ({"eval_end": "11"}, "--eval-end 11"),
        ({"eval_start": "-11"}, "--eval-start -11"),
        ({"eval_start": "2024-01-01"}, ""),
        ({"eval_end": "10"}, ""),
        ({"eval_end": "2024-01-01 08:59"}, ""),
    ],
)
def test_bound_outside_the_data_that_changes_nothing_is_noted(bounds: dict[str, str], noted: str) -> None:
    part = split_rows(TIMED, "eval", DataConfig(**bounds), one_table=False)
    extent = "10 rows, 2024-01-01 00:00:00 to 2024-01-01 09:00:00"
    expected = [f"{noted} lies outside of its {extent}, and changes nothing"] if noted else []
    assert [note.text for note in part.reading.notes if note.doubtful] == expected


ZONED = replace(TIMED, clock=Clock(zone="+01:00"))


@pytest.mark.parametrize(
    "bound", ["2024-01-01 07:00", "2024-01-01T07:00+01:00", "2024-01-01T06:00Z", "2024-01-01T08:00+02:00"]
)
def test_bound_without_a_zone_is_in_that_of_the_times_and_one_with_a_zone_is_converted(bound: str) -> None:
    assert rows("train", series=ZONED, train_end=bound) == [0, 1, 2, 3, 4, 5]


def test_bound_in_the_hour_that_comes_twice_is_the_first_and_one_that_is_skipped_is_the_next_hour() -> None:
    for start, bound, row in (("2024-10-26T22", "2024-10-27 02:00", 2), ("2024-03-30T22", "2024-03-31 02:30", 3)):
        times = np.datetime64(start, "ns") + np.arange(10) * np.timedelta64(1, "h")
        series = Series(np.zeros((10, 1)), ("a",), timestamps=times, clock=Clock(zone="Europe/Berlin"))
        assert row_of(bound, series, "train-end") == row


def test_zone_of_a_bound_for_times_without_one_is_told(caplog: pytest.LogCaptureFixture) -> None:
    assert row_of("2024-01-01T07:00+01:00", TIMED, "train-end") == 6
    assert "its times name no zone; --train-end 2024-01-01T07:00+01:00 is taken in UTC" in caplog.text
