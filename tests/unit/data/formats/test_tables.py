"""What a user loses when these fail: a format, or the names by which new data are recognised."""

from __future__ import annotations

import gzip
import io
import logging
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtadgat.config import FileConfig
from mtadgat.data.formats.tables import read_table
from mtadgat.errors import ConfigError, DataError
from mtadgat.reading import Notes

VALUES = np.array([[1.5, 2.0], [3.0, 4.0], [5.0, 7.0]])


def npy(array: np.ndarray, **options: bool) -> bytes:
    content = io.BytesIO()
    np.save(content, array, **options)
    return content.getvalue()


def parquet(frame: pd.DataFrame) -> bytes:
    content = io.BytesIO()
    frame.to_parquet(content)
    return content.getvalue()


CSV = b"1.5,2.0\n3.0,4.0\n5.0,7.0\n"


@pytest.mark.parametrize(
    "content",
    [
        CSV,
        gzip.compress(CSV, mtime=0),
        npy(VALUES),
        npy(VALUES.astype(np.float32)),
        parquet(pd.DataFrame(VALUES)),
        parquet(pd.DataFrame(VALUES, index=[5, 6, 9])),
        pd.DataFrame(VALUES).to_csv().encode(),
        pd.DataFrame(np.column_stack([VALUES, VALUES])).to_csv().encode(),
        b"1.5,2.0,\n3.0,4.0,\n5.0,7.0,\n",
    ],
)
def test_unnamed_columns_are_called_alike_in_every_format(content: bytes) -> None:
    frame = read_table([content], FileConfig(), Notes("x"))
    assert list(frame.columns) == [f"feature_{place}" for place in range(frame.shape[1])]
    np.testing.assert_array_equal(frame.iloc[:, :2].to_numpy(dtype=float), VALUES)


def test_names_are_kept_without_blanks_around_them() -> None:
    assert list(read_table([b" cpu , mem\n1,2\n"], FileConfig(), Notes("x")).columns) == ["cpu", "mem"]


@pytest.mark.parametrize("content", [b"", b"  \n\n", gzip.compress(b"", mtime=0)])
def test_empty_file_is_an_error(content: bytes) -> None:
    with pytest.raises(DataError) as error:
        read_table([content], FileConfig(), Notes("pump.csv"))
    assert str(error.value) == (
        "Expected rows in pump.csv; got an empty file. Check --fpath, and how the file was written."
    )


@pytest.mark.parametrize("content", [b"a,b\n", npy(np.empty((0, 3))), parquet(pd.DataFrame({"a": []}))])
def test_table_without_rows_is_an_error(content: bytes) -> None:
    with pytest.raises(DataError, match=r"^Expected rows in x; got an empty table\."):
        read_table([content], FileConfig(), Notes("x"))


def test_repeated_names_are_an_error() -> None:
    with pytest.raises(DataError, match=r"^Expected distinct column names in x; got \['a'\] more than once\."):
        read_table([b"a,b,a\n1,2,3\n"], FileConfig(), Notes("x"))


def test_array_of_one_axis_is_one_column() -> None:
    assert read_table([npy(np.array([0, 1, 0]))], FileConfig(), Notes("labels.npy")).shape == (3, 1)


def test_array_of_three_axes_is_an_error() -> None:
    with pytest.raises(DataError, match=r"two axes, time and features, in x; got shape \(2, 3, 4\)"):
        read_table([npy(np.zeros((2, 3, 4)))], FileConfig(), Notes("x"))


def test_array_with_names_keeps_them() -> None:
    array = np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")])
    assert list(read_table([npy(array)], FileConfig(), Notes("x")).columns) == ["a", "b"]


def test_no_pickle_is_opened() -> None:
    with pytest.raises(DataError, match="an array of numbers in x"):
        read_table([npy(np.array([{}], dtype=object), allow_pickle=True)], FileConfig(), Notes("x"))
    with pytest.raises(DataError, match=r"a npy file in x\.npy; got other content"):
        read_table([pickle.dumps(VALUES)], FileConfig(), Notes("x.npy"))


