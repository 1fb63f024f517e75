"""What a user loses when these fail: rows in the order in which partitions and dated files were written."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.dataset as ds
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtadgat.data.storage.pieces import NULL_PARTITION, date_keys, natural, partitions, tables_of


@pytest.mark.parametrize(
    ("names", "tables"),
    [
        (
            ["year=2024/month=10/a.parquet", "year=2024/month=2/b.parquet", "year=2023/month=12/c.parquet"],
            {"": ["year=2023/month=12/c.parquet", "year=2024/month=2/b.parquet", "year=2024/month=10/a.parquet"]},
        ),
        (["dt=2024-03-02/0.csv", "dt=2024-03-01/1.csv"], {"": ["dt=2024-03-01/1.csv", "dt=2024-03-02/0.csv"]}),
        (
            ["y=2024/m=2/d=10/000000_0", "y=2024/m=2/d=9/000000_0"],
            {"": ["y=2024/m=2/d=9/000000_0", "y=2024/m=2/d=10/000000_0"]},
        ),
        (
            ["snapshot=20240302/0.csv", "snapshot=20240301/0.csv"],
            {"": ["snapshot=20240301/0.csv", "snapshot=20240302/0.csv"]},
        ),
        (
            ["year=2024/month=Feb/a.csv", "year=2024/month=Jan/b.csv"],
            {"": ["year=2024/month=Jan/b.csv", "year=2024/month=Feb/a.csv"]},
        ),
        (["day=2/month=1/a.csv", "day=1/month=2/b.csv"], {"": ["day=2/month=1/a.csv", "day=1/month=2/b.csv"]}),
        (
            ["year=2024/part-10.parquet", "year=2024/part-9.parquet"],
            {"": ["year=2024/part-9.parquet", "year=2024/part-10.parquet"]},
        ),
        (
            [f"date={NULL_PARTITION}/a.csv", "date=2024-01-01/a.csv"],
            {"": ["date=2024-01-01/a.csv", f"date={NULL_PARTITION}/a.csv"]},
        ),
        (
            [
                "machine=pump%201/date=2024-01-02/a.csv",
                "machine=pump%201/date=2024-01-01/a.csv",
                "machine=p2/date=2024-01-01/a.csv",
            ],
            {
                "p2.csv": ["machine=p2/date=2024-01-01/a.csv"],
                "pump 1.csv": ["machine=pump%201/date=2024-01-01/a.csv", "machine=pump%201/date=2024-01-02/a.csv"],
            },
        ),
        (
            ["site=A/machine=1/0.csv", "site=B/machine=1/0.csv"],
            {"A/1.csv": ["site=A/machine=1/0.csv"], "B/1.csv": ["site=B/machine=1/0.csv"]},
        ),
        (["m=1/a.csv", "m=2/a.csv"], {"1.csv": ["m=1/a.csv"], "2.csv": ["m=2/a.csv"]}),
        (
            ["split=train/a.csv", "split=test/a.csv"],
            {"test.csv": ["split=test/a.csv"], "train.csv": ["split=train/a.csv"]},
        ),
        (
            ["train.parquet/date=2024-01-01/a.parquet", "eval/date=2024-01-02/a.parquet"],
            {
                "eval.parquet": ["eval/date=2024-01-02/a.parquet"],
                "train.parquet": ["train.parquet/date=2024-01-01/a.parquet"],
            },
        ),
        (["day=left/a.csv", "day=right/a.csv"], {"left.csv": ["day=left/a.csv"], "right.csv": ["day=right/a.csv"]}),
        (["year=2024/a.csv", "notes.md"], {"": ["year=2024/a.csv"], "notes.md": ["notes.md"]}),
        (
            ["machine=1/2024/03/02/a.csv", "machine=1/2024/03/01/b.csv"],
            {"1.csv": ["machine=1/2024/03/01/b.csv", "machine=1/2024/03/02/a.csv"]},
        ),
    ],
)
def test_partitions_of_a_date_are_one_table_and_others_name_it(names: list[str], tables: dict[str, list[str]]) -> None:
    assert {table: list(pieces) for table, pieces in tables_of(names).items()} == tables


@pytest.mark.parametrize(
    ("names", "tables"),
    [
        (["2024-03-02.csv", "2024-03-01.csv"], {"": ["2024-03-01.csv", "2024-03-02.csv"]}),
        (["plant_20240302.csv", "plant_20240301.csv"], {"plant.csv": ["plant_20240301.csv", "plant_20240302.csv"]}),
        (["p-2024-W10.csv", "p-2024-W9.csv"], {"p.csv": ["p-2024-W9.csv", "p-2024-W10.csv"]}),
        (["10.2.2024.csv", "9.3.2024.csv"], {"": ["10.2.2024.csv", "9.3.2024.csv"]}),
        (["2.10.2024.csv", "3.9.2024.csv", "1.31.2024.csv"], {"": ["1.31.2024.csv", "2.10.2024.csv", "3.9.2024.csv"]}),
        (
            ["pump-1_2024-03-01.csv", "pump-1_2024-03-02.csv", "pump-2_2024-03-01.csv"],
            {
                "pump-1.csv": ["pump-1_2024-03-01.csv", "pump-1_2024-03-02.csv"],
                "pump-2.csv": ["pump-2_2024-03-01.csv"],
            },
        ),
        (
            ["pump-1/2024-03-01.csv", "pump-1/2024-03-02.csv", "pump-2/2024-03-01.csv"],
            {
                "pump-1.csv": ["pump-1/2024-03-01.csv", "pump-1/2024-03-02.csv"],
                "pump-2.csv": ["pump-2/2024-03-01.csv"],
            },
        ),
        (["2024-03-02/p1.csv", "2024-03-01/p1.csv"], {"p1.csv": ["2024-03-01/p1.csv", "2024-03-02/p1.csv"]}),
        (
            ["2024/03/02.csv", "2024/03/01.csv", "2024/02/29.csv"],
            {"": ["2024/02/29.csv", "2024/03/01.csv", "2024/03/02.csv"]},
        ),
        (["2024/03/02/05/p.csv", "2024/03/01/06/p.csv"], {"p.csv": ["2024/03/01/06/p.csv", "2024/03/02/05/p.csv"]}),
        (["2024-03-01/10-30.csv", "2024-03-01/09-30.csv"], {"": ["2024-03-01/09-30.csv", "2024-03-01/10-30.csv"]}),
        (
            ["train/2024-01-01.csv", "train/2024-01-02.csv", "test/2024-01-03.csv"],
            {"test.csv": ["test/2024-01-03.csv"], "train.csv": ["train/2024-01-01.csv", "train/2024-01-02.csv"]},
        ),
    ],
)
def test_files_whose_names_differ_by_a_date_are_one_table(names: list[str], tables: dict[str, list[str]]) -> None:
    assert {table: list(pieces) for table, pieces in tables_of(names).items()} == tables
    assert tables_of(names, join_files=False) == {name: (name,) for name in sorted(names)}


@pytest.mark.parametrize(
    "names",
    [
        ["valve1/0.csv", "valve1/1.csv", "valve2/0.csv"],
        ["2019.csv", "2020.csv"],
        ["export.csv", "export (1).csv"],
        ["plant.csv", "plant_2024-03-01.csv", "plant_2024-03-02.csv"],
        ["p1_2024-03-01.csv", "p2_2024-03-01.csv"],
        ["plant_2024-03-01.csv", "plant_2024-03-01.parquet"],
        ["2024-03-01.md", "2024-03-02.md"],
        ["train/m-1.txt", "test/m-1.txt"],
    ],
)
def test_files_whose_names_differ_otherwise_stay_apart(names: list[str]) -> None:
    assert tables_of(names) == {name: (name,) for name in sorted(names)}


def test_files_are_joined_by_hand_folder_by_folder_in_natural_order() -> None:
    assert tables_of(["v1/10.csv", "v1/9.csv", "v2/0.csv"], join_files=True) == {
        "v1.csv": ("v1/9.csv", "v1/10.csv"),
        "v2.csv": ("v2/0.csv",),
    }
    assert tables_of(["export (10).csv", "export (2).csv", "notes.md"], join_files=True) == {
        "": ("export (2).csv", "export (10).csv"),
        "notes.md": ("notes.md",),
    }


def test_partitions_are_joined_by_hand_whatever_their_keys_say() -> None:
    names = ["batch=2/a.csv", "batch=10/a.csv"]
    assert tables_of(names) == {"2.csv": ("batch=2/a.csv",), "10.csv": ("batch=10/a.csv",)}
    assert tables_of(names, join_files=True) == {"": tuple(names)}


def test_values_that_look_like_dates_name_their_table() -> None:
    names = ["run=A_2024-03-01/a.csv", "run=A_2024-03-02/a.csv", "run=B/a.csv"]
    assert list(tables_of(names)) == ["A_2024-03-01.csv", "A_2024-03-02.csv", "B.csv"]


def test_files_of_hive_have_no_suffix_and_their_table_one() -> None:
    assert tables_of(["machine=p1/dt=2024-01-02/000000_0"]) == {"p1.txt": ("machine=p1/dt=2024-01-02/000000_0",)}


def test_letters_below_a_year_are_parts_of_a_date() -> None:
    assert tables_of(["m=2/a.csv", "m=1/a.csv"], above="plant/y=2024") == {"": ("m=1/a.csv", "m=2/a.csv")}


def test_a_folder_that_is_a_partition_is_one_table() -> None:
    assert tables_of(["b.csv", "a.csv"], above="plant/date=2024-01-01") == {"": ("a.csv", "b.csv")}


@pytest.mark.parametrize(
    "path",
    ["year=2024/month=02/a.csv", "machine=pump%201%2F2/a.csv", f"x/k={NULL_PARTITION}/a.csv", "a=b=c/d.csv", "e.csv"],
)
def test_keys_are_those_that_arrow_finds(path: str) -> None:
    columns = pa.schema([(key, pa.string()) for key, _ in partitions(path)])
    found = ds.get_partition_keys(ds.partitioning(columns, flavor="hive").parse(path))
    assert dict(partitions(path)) == {key: NULL_PARTITION if found[key] is None else found[key] for key in found}


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=8, unique=True))
def test_numbers_sort_by_their_value(numbers: list[int]) -> None:
    assert [int(text[1:]) for text in sorted((f"p{number}" for number in numbers), key=natural)] == sorted(numbers)


@pytest.mark.parametrize("key", ["eventDate", "ingest_date", "p_year", "YEAR", "hour", "yyyymm", "isoWeek"])
def test_parts_of_a_date_are_known_by_the_last_word_of_their_key(key: str) -> None:
    assert date_keys([f"{key}=2024/a.csv"]) == {key}


@pytest.mark.parametrize("key", ["machine", "site_id", "shift", "mode", "time_zone", "minimum", "m"])
def test_other_keys_are_no_dates(key: str) -> None:
    assert not date_keys([f"{key}=7/a.csv"])
