"""What a user loses when these fail: the first row, the names of the columns, or the whole file to a preamble."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkout import SHARED
from mtadgat.config import FileConfig
from mtadgat.data.formats.head import Head, read_head
from mtadgat.errors import DataError
from mtadgat.reading import Notes
from written_tables import ROWS, TIMES, VALUES, lines, read, rows, texts


def head_of(text: str, notes: Notes | None = None, **options: object) -> Head:
    return read_head(text, FileConfig(**options), notes or Notes("pump.csv"))


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("1,2\n3,4\n", (",", False)),
        ("cpu,mem\n3,4\n", (",", True)),
        ("datetime;a;b\n2020-01-01 00:00:00,5;1;2\n", (";", True)),
        ("2020-01-01 00:00:00,1,2\n", (",", False)),
        ("2020-01-01T00:00:00Z\t1\t2\n", ("\t", False)),
        ("nan,,1\n", (",", False)),
        ("cpu,404,500\n1,2,3\n", (",", True)),
        ("0,1,2,3\n5,5,5,5\n", (",", True)),
        (",0,1,2\n0,5,5,5\n", (",", True)),
        ("0,1,2\n5,5,5\n", (",", False)),
        ("0.5,?,0.7\n", (",", False)),
        ("1 2  3\n4 5 6\n", (" ", False)),
        ("0\n1\n", (",", False)),
        ("label\n1\n", (",", True)),
        ("Volume Flow\n1\n", (",", True)),
        ('"a,b";c\n1;2\n', (";", True)),
    ],
)
def test_delimiter_and_header_are_found_out(head: str, expected: tuple[str, bool]) -> None:
    assert (found := head_of(head)).delimiter == expected[0]
    assert (found.names is not None) == expected[1]


@pytest.mark.parametrize("name", ["\\t", "tab", "\t"])
def test_tab_can_be_named_on_a_command_line(name: str) -> None:
    assert head_of("a b\tc\n1\t2\n", delimiter=name).names == ("a b", "c")


HEADER, BODY = "time,a,b", rows()

PREAMBLES = {
    "comments": ("# exported by x", "# tz: UTC"),
    "slashes": ("// exported, by, x",),
    "percent signs": ("% exported by x", "%"),
    "semicolons": ("; exported by x, on; Monday",),
    "title": ("Pump 1", ""),
    "title and metadata": ("Report of pump 1", "Start,2024-03-01", "By: a, b, c, d", ""),
    "padded to the width": ("Report,,", ",,", "Date:,2024-03-01,"),
    "Excel's separator": ("sep=,",),
    "quoted separator": ('"sep=,"',),
}


@pytest.mark.parametrize("preamble", PREAMBLES.values(), ids=PREAMBLES)
def test_lines_before_the_table_are_skipped_and_said(preamble: tuple[str, ...]) -> None:
    frame, notes = read(lines(*preamble, HEADER, *BODY))
    assert list(frame.columns) == ["time", "a", "b"]
    np.testing.assert_allclose(frame[["a", "b"]], VALUES, atol=1e-4)
    assert "skipped; --skip-lines says otherwise" in texts(notes) or "line 1 says that ',' separates" in texts(notes)


@settings(max_examples=30)
@given(
    preamble=st.lists(st.text("abc XYZ:/", min_size=1).filter(lambda line: line.strip() != ""), max_size=30),
    sign=st.sampled_from(["# ", "// ", ""]),
)
def test_any_preamble_of_words_leaves_the_table_as_it_is(preamble: list[str], sign: str) -> None:
    frame, _ = read(lines(*(sign + line for line in preamble), HEADER, *BODY))
    assert list(frame.columns) == ["time", "a", "b"]
    assert len(frame) == ROWS


def test_preamble_may_be_longer_than_the_table() -> None:
    frame, _ = read(lines(*(f"setting {place}: {place * 7}" for place in range(ROWS + 10)), HEADER, *BODY))
    assert list(frame.columns) == ["time", "a", "b"]
    assert len(frame) == ROWS


UNITS = {
    "units": (",degC,%",),
    "units in brackets": ("[-],[degC],[-]",),
    "a plain number": ("s,1,bar",),
    "types": ("dateTime:RFC3339,double,long",),
    "units and aggregation": ("TS,Deg C,mV", ",Avg,Smp"),
}


@pytest.mark.parametrize("units", UNITS.values(), ids=UNITS)
def test_rows_of_units_are_left_out_and_said(units: tuple[str, ...]) -> None:
    frame, notes = read(lines(HEADER, *units, *BODY))
    assert len(frame) == ROWS
    np.testing.assert_allclose(frame[["a", "b"]], VALUES, atol=1e-4)
    assert f"line 2 holds units or types and no values, and is left out: {units[0]}" in texts(notes)


def test_logger_with_four_lines_of_header_is_read() -> None:
    head = ('"TOA5","CR1000X","1234","CR.Std"', '"TIMESTAMP","a","b"', '"TS","Deg C","mV"', '"","Avg","Smp"')
    frame, _ = read(lines(*head, *BODY))
    assert list(frame.columns) == ["TIMESTAMP", "a", "b"]
    assert len(frame) == ROWS


def test_two_columns_of_metadata_are_told_from_two_of_the_table() -> None:
    frame, _ = read(
        lines("Device,Pump 1", "Start,2024-03-01", "time,value", *(row.rpartition(",")[0] for row in BODY))
    )
    assert list(frame.columns) == ["time", "value"]
    assert len(frame) == ROWS


@pytest.mark.parametrize("line", ["# time,a,b", "#time,a,b", "% time,a,b", "// time, a, b"])
def test_header_may_be_a_comment(line: str) -> None:
    frame, notes = read(lines("# made by x" if line[0] == "#" else line[0] * 2, line, *BODY))
    assert list(frame.columns) == ["time", "a", "b"]
    assert "is a comment, and names the columns" in texts(notes)


@pytest.mark.parametrize("ends", [("", ","), (",", "")], ids=["rows", "header"])
def test_delimiter_at_the_end_of_some_lines_adds_no_column(ends: tuple[str, str]) -> None:
    frame, _ = read(lines(HEADER + ends[0], *(row + ends[1] for row in BODY)))
    assert list(frame.columns) == ["time", "a", "b"]


def test_row_names_of_r_are_left_out() -> None:
    frame, _ = read(lines('"time","a","b"', *(f'"{row}",{text}' for row, text in enumerate(BODY, start=1))))
    assert list(frame.columns) == ["time", "a", "b"]


@pytest.mark.parametrize("by_hand", [{"skip_lines": 2}, {"comment": "&"}])
def test_lines_to_skip_can_be_said(by_hand: dict[str, object]) -> None:
    frame, _ = read(lines("& time,a,b", "& 1,2,3", HEADER, *BODY), **by_hand)
    assert list(frame.columns) == ["time", "a", "b"]
    assert len(frame) == ROWS


def test_lines_to_skip_win_over_what_would_be_detected() -> None:
    assert list(read(lines("x,y,z", "p,q,r", HEADER, *BODY), skip_lines=1)[0].columns) == ["p", "q", "r"]


def test_more_lines_to_skip_than_there_are_is_an_error() -> None:
    with pytest.raises(DataError, match=r"^Expected rows in pump\.csv; got an empty table"):
        read(lines(HEADER, *BODY), skip_lines=1000)


@pytest.mark.parametrize(
    ("names", "columns"),
    [
        ("1,2,3", ["1", "2", "3"]),
        ("2019,2020,2021", ["2019", "2020", "2021"]),
        ("101,205,330", ["101", "205", "330"]),
        ('"3","2","1"', ["3", "2", "1"]),
        ("7,8", ["7", "8"]),
        ("0,1,2,3", ["feature_0", "feature_1", "feature_2", "feature_3"]),
        ("0,1,2", ["feature_0", "feature_1", "feature_2"]),
    ],
)
def test_whole_numbers_above_fractions_are_names(names: str, columns: list[str]) -> None:
    row = ",".join(["0.25"] * len(columns))
    frame, _ = read(lines(names, *[row] * 20))
    assert list(frame.columns) == columns
    assert len(frame) == 20


def test_whole_numbers_among_fractions_of_their_size_are_a_row_and_doubtful() -> None:
    text = lines("10,20,15", *(f"{row}.5,{row}.25,{row}.75" for row in range(ROWS)))
    frame, notes = read(text)
    assert len(frame) == ROWS + 1
    assert [note.text for note in notes.all if note.doubtful] == [
        "the first line, 10,20,15, is read as a row; --header true reads it as names"
    ]
    assert list(read(text, header=True)[0].columns) == ["10", "20", "15"]


def test_names_are_numbers_where_some_columns_hold_whole_numbers() -> None:
    frame, _ = read(lines("1,2,3,4", *["10.5,20.25,3,0"] * 20))
    assert list(frame.columns) == ["1", "2", "3", "4"]


def test_first_row_of_a_sine_and_a_cosine_is_a_row() -> None:
    angles = np.arange(1, ROWS) / 4
    frame, notes = read(lines("0,1", *(f"{np.sin(angle):.4g},{np.cos(angle):.4g}" for angle in angles)))
    assert len(frame) == ROWS
    assert notes.all[0].doubtful


def test_metadata_with_numbers_are_no_header() -> None:
    body = [row.partition(",")[2] for row in BODY]
    assert list(read(lines("Serial,12345", "flow,level", "m3/h,m", *body))[0].columns) == ["flow", "level"]


@pytest.mark.parametrize("index", [[], ["time,,"]])
def test_columns_of_several_levels_are_named_by_all(index: list[str]) -> None:
    frame, notes = read(lines(",cpu,cpu", ",user,sys", *index, *BODY))
    assert list(frame.columns)[1:] == ["cpu user", "cpu sys"]
    assert len(frame) == ROWS
    assert "names of several levels are put together: cpu user,cpu sys" in texts(notes)


def test_distinct_numbers_unlike_those_below_are_a_row_but_doubtful() -> None:
    frame, notes = read(lines("5,3,8,1", *(f"{row + 90},{row + 40},{row + 100},{row + 20}" for row in range(ROWS))))
    assert len(frame) == ROWS + 1
    assert notes.all[0].doubtful


def test_header_can_be_denied() -> None:
    assert len(read(lines("1,2,3", *["0.5,0.5,0.5"] * 20), header=False)[0]) == 21


def test_words_that_occur_again_below_are_no_header() -> None:
    assert len(read(lines(*["1,2,normal", "2,3,attack"] * 10))[0]) == 20


@pytest.mark.parametrize(("header", "names"), [('time, "a" ,b', ["time", "a", "b"]), ('"time","a\n(x)",b', None)])
def test_names_are_without_blanks_and_quotes(header: str, names: list[str] | None) -> None:
    assert list(read(lines(header, *BODY))[0].columns) == (names or ["time", "a\n(x)", "b"])


@pytest.mark.parametrize(
    ("case", "columns", "count"),
    [
        ("preamble/comment", ["time", "a", "b", "c", "d"], 400),
        ("preamble/panel", ["Time", "cpu", "mem", "net"], 400),
        ("preamble/unitrow", ["time", "a", "b", "c", "d"], 400),
        ("preamble/influx", ["_time", "user", "sys"], 200),
        ("numeric_header/x", ["1", "2", "3", "4"], 400),
        ("counter_unnamed/x", ["time", "a", "b", "c", "d"], 400),
        ("decimal_comma/opc", ["Timestamp", "TI101", "PI102", "FI103", "LI104"], 400),
        ("decimal_comma/x", ["feature_0"], 400),
    ],
)
def test_public_exports_are_read(case: str, columns: list[str], count: int) -> None:
    file = SHARED / "cases" / "reading" / f"{case}.csv"
    if not file.is_file():
        pytest.skip(f"the export is absent: no file {file}")
    frame, _ = read(file.read_bytes())
    assert list(frame.columns) == columns
    assert len(frame) == count
    last = {"d": 39.9317, "net": 30.0348, "sys": 20.0088, "4": 39.9317, "LI104": 39.9317, "feature_0": 10.0}
    assert frame.iloc[0, -1] == last[columns[-1]]


def test_times_of_the_rows_are_kept() -> None:
    assert read(lines("# x", HEADER, ",degC,%", *BODY))[0]["time"].astype(str).tolist() == list(TIMES)
