"""What a user loses when these fail: columns or rows of a text file, without a word."""

from __future__ import annotations

import logging

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from mtadgat.config import FileConfig
from mtadgat.data.formats.delimited import read_delimited
from mtadgat.errors import DataError
from mtadgat.reading import Notes


def read(content: bytes, name: str = "pump.csv", **options: object) -> pd.DataFrame:
    return read_delimited(content, FileConfig(**options), Notes(name)).frame


NUMBERS = arrays.arrays(
    np.float64, st.tuples(st.integers(1, 6), st.integers(2, 6)), elements=st.floats(-1e6, 1e6, allow_subnormal=False)
)


@settings(deadline=None)
@given(values=NUMBERS, delimiter=st.sampled_from([",", ";", "\t", "|", " ", "   "]), header=st.booleans())
def test_values_come_back_whatever_the_delimiter(values: np.ndarray, delimiter: str, header: bool) -> None:
    lines = [delimiter.join(repr(float(value)) for value in row) for row in values]
    names = [f"signal{place}" for place in range(values.shape[1])]
    text = "\n".join([delimiter.join(names), *lines] if header else lines)
    frame = read(text.encode())
    assert list(frame.columns) == (names if header else [f"feature_{place}" for place in range(values.shape[1])])
    np.testing.assert_array_equal(frame.to_numpy(dtype=float), values)


@pytest.mark.parametrize(("line", "columns"), [("7,8", 2), ("7,8,9,10", 4)])
def test_ragged_line_is_an_error_that_gives_its_number(line: str, columns: int) -> None:
    with pytest.raises(DataError) as error:
        read(f"a,b,c\n1,2,3\n\n4,5,6\n{line}\n1,1,1\n".encode())
    assert str(error.value) == (
        f"Expected 3 columns in each line of pump.csv, as in the first; got {columns} in line 5. "
        "Correct the line, or the --delimiter; --skip-lines says how many lines stand before the table."
    )


def test_ragged_line_between_blanks_is_an_error() -> None:
    with pytest.raises(DataError, match="got 2 in line 2"):
        read(b"1 2 3\n 4  5\n6 7 8\n", name="pump.txt")


def test_wrong_delimiter_is_an_error_that_names_a_better_one() -> None:
    with pytest.raises(DataError) as error:
        read(b"datetime;a;b\n2020-01-01;1;2\n", delimiter=",")
    assert str(error.value) == (
        "Expected columns separated by ',' in pump.csv; got one column, 'datetime;a;b'. "
        "Try --delimiter ';', or leave the option out."
    )


def test_wrong_delimiter_without_a_header_is_an_error() -> None:
    with pytest.raises(DataError, match=r"Try --delimiter ',', or leave the option out\.$"):
        read(b"0.1,0.2\n0.3,0.4\n", delimiter=";", name="pump.txt")


def test_unusual_delimiter_is_an_error_that_names_it_and_can_be_given() -> None:
    with pytest.raises(DataError, match=r"got one column, 'a:b:c'\. Try --delimiter ':', or leave the option out\.$"):
        read(b"a:b:c\n1:2:3\n", name="pump.txt")
    assert list(read(b"a:b:c\n1:2:3\n", delimiter=":", name="pump.txt").columns) == [
        "a",
        "b",
        "c",
    ]


def test_delimiter_of_several_characters_is_an_error() -> None:
    with pytest.raises(DataError, match=r"^Expected a delimiter of one character; got '::'"):
        read(b"a::b\n1::2\n", delimiter="::", name="pump.txt")


@pytest.mark.parametrize(("content", "found"), [(b"{}", "JSON"), (b"\x7fELF\0\0", "a binary file")])
def test_other_content_is_an_error_that_says_what_it_is(content: bytes, found: str) -> None:
    with pytest.raises(DataError, match=f"in pump.csv; got {found}"):
        read(content)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_header_is_read_in_any_usual_encoding(encoding: str) -> None:
    frame = read("temperature °C,b\n1,2\n".encode(encoding))
    assert list(frame.columns) == ["temperature °C", "b"]


def test_missing_and_infinite_values_are_numbers() -> None:
    frame = read(b"a,b\n1,NaN\n,inf\nNA,-inf\n")
    np.testing.assert_array_equal(frame.to_numpy(dtype=float), [[1, np.nan], [np.nan, np.inf], [np.nan, -np.inf]])


def test_column_whose_fractions_begin_late_is_numeric() -> None:
    text = "a,b\n" + "1,1\n" * 400_000 + "1.5,2\n"  # beyond pyarrow's usual block of 1 MB
    assert read(text.encode())["a"].iloc[-1] == 1.5


