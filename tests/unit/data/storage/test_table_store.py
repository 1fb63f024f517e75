"""What a user loses when these fail: a table that is read as a file, or a file that is taken for a table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mtadgat.data.reader import read_series
from mtadgat.data.storage.table_store import TableName, table_name
from mtadgat.errors import DataError


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("main.plant.pump_1", ("main", "plant", "pump_1")),
        ("my-catalog.plant.pump-1", ("my-catalog", "plant", "pump-1")),
        ("`my catalog`.plant.`pump.1`", ("my catalog", "plant", "pump.1")),
        ("main.plant.`a``b.csv`", ("main", "plant", "a`b.csv")),
        (" hive_metastore.default.größe ", ("hive_metastore", "default", "größe")),
    ],
)
def test_a_name_of_three_parts_is_a_table(text: str, name: tuple[str, str, str]) -> None:
    assert table_name(text) == TableName(*name)


@pytest.mark.parametrize(
    "text",
    [
        *("pump.2024.csv", "a.b.parquet", "a.b.csv.gz", "./a.b.c", "../a.b.c", "/Volumes/main/plant/a.b.c"),
        *("plant.pump", "a.b.c.d", "a..c", "s3://a.b.c", "https://a.b.c", "demo", "C:a.b.c", "two words.b.c", ""),
    ],
)
def test_files_and_urls_are_no_tables(text: str) -> None:
    assert table_name(text) is None


def test_a_file_that_exists_is_no_table(write: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    path = Path(write("main.plant.pump", "time,a\n1,2\n2,3\n"))
    monkeypatch.chdir(path.parent)
    assert read_series("main.plant.pump").values[:, 0].tolist() == [2, 3]


def test_names_are_quoted_as_sql_reads_them() -> None:
    name = TableName("my-catalog", "plant", "a`b")
    assert name.quoted == "`my-catalog`.`plant`.`a``b`"
    assert name.quoted_schema == "`my-catalog`.`plant`"
    assert table_name(name.quoted) == name


def test_a_table_without_spark_is_an_error_that_says_where_it_can_be_read() -> None:
    with pytest.raises(DataError) as error:
        read_series("main.plant.pump_1")
    assert str(error.value) == (
        "Expected a file or folder 'main.plant.pump_1', or a Spark session that reads the table of this name; "
        "got neither on this machine. Check --fpath, or run on a cluster, such as with -b databricks."
    )
