"""What a user loses when these fail: columns or rows of a text file, without a word."""

from __future__ import annotations

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
