"""What a user loses when these fail: a folder of train, eval, labels and new files."""

from __future__ import annotations

import pytest

from mtadgat.data.layouts import Part, Splits
from mtadgat.errors import DataError


def test_files_in_a_folder_are_one_entity_without_a_name() -> None:
    names = ["eval.txt", "interpretation.txt", "labels.txt", "new.txt", "train.txt", "README.md"]
    assert Splits().parts(names) == {
        "": {
            "train": Part("train.txt"),
            "eval": Part("eval.txt", "labels.txt", "interpretation.txt"),
            "new": Part("new.txt"),
        }
    }


def test_folders_are_entities_and_formats_may_differ() -> None:
    names = ["omi-1/train.npy", "omi-1/labels.csv", "omi-2/eval.parquet", "notes/labels.txt", "omi-1/old/train.txt"]
    assert Splits().parts(names) == {
        "omi-1": {"train": Part("omi-1/train.npy")},
        "omi-2": {"eval": Part("omi-2/eval.parquet")},
    }


def test_test_files_are_the_eval_part() -> None:
    found = Splits().parts(["train.csv", "test.csv", "test_label.csv"])
    assert found[""]["eval"] == Part("test.csv", "test_label.csv")


def test_files_in_the_folder_hide_the_folders_below() -> None:
    assert list(Splits().parts(["train.csv", "backup/train.csv"])) == [""]


def test_two_files_for_one_split_are_an_error() -> None:
    with pytest.raises(DataError) as error:
        Splits().parts(["train.csv", "train.parquet"])
    assert str(error.value) == ("Expected one file for train; got train.csv and train.parquet. Take one of them away.")


@pytest.mark.parametrize("names", [["one.csv"], ["labels.txt"], ["a/b/train.txt"], []])
def test_other_files_are_not_recognised(names: list[str]) -> None:
    assert not Splits().parts(names)
