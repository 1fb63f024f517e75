"""What a user loses when these fail: columns or rows of a text file, without a word."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from mtadgat.config import FileConfig
from mtadgat.data.formats.delimited import Dialect, read_delimited, sniff
from mtadgat.errors import DataError
from mtadgat.reading import Notes

NUMBERS = arrays.arrays(
    np.float64, st.tuples(st.integers(1, 6), st.integers(2, 6)), elements=st.floats(-1e6, 1e6, allow_subnormal=False)
)


@settings(deadline=None)
@given(values=NUMBERS, delimiter=st.sampled_from([",", ";", "\t", "|", " ", "   "]), header=st.booleans())
def test_values_come_back_whatever_the_delimiter(values: np.ndarray, delimiter: str, header: bool) -> None:
    lines = [delimiter.join(repr(float(value)) for value in row) for row in values]
    names = [f"signal{place}" for place in range(values.shape[1])]
    text = "\n".join([delimiter.join(names), *lines] if header else lines)
    frame = read_delimited(text.encode(), FileConfig(), Notes("x.csv"))
    assert list(frame.columns) == (names if header else [f"feature_{place}" for place in range(values.shape[1])])
    np.testing.assert_array_equal(frame.to_numpy(dtype=float), values)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("1,2\n3,4\n", Dialect(",", False)),
        ("cpu,mem\n3,4\n", Dialect(",", True)),
        ("datetime;a;b\n2020-01-01 00:00:00,5;1;2\n", Dialect(";", True)),
        ("2020-01-01 00:00:00,1,2\n", Dialect(",", False)),
        ("2020-01-01T00:00:00Z\t1\t2\n", Dialect("\t", False)),
        ("nan,,1\n", Dialect(",", False)),
        ("cpu,404,500\n1,2,3\n", Dialect(",", True)),
        ("0,1,2,3\n5,5,5,5\n", Dialect(",", True)),
        (",0,1,2\n0,5,5,5\n", Dialect(",", True)),
        ("0,1,2\n5,5,5\n", Dialect(",", False)),
        ("0.5,?,0.7\n", Dialect(",", False)),
        ("1 2  3\n4 5 6\n", Dialect(" ", False)),
        ("0\n1\n", Dialect(",", False)),
        ("label\n1\n", Dialect(",", True)),
        ("Volume Flow\n1\n", Dialect(",", True)),
        ('"a,b";c\n1;2\n', Dialect(";", True)),
    ],
)
def test_delimiter_and_header_are_found_out(head: str, expected: Dialect) -> None:
    assert sniff(head) == expected


@pytest.mark.parametrize("name", ["\\t", "tab", "\t"])
def test_tab_can_be_named_on_a_command_line(name: str) -> None:
    assert sniff("a b\tc\n1\t2\n", name) == Dialect("\t", True)


@pytest.mark.parametrize(("line", "columns"), [("7,8", 2), ("7,8,9,10", 4)])
def test_ragged_line_is_an_error_that_gives_its_number(line: str, columns: int) -> None:
    with pytest.raises(DataError) as error:
        read_delimited(f"a,b,c\n1,2,3\n\n4,5,6\n{line}\n1,1,1\n".encode(), FileConfig(), Notes("pump.csv"))
    assert str(error.value) == (
        f"Expected 3 columns in each line of pump.csv, as in the first; got {columns} in line 5. "
        "Correct the line, or the --delimiter."
    )


def test_ragged_line_between_blanks_is_an_error() -> None:
    with pytest.raises(DataError, match="got 2 in line 2"):
        read_delimited(b"1 2 3\n 4  5\n6 7 8\n", FileConfig(), Notes("pump.txt"))


def test_wrong_delimiter_is_an_error_that_names_a_better_one() -> None:
    with pytest.raises(DataError) as error:
        read_delimited(b"datetime;a;b\n2020-01-01;1;2\n", FileConfig(delimiter=","), Notes("pump.csv"))
    assert str(error.value) == (
        "Expected columns separated by ',' in pump.csv; got one column, 'datetime;a;b'. "
        "Try --delimiter ';', or leave the option out."
    )


def test_wrong_delimiter_without_a_header_is_an_error() -> None:
    with pytest.raises(DataError, match=r"Try --delimiter ',', or leave the option out\.$"):
        read_delimited(b"0.1,0.2\n0.3,0.4\n", FileConfig(delimiter=";"), Notes("pump.txt"))


def test_unusual_delimiter_is_an_error_that_names_it_and_can_be_given() -> None:
    with pytest.raises(DataError, match=r"got one column, 'a:b:c'\. Try --delimiter ':', or leave the option out\.$"):
        read_delimited(b"a:b:c\n1:2:3\n", FileConfig(), Notes("pump.txt"))
    assert list(read_delimited(b"a:b:c\n1:2:3\n", FileConfig(delimiter=":"), Notes("pump.txt")).columns) == [
        "a",
        "b",
        "c",
    ]


def test_delimiter_of_several_characters_is_an_error() -> None:
    with pytest.raises(DataError, match=r"^Expected a delimiter of one character; got '::'"):
        read_delimited(b"a::b\n1::2\n", FileConfig(delimiter="::"), Notes("pump.txt"))


@pytest.mark.parametrize(("content", "found"), [(b"{}", "JSON"), (b"\x7fELF\0\0", "a binary file")])
def test_other_content_is_an_error_that_says_what_it_is(content: bytes, found: str) -> None:
    with pytest.raises(DataError, match=f"in pump.csv; got {found}"):
        read_delimited(content, FileConfig(), Notes("pump.csv"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_header_is_read_in_any_usual_encoding(encoding: str) -> None:
    frame = read_delimited("temperature °C,b\n1,2\n".encode(encoding), FileConfig(), Notes("pump.csv"))
    assert list(frame.columns) == ["temperature °C", "b"]


def test_missing_and_infinite_values_are_numbers() -> None:
    frame = read_delimited(b"a,b\n1,NaN\n,inf\nNA,-inf\n", FileConfig(), Notes("pump.csv"))
    np.testing.assert_array_equal(frame.to_numpy(dtype=float), [[1, np.nan], [np.nan, np.inf], [np.nan, -np.inf]])


def test_column_whose_fractions_begin_late_is_numeric() -> None:
    text = "a,b\n" + "1,1\n" * 400_000 + "1.5,2\n"  # beyond pyarrow's usual block of 1 MB
    assert read_delimited(text.encode(), FileConfig(), Notes("pump.csv"))["a"].iloc[-1] == 1.5


def test_windows_line_ends_are_read() -> None:
    assert read_delimited(b"a,b\r\n1,2\r\n3,4\r\n", FileConfig(), Notes("pump.csv")).to_numpy().tolist() == [
        [1, 2],
        [3, 4],
    ]
    assert read_delimited(b"1 2\r\n3 4\r\n", FileConfig(), Notes("pump.txt")).to_numpy().tolist() == [[1, 2], [3, 4]]
