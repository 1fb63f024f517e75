"""What a user loses when these fail: rows of a table in the order of time, and columns that nobody reads in vain."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtadgat.config import DataConfig
from mtadgat.data.open_table import OpenTable
from mtadgat.errors import DataError
from mtadgat.reading import Known

TIMES = pd.date_range("2024-01-01", periods=5, freq="min")
ROWS = pd.DataFrame({"time": TIMES, "a": [1.0, 2, 3, 4, 5], "label": [0, 0, 1, 0, 0], "b": [5.0, 5, 5, 5, 6]})


class Held:
    """A stored table that is held in memory, and remembers which columns were read."""

    def __init__(self, frame: pd.DataFrame, **types: str) -> None:
        self._frame, self._types = frame, types
        self.asked: list[list[str]] = []
        self.rows_read: list[int] = []

    @property
    def columns(self) -> Mapping[str, str]:
        return {str(column): self._types.get(str(column), "double") for column in self._frame}

    def values(self, column: str) -> Sequence[object]:
        return list(self._frame[column].unique())

    def read(self, columns: Sequence[str], only: Mapping[str, Sequence[object]] | None = None) -> pa.Table:
        self.asked.append(list(columns))
        frame = self._frame
        for column, values in (only or {}).items():
            frame = frame[frame[column].isin(values)]
        self.rows_read.append(len(frame))
        return pa.Table.from_pandas(frame[list(columns)], preserve_index=False)


def opened(table: Held, **options: str) -> OpenTable:
    return OpenTable(table, "pump", DataConfig(fpath="main.plant.pump", **options))


@given(order=st.permutations(range(5)))
def test_whatever_the_order_of_rows_the_series_is_the_same(order: list[int]) -> None:
    rows = opened(Held(ROWS.iloc[order])).rows
    assert rows.timestamps is not None
    np.testing.assert_array_equal(rows.timestamps, TIMES.to_numpy())
    assert rows.values.tolist() == ROWS[["a", "b"]].to_numpy().tolist()
    assert rows.labels is not None
    assert rows.labels.tolist() == [False, False, True, False, False]


@pytest.mark.parametrize("ignored", ["label,b", "2,3", "label,3"])
def test_ignored_columns_are_not_read_whether_named_or_counted(ignored: str) -> None:
    table = Held(ROWS)
    rows = opened(table, ignore_columns=ignored).rows
    assert table.asked == [["time", "a"]]
    assert rows.features == ("a",)


def test_positions_of_other_options_count_the_columns_that_are_ignored_too() -> None:
    table = Held(ROWS.rename(columns={"time": "t", "label": "state"}))
    rows = opened(table, ignore_columns="1", time_column="0", label_column="2").rows
    assert table.asked == [["t", "state", "b"]]
    assert rows.features == ("b",)
    assert rows.labels is not None


def test_the_table_is_read_once() -> None:
    table = Held(ROWS)
    source = opened(table)
    assert source.rows is source.rows
    assert len(table.asked) == 1


def test_without_a_time_the_rows_have_no_order() -> None:
    with pytest.raises(DataError) as error:
        _ = opened(Held(ROWS.drop(columns="time"))).rows
    assert str(error.value) == (
        "Expected a column with the time of each row in main.plant.pump, as rows of a table have no other order; "
        "got a, b. Name it with --time-column, or read a view that has one."
    )


def test_equal_rows_are_read_once_with_a_note(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    rows = opened(Held(pd.concat([ROWS, ROWS.iloc[1:4], ROWS.iloc[2:3]]))).rows
    assert rows.values[:, 0].tolist() == [1, 2, 3, 4, 5]
    assert "main.plant.pump: 4 rows that are there more than once are left out" in caplog.text


def test_missing_values_do_not_make_equal_rows_differ() -> None:
    gap = ROWS.assign(a=[1.0, np.nan, 3, 4, 5])
    assert len(opened(Held(pd.concat([gap, gap]))).rows.values) == 5


@pytest.mark.parametrize("column", ["a", "label"])
def test_rows_of_the_same_time_that_differ_are_an_error(column: str) -> None:
    other = ROWS.iloc[2:4].assign(**{column: 1})
    with pytest.raises(DataError, match=r"got [12] of 7 rows that differ .* first 2024-01-01T00:0[23].*Read a view"):
        _ = opened(Held(pd.concat([ROWS, other]))).rows


def test_a_nested_column_is_an_error_before_anything_is_read() -> None:
    table = Held(ROWS, a="array<double>", b="decimal(10,2)")
    with pytest.raises(DataError) as error:
        _ = opened(table).rows
    assert str(error.value) == (
        "Expected columns of numbers, times or text in main.plant.pump; got 'a' of type array<double>. "
        "Leave them out with --ignore-columns a, or read a view that unfolds them."
    )
    assert table.asked == []
    assert opened(table, ignore_columns="a").rows.features == ("b",)


def test_a_table_without_rows_is_an_error() -> None:
    with pytest.raises(DataError, match=r"Expected rows in main\.plant\.pump; got an empty table\."):
        _ = opened(Held(ROWS.iloc[:0])).rows


@pytest.mark.parametrize(("option", "value"), [("layout", "telemanom"), ("entity", "pump-1")])
def test_a_layout_of_files_and_an_entity_are_refused(option: str, value: str) -> None:
    with pytest.raises(DataError, match=f"main.plant.pump; got '{value}'|--layout {value}; got the table"):
        _ = opened(Held(ROWS), **{option: value}).rows


MACHINES = pd.concat([ROWS.assign(machine=1), ROWS.assign(machine=2, a=[2.0, 1, 4, 3, 7])])


def test_one_machine_of_a_table_is_read_and_no_rows_of_others() -> None:
    table = Held(MACHINES.sample(frac=1, random_state=0))
    source = opened(table, entity_column="machine", entity="2")
    assert source.entities == ("1", "2")
    assert source.rows.values[:, 0].tolist() == [2, 1, 4, 3, 7]
    assert source.rows.features == ("a", "b")
    assert source.entity == "2"
    assert table.rows_read == [5]


def test_machines_of_a_table_are_chosen_like_those_of_a_file() -> None:
    with pytest.raises(DataError) as error:
        _ = opened(Held(MACHINES), entity_column="machine").rows
    assert str(error.value) == "Expected one entity of main.plant.pump; got 2: 1, 2. Pick one with --entity."
    with pytest.raises(DataError, match=r"Expected one of 1, 2, in main\.plant\.pump; got '3'\. Correct --entity\.$"):
        _ = opened(Held(MACHINES), entity_column="machine", entity="3").rows
    with pytest.raises(DataError, match=r"an entity column 'machin' .* \(did you mean 'machine'\?\)"):
        _ = opened(Held(MACHINES), entity_column="machin", entity="3").rows
    assert opened(Held(MACHINES[:5]), entity_column="machine").entity == "1"


def test_rows_of_no_machine_in_a_table_are_left_out() -> None:
    rows = MACHINES.assign(machine=[1.0, 1, 1, np.nan, 1, 2, 2, 2, 2, 2])
    source = opened(Held(rows), entity_column="machine", entity="1")
    assert len(source.rows.values) == 4
    assert "rows without a value in the entity column 'machine' are left out" in str(source.rows.reading.notes)


@given(order=st.permutations(range(40)))
@settings(max_examples=20)
def test_the_order_in_which_a_store_gives_rows_says_nothing_about_columns(order: list[int]) -> None:
    steps = np.arange(40)
    rows = pd.DataFrame({"time": pd.date_range("2024-01-01", periods=40, freq="h"), "a": np.cos(1.3 * steps)})
    rows = rows.assign(b=np.sin(steps), shift=steps // 10 % 2)
    in_order, given_rows = opened(Held(rows)).rows, opened(Held(rows.iloc[order])).rows
    partitioned = opened(Held(rows.sort_values("shift", kind="stable"))).rows
    for read in (given_rows, partitioned):
        assert read.features == in_order.features
        np.testing.assert_array_equal(read.values, in_order.values)


@pytest.mark.parametrize("options", [{}, {"time_zone": "Europe/Berlin"}])
def test_hour_that_comes_twice_is_an_error_as_rows_have_no_order(options: dict[str, str]) -> None:
    moments = pd.date_range("2024-10-26T22:00", periods=5, freq="h", tz="UTC")
    wall = Held(ROWS.assign(time=moments.tz_convert("Europe/Berlin").tz_localize(None)))
    with pytest.raises(DataError, match="2024-10-27 02:00:00, which clocks in Europe/Berlin show twice"):
        opened(wall, **options).rows  # noqa: B018
    assert opened(Held(ROWS.assign(time=moments.tz_convert("Europe/Berlin")))).rows.clock.zone == "Europe/Berlin"
    with pytest.raises(DataError, match="one row for each time"):
        opened(wall, time_zone="UTC").rows  # noqa: B018


def test_a_table_is_read_as_a_model_remembers_and_only_once() -> None:
    table = Held(ROWS.rename(columns={"time": "t", "label": "state"}))
    known = Known(("a", "b"), {"time_column": "t", "label_column": "state"})
    remembered = opened(table).knowing(known)
    assert remembered.rows.features == ("a", "b")
    assert (remembered.rows.reading.time, remembered.rows.reading.label) == ("t", "state")
    assert remembered.knowing(known) is remembered
    assert remembered.knowing(Known(("a",), {})) is remembered
    assert len(table.asked) == 1


def test_columns_are_carried_along_in_the_order_of_time_though_they_are_ignored() -> None:
    table = Held(ROWS.assign(note=list("vwxyz")).iloc[[3, 1, 4, 0, 2]], note="string")
    source = OpenTable(table, "pump", DataConfig(fpath="main.plant.pump", ignore_columns="note,b"), carry="note,b")
    assert source.rows.features == ("a",)
    assert source.rows.carried is not None
    assert source.rows.carried["note"].tolist() == list("vwxyz")
    assert source.rows.carried["b"].tolist() == ROWS["b"].tolist()


def test_equal_rows_with_other_columns_to_carry_along_are_an_error() -> None:
    twice = pd.concat([ROWS.assign(note="x"), ROWS.iloc[:1].assign(note="y")])
    config = DataConfig(fpath="main.plant.pump", ignore_columns="note")
    assert len(OpenTable(Held(twice, note="string"), "pump", config).rows.values) == 5
    with pytest.raises(DataError, match="1 of 6 rows that differ from another of the same time"):
        _ = OpenTable(Held(twice, note="string"), "pump", config, carry="note").rows
