"""What a user loses when these fail: a folder of train, eval, labels and new files."""

from __future__ import annotations

import pytest

from mtadgat.data.layouts.layout import SplitFiles
from mtadgat.data.layouts.splits_layout import SplitFolders
from mtadgat.errors import DataError


def test_files_in_a_folder_are_one_entity_without_a_name() -> None:
    names = ["eval.txt", "interpretation.txt", "labels.txt", "new.txt", "train.txt", "README.md"]
    assert SplitFolders().entity_splits(names) == {
        "": {
            "train": SplitFiles("train.txt"),
            "eval": SplitFiles("eval.txt", "labels.txt", "interpretation.txt"),
            "new": SplitFiles("new.txt"),
        }
    }


def test_folders_are_entities_and_formats_may_differ() -> None:
    names = ["omi-1/train.npy", "omi-1/labels.csv", "omi-2/eval.parquet", "notes/labels.txt", "omi-1/old/train.txt"]
    assert SplitFolders().entity_splits(names) == {
        "omi-1": {"train": SplitFiles("omi-1/train.npy")},
        "omi-2": {"eval": SplitFiles("omi-2/eval.parquet")},
    }


def test_test_files_are_the_eval_part() -> None:
    found = SplitFolders().entity_splits(["train.csv", "test.csv", "test_label.csv"])
    assert found[""]["eval"] == SplitFiles("test.csv", "test_label.csv")


def test_files_in_the_folder_hide_the_folders_below() -> None:
    assert list(SplitFolders().entity_splits(["train.csv", "backup/train.csv"])) == [""]


def test_two_files_for_one_split_are_an_error() -> None:
    with pytest.raises(DataError) as error:
        SplitFolders().entity_splits(["train.csv", "train.parquet"])
    assert str(error.value) == ("Expected one file for train; got train.csv and train.parquet. Remove one of them.")


@pytest.mark.parametrize("names", [["one.csv"], ["labels.txt"], ["a/b/train.txt"], []])
def test_other_files_are_not_recognised(names: list[str]) -> None:
    assert not SplitFolders().entity_splits(names)
