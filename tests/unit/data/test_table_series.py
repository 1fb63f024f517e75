"""A messy table becomes the series that its orderly file would have been, at every door."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from mtadgat import read_series
from mtadgat.config import FileConfig
from mtadgat.data.table_series import series_of
from mtadgat.reading import Known, Notes
from mtadgat.series import Series

TIMES = pd.date_range("2024-03-01", periods=30, freq="min")


def orderly() -> pd.DataFrame:
    steps = np.arange(30.0)
    return pd.DataFrame({"timestamp": TIMES, "a": np.sin(steps), "b": steps**2 % 7})


def messy() -> pd.DataFrame:
    table = orderly()
    table["a"] = table["a"].astype(str)
    table.loc[4, "b"] = np.nan
    table.loc[9, "b"] = np.inf
    repeated = pd.concat([table.iloc[[3]].assign(b=99.0), table.iloc[::-1]], ignore_index=True)
    return repeated.assign(label=0)[["b", "label", "timestamp", "a"]]


def assert_same(one: Series, other: Series) -> None:
    for name in ("values", "timestamps", "missing"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert one.features == other.features


def test_a_data_frame_is_read_as_the_file_that_holds_it(write: Callable[..., str]) -> None:
    path = write("plant.csv", messy().to_csv(index=False))
    assert_same(read_series(messy()), read_series(path))
    assert_same(read_series(messy(), split="new", train_end="10"), read_series(path, split="new", train_end="10"))
    assert_same(series_of(messy(), FileConfig(), Notes("request")), read_series(path))


def test_rows_are_sorted_the_last_of_a_time_is_kept_and_missing_values_are_marked() -> None:
    series = read_series(messy())
    expected = orderly()
    assert series.features == ("b", "a")
    np.testing.assert_array_equal(series.values[:, 1], expected["a"])
    assert series.missing is not None
    assert np.argwhere(series.missing).tolist() == [[4, 0], [9, 0]]
    measured = ~series.missing[:, 0]
    np.testing.assert_array_equal(series.values[measured, 0], expected["b"][measured])
    assert series.positions is not None
    assert series.positions.tolist() == list(range(30, 0, -1))
    assert series.source == ""


@pytest.mark.parametrize("name", [None, "when", "ts"])
def test_an_index_of_dates_is_the_time(name: str | None) -> None:
    frame = orderly().set_index("timestamp").rename_axis(name)
    assert_same(read_series(frame), read_series(orderly()))


def test_numbers_of_rows_that_were_chosen_are_no_column() -> None:
    series = read_series(orderly().iloc[10:20])
    assert series.features == ("a", "b")
    assert series.positions is not None
    assert series.positions.tolist() == list(range(10))


@pytest.mark.parametrize(
    ("cells", "options"),
    [
        ({3: "Bad"}, {"missing_words": "Bad"}),
        ({3: "?", 5: ""}, {}),
        ({3: "NA"}, {}),
        ({3: "-999"}, {"missing_words": "-999"}),
        ({3: "-inf"}, {}),
    ],
)
def test_words_in_a_data_frame_are_read_as_in_a_file(
    write: Callable[..., str], cells: dict[int, str], options: dict[str, object]
) -> None:
    frame = orderly().assign(a=orderly()["a"].round(4).astype(str))
    for row, cell in cells.items():
        frame.loc[row, "a"] = cell
    path = write("plant.csv", frame.to_csv(index=False))
    assert_same(read_series(frame, **options), read_series(path, **options))
    assert read_series(frame, **options).missing is not None


def test_a_number_that_stands_for_missing_values_does_so_for_a_model_too() -> None:
    frame = orderly()
    frame.loc[[3, 7], "a"] = -999.0
    known = Known(("a", "b"), {"missing_words": "-999"})
    series = read_series(frame, known=known)
    assert series.missing is not None
    assert np.argwhere(series.missing).tolist() == [[3, 0], [7, 0]]


def test_a_decimal_comma_is_read_in_a_data_frame() -> None:
    frame = orderly().assign(a=orderly()["a"].round(4).astype(str).str.replace(".", ","))
    np.testing.assert_allclose(read_series(frame, decimal=",").values[:, 0], orderly()["a"].round(4))