@pytest.mark.parametrize(
    ("content", "what"), [(b"PAR1 broken", "parquet"), (gzip.compress(CSV, mtime=0)[:-9], "gzip")]
)
def test_broken_file_is_an_error(content: bytes, what: str) -> None:
    with pytest.raises(DataError, match=f"{what} file in x"):
        read_table([content], FileConfig(), Notes("x"))


def test_time_index_of_a_parquet_file_is_a_column() -> None:
    index = pd.date_range("2024-01-01", periods=3, freq="min")
    frame = read_table([parquet(pd.DataFrame(VALUES, columns=["a", "b"], index=index))], FileConfig(), Notes("x"))
    assert list(frame.columns) == ["timestamp", "a", "b"]
    assert list(frame["timestamp"]) == list(index)


def test_columns_that_are_left_out_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    assert list(read_table([b",a,b,\n3,1,2,\n4,5,6,\n"], FileConfig(), Notes("x")).columns) == ["a", "b"]
    assert "x: column 1 without a name counts the rows and is left out" in caplog.text
    assert "x: the last column has neither name nor values and is left out" in caplog.text


def test_pieces_are_put_together_in_order() -> None:
    assert read_table([b"a,b\n1,2\n", b"a,b\n3,4\n"], FileConfig(), Notes("x"))["a"].tolist() == [1, 3]


def test_arrow_file_is_read() -> None:
    content = io.BytesIO()
    pd.DataFrame(VALUES, columns=["a", "b"]).to_feather(content)
    np.testing.assert_array_equal(read_table([content.getvalue()], FileConfig(), Notes("x")).to_numpy(), VALUES)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"\xd0\xcf\x11\xe0" + bytes(600), "a workbook of Excel"),
        (b"\x89HDF\r\n\x1a\n" + bytes(600), "HDF5"),
        (b'{"a": 1}\n{"a": 2}\n', "JSON"),
        (b'[{"a": 1},\n {"a": 2}]\n', "JSON"),
    ],
)
def test_other_containers_are_an_error_that_says_what_to_do(content: bytes, found: str) -> None:
    with pytest.raises(DataError, match=rf"in x; got {found}\. (Save|Write) "):
        read_table([content], FileConfig(), Notes("x"))


