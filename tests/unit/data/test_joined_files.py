"""What a user loses when these fail: a folder that is one table, read as several, in another order or with holes."""

from __future__ import annotations

import logging
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import fsspec
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
import pytest

from mtadgat.config import DataConfig
from mtadgat.data.reader import available_splits, dataset_name, entities, read_series
from mtadgat.errors import DataError
from mtadgat.series import Series

TIMES = pd.date_range("2024-01-31 12:00", periods=72, freq="h")
ROWS = pd.DataFrame({"timestamp": TIMES, "a": np.cos(1.3 * np.arange(72)), "b": np.sin(np.arange(72))})


@pytest.fixture(params=["local", "memory"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty folder called plant."""
    if request.param == "local":
        (tmp_path / "plant").mkdir()
        yield str(tmp_path / "plant")
        return
    yield "memory://plant"
    fsspec.filesystem("memory").rm("/plant", recursive=True)


def put(folder: str, name: str, rows: pd.DataFrame) -> None:
    filesystem, root = fsspec.core.url_to_fs(folder)
    path = f"{root}/{name}"
    filesystem.makedirs(path.rpartition("/")[0], exist_ok=True)
    with filesystem.open(path, "wb") as file:
        if name.endswith("parquet"):
            rows.to_parquet(file, index=False)
        else:
            file.write(rows.to_csv(index=False).encode())


def put_days(folder: str, name: str, rows: pd.DataFrame = ROWS) -> None:
    """Write one file for each day, by a name that says how a day is written."""
    for day, those in rows.groupby(rows["timestamp"].dt.floor("D")):
        put(folder, pd.Timestamp(str(day)).strftime(name), those)


def assert_whole(series: Series) -> None:
    assert series.features == ("a", "b")
    np.testing.assert_array_equal(series.values, ROWS[["a", "b"]].to_numpy())
    assert series.timestamps is not None
    np.testing.assert_array_equal(series.timestamps, TIMES.to_numpy())


@pytest.mark.parametrize(
    "name",
    [
        "year=%Y/month=%-m/day=%-d/data_0.parquet",
        "year=%Y/month=%m/day=%d/hour=00/minute=00/part-00000-c000.csv",
        "date=%Y-%m-%d/x.csv",
        "dt=%Y%m%d/x.parquet",
        "ts=%Y-%m-%d 10%%3A00/x.csv",
        "%Y-%m-%d.csv",
        "%d.%m.%Y.csv",
        "%Y/%m/%d.csv",
        "%Y/%m/%d/00/00/data.csv",
        "day_%j.csv",
    ],
)
def test_partitions_and_days_are_one_table_in_order(folder: str, name: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    put_days(folder, name)
    series = read_series(folder)
    assert_whole(series)
    assert series.name.startswith("plant")
    assert "4 files are one table in this order: " in caplog.text
    assert "not in time order" not in caplog.text
    assert available_splits(DataConfig(fpath=folder)) == ("train", "eval", "new")


def test_rows_without_times_are_in_numeric_order_of_the_partitions(folder: str) -> None:
    values = {1: [5.5, 2.25], 2: [-1.5, 0.25], 10: [9.5, 4.0], 11: [7.0, -8.5]}
    for month, those in values.items():
        put(folder, f"year=2024/month={month}/data_0.parquet", pd.DataFrame({"a": those, "b": [1.0, 2]}))
    assert read_series(folder).values[:, 0].tolist() == [value for those in values.values() for value in those]


def test_a_data_set_that_arrow_writes_is_read_as_arrow_reads_it(tmp_path: Path) -> None:
    rows = ROWS.assign(machine="pump 1/a", month=TIMES.month)
    ds.write_dataset(
        pa.Table.from_pandas(rows, preserve_index=False),
        tmp_path / "plant",
        format="parquet",
        partitioning=ds.partitioning(pa.schema([("machine", pa.string()), ("month", pa.int64())]), flavor="hive"),
    )
    again = ds.dataset(tmp_path / "plant", partitioning="hive").to_table().to_pandas().sort_values("timestamp")
    series = read_series(str(tmp_path / "plant"))
    assert_whole(series)
    assert series.entity == "pump 1-a"
    np.testing.assert_array_equal(series.values, again[["a", "b"]].to_numpy())


def test_keys_are_noted_and_no_features_even_where_the_files_have_them_too(folder: str) -> None:
    rows = ROWS.assign(year=TIMES.year, month=TIMES.month)
    put_days(folder, "year=%Y/month=%m/%d.csv", rows)
    series = read_series(folder)
    assert_whole(series)
    assert "its files lie in partitions by year, month: parts of a date, and no columns" in str(series.reading.notes)


def test_other_keys_name_the_entity(folder: str) -> None:
    for machine in ("pump-1", "pump-2"):
        put_days(folder, f"machine={machine}/date=%Y-%m-%d/part-0.parquet", ROWS)
    with pytest.raises(DataError) as error:
        read_series(folder)
    assert str(error.value) == f"Expected one entity of {folder}; got 2: pump-1, pump-2. Pick one with --entity."
    series = read_series(folder, entity="pump-1")
    assert_whole(series)
    assert (series.dataset, series.entity) == ("plant", "pump-1")
    assert entities(DataConfig(fpath=folder)) == ("pump-1", "pump-2")
    with pytest.raises(DataError, match=r"got 'pump1' \(did you mean 'pump-1'\?\)\. Correct --entity\.$"):
        read_series(folder, entity="pump1")
    assert read_series(folder, entity="pump-2", entity_column="machine").name == "plant-pump-2"


@pytest.mark.parametrize(
    "path", ["machine=pump-1", "machine=pump-1/date=2024-02-01", "machine=pump-1/date=2024-02-01/part-0.parquet"]
)
def test_a_path_into_partitions_is_the_entity_of_the_whole(folder: str, path: str) -> None:
    for machine in ("pump-1", "pump-2"):
        put_days(folder, f"machine={machine}/date=%Y-%m-%d/part-0.parquet", ROWS)
    series = read_series(f"{folder}/{path}")
    assert (series.dataset, series.entity) == ("plant", "pump-1")
    assert series.values[0, 0] == ROWS["a"][0 if path == "machine=pump-1" else 12]
    assert dataset_name(f"{folder}/{path}") == "plant"
    assert read_series(f"{folder}/{path}", entity="pump-1").digest == series.digest


@pytest.mark.parametrize("name", ["pump-1_%Y-%m-%d.csv", "pump-1/%Y-%m-%d.csv", "%Y-%m-%d/pump-1.csv"])
def test_entities_with_a_file_each_day(folder: str, name: str) -> None:
    put_days(folder, name)
    put_days(folder, name.replace("pump-1", "pump-2"), ROWS.assign(a=ROWS["b"]))
    with pytest.raises(DataError, match=r"got 2: pump-1, pump-2\. Pick one with --entity\.$"):
        read_series(folder)
    assert_whole(read_series(folder, entity="pump-1"))


def test_split_folders_may_hold_days_and_partitions(folder: str) -> None:
    put_days(folder, "train/%Y-%m-%d.csv")
    put_days(folder, "eval/date=%Y-%m-%d/0.csv", ROWS.assign(label=0))
    assert available_splits(DataConfig(fpath=folder)) == ("train", "eval")
    assert_whole(read_series(folder))
    assert read_series(folder, split="eval").labels is not None


def test_rows_that_two_files_share_are_read_once_with_a_note(folder: str, caplog: pytest.LogCaptureFixture) -> None:
    put(folder, "2024-01-31.csv", ROWS[:37])
    put(folder, "2024-02-01.csv", ROWS[36:])
    assert_whole(read_series(folder))
    assert "1 rows have the time of a later row and are left out" in caplog.text


def test_days_of_other_columns_are_an_error_whose_remedies_work(folder: str) -> None:
    put(folder, "2024-01-31.csv", ROWS[:30])
    put(folder, "2024-02-01.csv", ROWS[30:60].rename(columns={"b": "c"})[["c", "timestamp", "a"]])
    with pytest.raises(DataError) as error:
        read_series(folder)
    assert str(error.value) == (
        "Expected the columns of 2024-01-31.csv in 2024-02-01.csv too, as both are pieces of one table; "
        "got it without ['b'] and with ['c'] besides. "
        "Leave them out with --ignore-columns b,c, or read the files one by one with --join-files false."
    )
    typed = shlex.split(error.value.remedy.partition("--ignore-columns ")[2].partition(", or")[0])[0]
    assert read_series(folder, ignore_columns=typed).values[:, 0].tolist() == ROWS["a"][:60].tolist()
    assert read_series(folder, join_files=False, entity="2024-01-31").features == ("a", "b")


def test_another_order_of_the_columns_is_the_same_table(folder: str) -> None:
    put(folder, "2024-01-31.csv", ROWS[:30])
    put(folder, "2024-02-01.parquet.csv", ROWS[30:][["b", "timestamp", "a"]])
    assert_whole(read_series(folder, join_files=True))


def test_days_without_rows_and_columns_without_values_are_no_loss(folder: str) -> None:
    put(folder, "2024-01-31.csv", ROWS[:30])
    put(folder, "2024-02-01.csv", ROWS[:0])
    put(folder, "2024-02-02.csv", ROWS[30:].assign(b=None))
    series = read_series(folder)
    assert len(series) == 72
    assert "1 of its 3 files have no rows, first 2024-02-01.csv" in str(series.reading.notes)


def test_an_index_that_begins_anew_each_day_is_left_out(write: Callable[..., str]) -> None:
    for day in (1, 2, 3):
        rows = ROWS[24 * day - 24 : 24 * day].reset_index(drop=True)
        path = write(f"plant/2024-02-0{day}.csv", rows.to_csv())
    assert_whole(read_series(path.rpartition("/")[0]))


def test_decimal_commas_are_told_by_all_days_together(write: Callable[..., str]) -> None:
    write("plant/2024-02-01.csv", "t;a;b\n2024-02-01;1,5;0,5\n")
    path = write("plant/2024-02-02.csv", "t;a;b\n2024-02-02;2,25;1\n")
    assert read_series(path.rpartition("/")[0]).values.tolist() == [[1.5, 0.5], [2.25, 1]]


def test_what_joins_is_said_by_hand(folder: str) -> None:
    put(folder, "export (2).csv", ROWS[36:])
    put(folder, "export.csv", ROWS[:36])
    with pytest.raises(DataError) as error:
        read_series(folder)
    assert error.value.remedy == (
        "Pick one with --entity, or join files that continue one another with --join-files true."
    )
    assert_whole(read_series(folder, join_files=True))


def test_machines_in_dated_files_are_an_error_that_says_how_to_read_them(folder: str) -> None:
    put(folder, "20240131.csv", ROWS)
    put(folder, "20240132.csv", ROWS)  # no date
    put(folder, "20240201.csv", ROWS.assign(a=7.0))
    with pytest.raises(DataError, match=r"Pick one with --entity"):
        read_series(folder)
    with pytest.raises(DataError, match=r"--join-files false"):
        read_series(folder, join_files=True)
    assert_whole(read_series(folder, join_files=False, entity="20240131"))


def test_files_beside_partitions_are_named_in_the_error(folder: str) -> None:
    put_days(folder, "date=%Y-%m-%d/0.csv")
    put(folder, "README.txt", ROWS)
    assert_whole(read_series(folder))
    put(folder, "events.csv", ROWS)
    with pytest.raises(DataError, match=r"got 2: events, plant\. Pick one with --entity\.$"):
        read_series(folder)
    assert_whole(read_series(folder, entity="plant"))


def test_two_files_of_one_entity_are_an_error(folder: str) -> None:
    put(folder, "pump.csv", ROWS)
    put(folder, "pump.parquet", ROWS)
    with pytest.raises(DataError) as error:
        read_series(folder, entity="pump")
    assert str(error.value) == (
        "Expected one file for entity pump; got pump.csv and pump.parquet. Give the path of one of them."
    )


def test_partitions_may_lie_deep_below_marks_of_spark(folder: str) -> None:
    put_days(folder, "site=A/line=7/year=%Y/month=%m/day=%d/hour=00/part-0.parquet")
    put(folder, "_SUCCESS", ROWS[:0])
    series = read_series(folder)
    assert_whole(series)
    assert series.entity == "A-7"


def test_real_valves_stay_entities(shared_data: Path) -> None:
    assert len(entities(DataConfig(fpath=str(shared_data / "skab" / "valve1")))) > 5
