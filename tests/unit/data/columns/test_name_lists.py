"""What a user loses when these fail: a column that was named and is not found, or another one in its place."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtadgat.data.columns.name_lists import column_named, name_list, named_columns, option_line, typed

COLUMNS = ["time", 'up{host="a",job="n"}', "load", "load,1", "o'k", "a b", "3", "Temp (°C), inlet"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("load", ["load"]),
        ("load,1", ["load,1"]),
        ("load, time", ["load", "time"]),
        (' up{host="a",job="n"} ,o\'k', ['up{host="a",job="n"}', "o'k"]),
        ("'load',time", ["load", "time"]),
        ('"load,1"', ["load,1"]),
        ("a b,load", ["a b", "load"]),
        ("3", ["3"]),
        ("0,2", ["time", "load"]),
        ("Temp (°C), inlet,load", ["Temp (°C), inlet", "load"]),
        ("load,load,", ["load"]),
        ("", []),
        (None, []),
    ],
)
def test_names_are_found_as_the_table_has_them(text: str | None, names: list[str]) -> None:
    assert named_columns(text, COLUMNS) == (tuple(names), ())


@pytest.mark.parametrize("absent", ["lod", 'down{host="a",job="n"}', "17", "loads", "x(1,2)"])
def test_an_item_that_is_no_column_stays_whole(absent: str) -> None:
    assert named_columns(f"load,{absent},time", COLUMNS) == (("load", "time"), (absent,))


def test_names_of_other_tables_are_neither_here_nor_absent() -> None:
    assert named_columns("label,a,load", COLUMNS, ["label,a"]) == (("load",), ())


def test_positions_may_be_out_of_the_question() -> None:
    assert column_named("1", ["a", "b"], positions=False) is None
    assert named_columns("1", ["a", "b"], positions=False) == ((), ("1",))


NAMES = st.text(st.sampled_from("ab ,'\"{}()[]1=°-$`\\"), min_size=1, max_size=5)
NAMES = NAMES.map(str.strip).filter(lambda name: bool(name) and name[0] != "," and not name.isdecimal())


@given(columns=st.lists(NAMES, min_size=1, max_size=6, unique=True), data=st.data())
def test_a_line_that_is_pasted_into_a_shell_names_the_columns_that_it_was_made_for(
    columns: list[str], data: st.DataObject
) -> None:
    chosen = data.draw(st.lists(st.sampled_from(columns), min_size=1, unique=True))
    line = shlex.split(option_line("--ignore-columns", chosen, columns))
    text = line[0].partition("=")[2] if len(line) == 1 else line[1]
    assert set(named_columns(text, columns).columns) == set(chosen)


def test_a_list_that_reads_as_nothing_is_written_in_positions() -> None:
    assert name_list(["none"], ["a", "none"]) == "1"


def test_a_value_that_begins_with_a_minus_is_typed_with_an_equals_sign() -> None:
    assert typed("--anomalous-labels", "-1") == "--anomalous-labels=-1"
    assert typed("--anomalous-labels", "A B") == "--anomalous-labels 'A B'"
