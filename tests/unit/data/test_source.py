"""What a user loses when these fail: the data set that a path means, and so the models that were trained on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mtadgat.config import DataConfig
from mtadgat.data.reader import available_splits, dataset_name, read_series
from mtadgat.data.source import find_source, name_of_path
from mtadgat.errors import DataError

TABLE = "a,b\n1,2\n3,4\n"


@pytest.mark.parametrize(
    ("fpath", "name"),
    [
        ("data/asd", "asd"),
        ("data/asd/", "asd"),
        ("one.csv", "one"),
        ("one.csv.gz", "one"),
        ("data/valve1/0.csv", "valve1-0"),
        ("asd/train.csv", "asd"),
        ("my data/pump (1).csv", "pump-1"),
        ("file:///x/asd", "asd"),
        ("https://example.org/sets/pump.parquet?token=a/b.csv", "pump"),
        ("abfss://box@account.dfs.core.windows.net/fleet/train.parquet", "fleet"),
        ("s3://bucket", "series"),
        ("C:\\data\\pump.csv", "pump"),
        (".", "series"),
    ],
)
def test_data_set_is_named_after_the_last_part_that_says_something(fpath: str, name: str) -> None:
    assert name_of_path(fpath) == name


def fleet(write: Callable[..., str]) -> str:
    for machine in ("omi-1", "omi-2"):
        for split in ("train", "eval"):
            path = write(f"asd/{machine}/{split}.csv", TABLE)
    return path.removesuffix("/omi-2/eval.csv")


def test_entity_by_its_folder_is_the_entity_of_the_fleet(write: Callable[..., str]) -> None:
    folder = fleet(write)
    whole = read_series(folder, entity="omi-1")
    alone = read_series(f"{folder}/omi-1")
    assert (whole.dataset, whole.entity) == (alone.dataset, alone.entity) == ("asd", "omi-1")
    assert dataset_name(folder) == dataset_name(f"{folder}/omi-1") == "asd"
    assert read_series(f"{folder}/omi-1/", entity="omi-1").name == "asd-omi-1"


def test_folder_of_its_own_is_a_data_set_without_entities(write: Callable[..., str]) -> None:
    folder = write("pump/train.csv", TABLE).rpartition("/")[0]
    write("unrelated/notes.csv", TABLE)
    series = read_series(folder)
    assert (series.dataset, series.entity, series.name, dataset_name(folder)) == ("pump", "", "pump", "pump")


def test_name_that_is_given_wins(write: Callable[..., str]) -> None:
    assert read_series(write("one.csv", TABLE), dataset="skab").name == "skab"


def test_several_entities_are_an_error_that_lists_them(write: Callable[..., str]) -> None:
    folder = fleet(write)
    with pytest.raises(DataError) as error:
        read_series(folder)
    assert str(error.value) == f"Expected one entity of {folder}; got 2: omi-1, omi-2. Pick one with --entity."
    with pytest.raises(DataError, match="Pick one with --entity"):
        available_splits(DataConfig(fpath=folder))


def test_unknown_entity_is_an_error_that_suggests_the_nearest(write: Callable[..., str]) -> None:
    folder = fleet(write)
    with pytest.raises(DataError) as error:
        read_series(folder, entity="omi1")
    assert str(error.value) == (
        f"Expected one of omi-1, omi-2, in {folder}; got 'omi1' (did you mean 'omi-1'?). Correct --entity."
    )


def test_entity_for_data_of_one_is_an_error(write: Callable[..., str]) -> None:
    path = write("one.csv", TABLE)
    with pytest.raises(
        DataError, match=r"^Expected no entity, as the data hold only one, in .*; got 'pump'\. Correct"
    ):
        read_series(path, entity="pump")


def test_only_entity_needs_no_option(write: Callable[..., str]) -> None:
    folder = write("skab/0.csv", TABLE).rpartition("/")[0]
    assert read_series(folder).name == "skab-0"


@pytest.mark.parametrize("split", ["train", "test"])
def test_file_of_omnianomaly_is_an_entity_of_the_data_set(write: Callable[..., str], split: str) -> None:
    for name in ("train/m-1.txt", "test/m-1.txt", "train/m-2.txt"):
        path = write(f"SMD/{name}", "1,2\n3,4\n")
    root = path.removesuffix("/train/m-2.txt")
    series = read_series(f"{root}/{split}/m-1.txt", split="eval")
    assert (series.dataset, series.entity) == ("SMD", "m-1")
    assert dataset_name(f"{root}/{split}/m-1.txt") == "SMD"
    assert read_series(f"{root}/{split}/m-1.txt", layout="table").name == "m-1"


def test_train_folder_without_a_test_folder_is_no_data_set(write: Callable[..., str]) -> None:
    assert read_series(write("pumps/train/m-1.csv", TABLE)).name == "m-1"


def test_folder_in_no_known_arrangement_is_an_error(tmp_path: Path, write: Callable[..., str]) -> None:
    write("notes.md", "hello")
    with pytest.raises(DataError) as error:
        find_source(str(tmp_path))
    assert "train/ and test/ with one file per entity" in str(error.value)
    assert str(error.value).endswith(f"; got notes.md in {tmp_path}. Check --fpath and --layout.")


def test_forced_layout_that_does_not_fit_is_an_error(write: Callable[..., str]) -> None:
    path = write("pumps/one.csv", TABLE)
    for fpath in (path, path.removesuffix("/one.csv")):
        with pytest.raises(DataError, match=r"^Expected train, eval, labels and new files"):
            find_source(fpath, "splits")


def test_forced_layout_decides_where_several_fit(write: Callable[..., str]) -> None:
    folder = write("pump/train.csv", TABLE).rpartition("/")[0]
    assert available_splits(DataConfig(fpath=folder)) == ("train",)
    assert available_splits(DataConfig(fpath=folder, layout="table")) == ("train", "eval", "new")


def test_path_that_leads_nowhere_still_has_a_name() -> None:
    assert dataset_name("/nowhere/pump.csv") == "pump"