def test_windows_line_ends_are_read() -> None:
    assert read(b"a,b\r\n1,2\r\n3,4\r\n").to_numpy().tolist() == [
        [1, 2],
        [3, 4],
    ]
    assert read(b"1 2\r\n3 4\r\n", name="pump.txt").to_numpy().tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize("day", ["10/9/2017", "16/12/2006", "10.9.2017", "9-Oct-17", "2017/10/09", "10/2017"])
def test_what_stands_behind_the_day_of_a_date_is_no_unit(day: str) -> None:
    frame = read(f"Date,Time,a\n{day},6:00:00 PM,1\n{day},6:00:01 PM,2\n".encode())
    assert not pd.api.types.is_numeric_dtype(frame["Date"])
    assert not pd.api.types.is_numeric_dtype(frame["Time"])


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16-le", "utf-16-be", "utf-32", "cp850", "cp1251", "shift_jis"])
def test_encoding_can_be_said(encoding: str) -> None:
    name = {"cp1251": "Давление", "shift_jis": "圧力"}.get(encoding, "Größe")
    assert list(read(f"{name},b\n1,2\n".encode(encoding), encoding=encoding).columns) == [name, "b"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_wide_letters_are_recognised_without_a_mark(encoding: str) -> None:
    assert list(read("time,b\n1,2\n".encode(encoding)).columns) == ["time", "b"]


def test_text_that_is_not_of_the_given_encoding_is_an_error() -> None:
    with pytest.raises(DataError, match=r"^Expected text in the encoding ascii in pump\.csv; .*Correct --encoding"):
        read("Größe,b\n1,2\n".encode(), encoding="ascii")


BODY = "a,b\n" + "1.5,2.5\n" * 5
FOOTERS = {
    "a count": "Total rows: 5",
    "a count, padded": "Total rows: 5,",
    "of psql": "(5 rows)",
    "a comment": "# end",
    "after a blank line": "\nEnd of file\n\n",
    "several": "Sum of all\nAverage of all",
}


@pytest.mark.parametrize("footer", FOOTERS.values(), ids=FOOTERS)
def test_lines_below_the_table_are_left_out_and_said(footer: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    assert read((BODY + footer).encode()).shape == (5, 2)
    assert "the last line is no row and is left out" in caplog.text


def test_unfinished_last_row_is_an_error() -> None:
    with pytest.raises(DataError, match="got 1 in line 7"):
        read((BODY + "1.5").encode())


def test_comments_among_the_rows_are_an_error_whose_remedy_works() -> None:
    text = (BODY + "# restarted\n" + "1.5,2.5\n" * 5).encode()
    with pytest.raises(DataError, match=r"got 1 in line 7\. Skip such lines with --comment '#', or correct them\.$"):
        read(text)
    assert read(text, comment="#").shape == (10, 2)


def test_ragged_line_below_a_preamble_is_counted_in_the_file() -> None:
    with pytest.raises(DataError, match=r"3 columns in each line of pump\.csv, as in the first; got 2 in line 7"):
        read(b"Report\n\n# x\na,b,c\ns,m,m\n1,2,3\n1,2\n1,2,3\n1,2,3\n")


def test_repeated_headers_are_skipped() -> None:
    assert read((BODY * 3).encode()).shape == (15, 2)


INFLUX = """#group,false,false,true,false,false,true
#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,double,string
#default,mean,,,,,
,result,table,_start,_time,_value,_field
"""


def test_fields_of_influxdb_become_columns() -> None:
    rows = [
        f",,{table},2024-03-01T00:00:00Z,2024-03-01T00:0{row}:00Z,{row}.5,{field}"
        for table, field in enumerate(("user", "sys"))
        for row in range(4)
    ]
    frame = read((INFLUX + "\n".join(rows) + "\n").encode())
    assert list(frame.columns) == ["_time", "sys", "user"]
    assert frame["user"].tolist() == [0.5, 1.5, 2.5, 3.5]


def test_single_field_of_influxdb_is_its_value() -> None:
    rows = [f",,0,2024-03-01T00:00:00Z,2024-03-01T00:0{row}:00Z,{row}.5,user" for row in range(4)]
    assert list(read((INFLUX + "\n".join(rows) + "\n").encode()).columns) == ["_time", "_value"]


def test_header_longer_than_the_usual_beginning_is_read_whole() -> None:
    names = [f"sensor number {place} of the pump in hall {place}" for place in range(2000)]
    frame = read((",".join(names) + "\n" + "\n".join([",".join(["1.5"] * 2000)] * 3) + "\n").encode())
    assert list(frame.columns) == names
    assert len(frame) == 3


def test_quote_that_never_ends_is_an_error() -> None:
    with pytest.raises(DataError, match=r"pump\.csv"):
        read(('a,b\n1,2\n"1,2\n' + "1,2\n" * 100_000).encode())
