"""What a user loses when these fail: a format, or the names by which new data are recognised."""

from __future__ import annotations

import gzip
import io
import logging
import pickle

import numpy as np
import pandas as pd
import pytest

from mtadgat.config import FileConfig
from mtadgat.data.formats.tables import read_table
from mtadgat.errors import DataError
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
