"""What a user loses when these fail: data on the web or on a cluster, or the reason why they cannot be read."""

from __future__ import annotations

import socket
from collections.abc import Callable

import fsspec
import numpy as np
import pandas as pd
import pytest

from mtadgat.config import DataConfig
from mtadgat.data.reader import available_splits, dataset_name, read_series
from mtadgat.data.storage.location import open_location
from mtadgat.data.storage.table_suffix import is_table, stem
from mtadgat.errors import DataError

TABLE = "a,b\n1,2\n3,4\n5,7\n"
VALUES = [[1, 2], [3, 4], [5, 7]]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("asd/train.txt", "train"),
        ("train.csv.gz", "train"),
        ("machine-1.6.txt", "machine-1.6"),
        ("E-1.NPY", "E-1"),
        ("notes.md", "notes.md"),
    ],
)
def test_stem_is_the_name_without_the_suffixes_of_a_table(name: str, expected: str) -> None:
    assert stem(name) == expected
    assert is_table(name) == (name != "notes.md")


def test_missing_file_is_an_error_that_names_the_nearest(write: Callable[..., str]) -> None:
    path = write("pump.csv", TABLE).replace("pump.csv", "pmp.csv")
    with pytest.raises(DataError) as error:
        read_series(path)
    assert str(error.value) == (
        f"Expected a file or folder at {path}; got nothing there (did you mean 'pump.csv'?). Check --fpath."
    )


def test_folder_without_data_is_an_error(write: Callable[..., str]) -> None:
    folder = write("sub/.hidden", "").rpartition("/")[0]
    with pytest.raises(DataError, match=r"^Expected data files; got none in the folder .*Check --fpath\.$"):
        read_series(folder)


def test_file_url_reads_like_the_path(write: Callable[..., str]) -> None:
    path = write("pump.csv", TABLE)
    assert read_series(f"file://{path}").digest == read_series(path).digest


def test_csv_over_http_reads_like_the_file(write: Callable[..., str], web: str) -> None:
    path = write("pump.csv", TABLE)
    series = read_series(f"{web}/pump.csv")
    assert series.digest == read_series(path).digest
    assert (series.dataset, series.name) == ("pump", "pump")


def test_parquet_over_http_reads_like_the_file(write: Callable[..., str], web: str) -> None:
    path = write("pump.parquet", b"")
    pd.DataFrame(VALUES, columns=["a", "b"]).to_parquet(path)
    assert read_series(f"{web}/pump.parquet?token=a/b").values.tolist() == VALUES


def test_address_without_a_suffix_is_read_by_its_content(write: Callable[..., str], web: str) -> None:
    write("pump", TABLE)
    assert read_series(f"{web}/pump").values.tolist() == VALUES


def test_folder_over_http_is_read_where_the_server_lists_it(write: Callable[..., str], web: str) -> None:
    for name in ("train", "eval"):
        write(f"pump/{name}.csv", TABLE)
    assert available_splits(DataConfig(fpath=f"{web}/pump/")) == ("train", "eval")
    assert read_series(f"{web}/pump", split="eval").name == "pump"


def test_missing_page_is_a_missing_file(web: str) -> None:
    with pytest.raises(DataError, match=r"got nothing there\. Check --fpath\.$"):
        read_series(f"{web}/nothing.csv")


def test_page_without_a_table_is_an_error(write: Callable[..., str], web: str) -> None:
    write("pump.csv", "<!DOCTYPE html><html><body>Log in</body></html>")
    with pytest.raises(DataError, match=r"in pump\.csv; got a web page\. Check --fpath\.$"):
        read_series(f"{web}/pump.csv")


def test_unreachable_address_is_an_error_that_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        with pytest.raises(DataError) as error:
            read_series(f"http://127.0.0.1:{port}/pump.csv")
    assert str(error.value).startswith(f"Expected data that can be read at http://127.0.0.1:{port}/pump.csv; got ")
    assert str(error.value).endswith("Check the address, the network and the permissions.")
    assert error.value.exit_code == 2


def test_name_of_a_data_set_needs_no_package() -> None:
    assert dataset_name("abfs://container@account.dfs.core.windows.net/asd/omi-1") == "omi-1"


def test_unknown_protocol_is_an_error() -> None:
    with pytest.raises(DataError, match=r"got 'foo://x': Protocol not known: foo\. Check --fpath\.$"):
        read_series("foo://x")


def test_store_of_another_kind_is_read_through_fsspec() -> None:
    memory = fsspec.filesystem("memory")
    for machine in ("omi-1", "omi-2"):
        memory.pipe(f"/fleet/{machine}/train.csv", TABLE.encode())
    try:
        assert read_series("memory://fleet", entity="omi-2").name == "fleet-omi-2"
        assert read_series("memory://fleet/omi-1").name == "fleet-omi-1"
    finally:
        memory.rm("/fleet", recursive=True)


def test_pieces_that_spark_writes_are_one_table(write: Callable[..., str]) -> None:
    for place, rows in enumerate((VALUES[:2], VALUES[2:])):
        path = write(f"train.parquet/part-0000{place}-c000.snappy.parquet", b"")
        pd.DataFrame(rows, columns=["a", "b"]).to_parquet(path)
        write(f"eval/part-0000{place}.csv", "a,b\n" + "".join(f"{a},{b}\n" for a, b in rows))
    folder = write("train.parquet/_SUCCESS", "").removesuffix("/train.parquet/_SUCCESS")
    assert read_series(f"{folder}/train.parquet").values.tolist() == VALUES
    assert read_series(folder, split="eval").values.tolist() == VALUES


def test_a_folder_of_delta_tables_is_an_error_instead_of_stale_rows(write: Callable[..., str]) -> None:
    write("plant/pump/part-0.parquet", b"")
    folder = write("plant/pump/_delta_log/0.json", "{}").removesuffix("/pump/_delta_log/0.json")
    with pytest.raises(DataError, match=r"got a Delta table in the folder .*Give the path of the table itself\.$"):
        read_series(folder)


def test_listing_is_not_kept_between_calls(write: Callable[..., str]) -> None:
    folder = write("pump/train.csv", TABLE).rpartition("/")[0]
    assert available_splits(DataConfig(fpath=folder)) == ("train",)
    write("pump/new.csv", TABLE)
    assert available_splits(DataConfig(fpath=folder)) == ("train", "new")


def test_location_reads_the_bytes_of_its_files(write: Callable[..., str]) -> None:
    path = write("pump.npy", b"")
    np.save(path, np.array(VALUES))
    location = open_location(path)
    assert (location.name, location.is_file, list(location.files)) == ("pump.npy", True, ["pump.npy"])
    assert location.read("pump.npy")[0].startswith(b"\x93NUMPY")


@pytest.mark.parametrize("compression", ["", ".gz", ".zip", ".bz2", ".zst", ".xz", ".GZ"])
@pytest.mark.parametrize("table", [".csv", ".txt", ".tsv", ".parquet", ".npy", ".feather", ".arrow", ".CSV"])
def test_suffixes_of_tables_are_known_compressed_too(table: str, compression: str) -> None:
    assert is_table(f"asd/train{table}{compression}")
    assert stem(f"asd/train{table}{compression}") == "train"


@pytest.mark.parametrize("name", ["notes.zip", "readme.md.gz", "train", "zip"])
def test_other_names_are_no_tables(name: str) -> None:
    assert not is_table(name)
