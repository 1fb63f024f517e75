"""What a user loses when these fail: a counter becomes a feature, or a sensor is left out."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtadgat.data.formats.index_columns import without_index
from mtadgat.reading import Notes
from written_tables import texts

ROWS = 12
COUNTERS = {
    "from 0": np.arange(ROWS),
    "from 1": np.arange(1, ROWS + 1),
    "as fractions": np.arange(ROWS) * 1.0,
    "after filtering": np.array([0, 1, 4, 5, 7, 8, 11, 30, 31, 90, 91, 95]),
    "in each chunk": np.arange(ROWS) % 4,
    "in each chunk from 1": np.arange(ROWS) % 5 + 1,
}
NAMES = ["", "Unnamed: 0", "Unnamed: 0.1", "Unnamed: 3", "index", "level_0", "__index_level_0__", "Index", "rownames"]
SENSOR = np.linspace(1.5, 9.25, ROWS)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("counter", COUNTERS.values(), ids=COUNTERS)
@pytest.mark.parametrize("place", [0, 1])
def test_counters_are_left_out_wherever_they_stand(name: str, counter: np.ndarray, place: int) -> None:
    frame, notes = pd.DataFrame({"a": SENSOR}), Notes("x")
    frame.insert(place, name, counter)
    assert list(without_index(frame, notes).columns) == ["a"]
    assert "counts the rows and is left out" in texts(notes)


@settings(max_examples=20)
@given(trips=st.integers(1, 4), chunks=st.sampled_from([ROWS, 5]))
def test_round_trips_through_pandas_add_no_feature(trips: int, chunks: int) -> None:
    frame = pd.DataFrame({"a": SENSOR, "b": SENSOR[::-1]})
    for _ in range(trips):
        text = "".join(
            frame[start : start + chunks].reset_index(drop=True).to_csv(header=start == 0)
            for start in range(0, ROWS, chunks)
        )
        frame = pd.read_csv(io.StringIO(text))
    assert list(without_index(frame, Notes("x")).columns) == ["a", "b"]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("index", [3, 1, 2]),
        ("index", [0.5, 1.5, 2.5]),
        ("", [1, 1, 2]),
        ("", [-1, 0, 1]),
        ("Unnamed: 0", [0.5, 1.5, 2.5]),
        ("sensor", [0, 1, 2]),
        ("index_level", [0, 1, 2]),
    ],
)
def test_what_does_not_count_the_rows_stays(name: str, values: list[float]) -> None:
    frame, notes = pd.DataFrame({name: values, "a": [1.5, 2.5, 3.5]}), Notes("x")
    assert list(without_index(frame, notes).columns) == [name, "a"]
    assert not notes.all


def test_shuffled_numbers_without_a_name_are_left_out() -> None:
    assert list(without_index(pd.DataFrame({"Unnamed: 0": [3, 1, 2], "a": [1.5, 2.5, 3.5]}), Notes("x")).columns) == [
        "a"
    ]


def test_the_only_column_is_never_left_out() -> None:
    assert list(without_index(pd.DataFrame({"index": [0, 1, 2]}), Notes("x")).columns) == ["index"]
