"""What a user loses when these fail: SMD and the data sets that are arranged like it."""

from __future__ import annotations

import pytest

from mtadgat.data.layouts import OmniAnomaly, Part

NAMES = [
    "train/machine-1-1.txt",
    "test/machine-1-1.txt",
    "test_label/machine-1-1.txt",
    "interpretation_label/machine-1-1.txt",
    "test/machine-1-2.npy",
    "LICENSE",
]


def test_a_folder_is_a_split_and_a_file_an_entity() -> None:
    assert OmniAnomaly().parts(NAMES) == {
        "machine-1-1": {
            "train": Part("train/machine-1-1.txt"),
            "eval": Part("test/machine-1-1.txt", "test_label/machine-1-1.txt", "interpretation_label/machine-1-1.txt"),
        },
        "machine-1-2": {"eval": Part("test/machine-1-2.npy")},
    }


@pytest.mark.parametrize("folder", ["train", "test"])
def test_both_train_and_test_must_be_there(folder: str) -> None:
    assert not OmniAnomaly().parts([name for name in NAMES if name.startswith(f"{folder}/")])