@pytest.mark.parametrize("lines", ["", ", lines=True"])
def test_the_way_from_json_to_a_table_works_as_it_is_said(
    lines: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    content = pd.DataFrame(VALUES, columns=["a", "b"]).to_json(orient="records", lines=bool(lines))
    Path("data.json").write_text(content)
    with pytest.raises(DataError) as error:
        read_table([content.encode()], FileConfig(), Notes("data.json"))
    exec("import pandas\n" + error.value.remedy.partition("in Python: ")[2].rstrip("."))
    frame = read_table([Path("data.csv").read_bytes()], FileConfig(), Notes("data.csv"))
    np.testing.assert_array_equal(frame[["a", "b"]].to_numpy(), VALUES)


def test_pieces_are_read_alike_whatever_words_they_hold() -> None:
    notes = Notes("x")
    frame = read_table([b"a,b\n1,Bad\n", b"a,b\n?,1.5\n", b"a,b\n2,Bad\n"], FileConfig(), notes)
    assert frame.dtypes.tolist() == [np.float64, np.float64]
    assert [note.text for note in notes.all] == [
        "column 'b': 'Bad' in 2 rows taken as missing values",
        "column 'a': '?' in 1 row taken as missing values",
    ]


def test_units_of_all_pieces_are_compared() -> None:
    with pytest.raises(DataError, match="got 'KiB', 'MiB'"):
        read_table([b"a,b\n1 KiB,1\n", b"a,b\n1 MiB,1\n"], FileConfig(), Notes("x"))


def test_options_reach_every_piece() -> None:
    pieces = [b"x\na;b\n1,5;2\n", b"x\na;b\n2,5;3\n"]
    frame = read_table(pieces, FileConfig(skip_lines=1, decimal=","), Notes("x"))
    assert frame.to_numpy().tolist() == [[1.5, 2], [2.5, 3]]


@pytest.mark.parametrize("write", [parquet, lambda frame: frame.to_csv(index=False).encode()])
def test_numbers_that_mean_missing_are_so_in_every_format(write: Callable[[pd.DataFrame], bytes]) -> None:
    frame = pd.DataFrame({"a": [1, -999, 3], "b": [1.5, 2.5, -999.0]})
    read = read_table([write(frame)], FileConfig(missing_words="-999"), Notes("x"))
    assert read.isna().to_numpy().tolist() == [[False, False], [True, False], [False, True]]


def test_text_in_parquet_is_read_as_in_csv() -> None:
    frame = read_table([parquet(pd.DataFrame({"a": ["1,5", "Bad", "2,5"]}))], FileConfig(), Notes("x"))
    assert frame["a"].tolist() == pytest.approx([1.5, np.nan, 2.5], nan_ok=True)


def test_labels_times_and_names_of_machines_are_left_as_they_are_written() -> None:
    text = b"when,state,machine,a\n1 s,-,12A,1.5\n2 s,-,13A,2.5\n"
    file = FileConfig(time_column="when", label_column="state", entity_column="2")
    frame = read_table([text], file, Notes("x"))
    assert frame.iloc[0].tolist() == ["1 s", "-", "12A", 1.5]


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"encoding": "utf-9"}, "encoding: expected an encoding, such as utf-8 or cp1252, got 'utf-9'"),
        ({"encoding": "hex"}, "encoding: expected an encoding, such as utf-8 or cp1252, got 'hex'"),
        ({"thousands": "xx"}, "thousands: expected one sign, such as , or ' or a blank, got 'xx'"),
        (
            {"thousands": ",", "decimal": ","},
            "thousands: expected another sign than the decimal sign, got ',' for both",
        ),
    ],
)
def test_what_no_file_can_be_written_with_is_refused(options: dict[str, str], fault: str) -> None:
    with pytest.raises(ConfigError) as error:
        FileConfig(**options)
    assert error.value.faults == (fault,)


@pytest.mark.parametrize("name", ["?", "%", "°", "-", "*"])
def test_a_name_without_letters_is_a_name(name: str) -> None:
    frame = read_table([f"{name},a\n1.5,2\n2.5,3\n".encode()], FileConfig(), Notes("x"))
    assert list(frame.columns) == [name, "a"]


def test_columns_to_ignore_need_no_single_unit() -> None:
    text = b'"size, total",a\n1 KiB,1\n1 MiB,2\n'
    frame = read_table([text], FileConfig(ignore_columns="size, total"), Notes("x"))
    assert frame["size, total"].tolist() == ["1 KiB", "1 MiB"]


CELLS = st.sampled_from(
    [
        *[
            "1",
            "2.5",
            "-3,5",
            "1,234.5",
            "",
            "?",
            "Bad",
            "foo",
            "time",
            "2024-03-01 00:00:00",
            '"',
            '"a b"',
            "#x",
            "sep=;",
        ],
        *[
            "10 \N{DEGREE SIGN}C",
            "true",
            "10:30",
            "-",
            "[-1] x",
            "'",
            "Unnamed: 0",
            "\x1f",
            "---",
            "(3 rows)",
            "{",
            "\u2212 1",
        ],
    ]
)
OPTIONS = st.sampled_from(
    [{}, {"decimal": ","}, {"header": False}, {"skip_lines": 2}, {"comment": "#"}, {"delimiter": ";"}]
)


@settings(max_examples=60)
@given(
    rows=st.lists(st.lists(CELLS, max_size=4), max_size=8),
    delimiter=st.sampled_from([",", ";", "\t", " ", "|"]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    options=OPTIONS,
)
def test_any_text_is_a_table_or_an_error_with_a_remedy(
    rows: list[list[str]], delimiter: str, end: str, options: dict[str, Any]
) -> None:
    text = end.join(delimiter.join(row) for row in rows)
    try:
        frame = read_table([text.encode()], FileConfig(**options), Notes("x"))
    except DataError as error:
        assert error.remedy
    else:
        assert len(frame) <= len(rows)
        assert len(set(frame.columns)) == frame.shape[1] > 0
