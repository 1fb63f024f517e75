"""What a user loses when these fail: SMD and the data sets that are arranged like it."""

from __future__ import annotations

import pytest

from mtadgat.data.layouts.layout import SplitFiles
from mtadgat.data.layouts.omnianomaly_layout import OmniAnomaly

NAMES = [
    "train/machine-1-1.txt",
    "test/machine-1-1.txt",
    "test_label/machine-1-1.txt",
    "interpretation_label/machine-1-1.txt",
    "test/machine-1-2.npy",
    "LICENSE",
]


def test_a_folder_is_a_split_and_a_file_an_entity() -> None:
    assert OmniAnomaly().entity_splits(NAMES) == {
        "machine-1-1": {
            "train": SplitFiles("train/machine-1-1.txt"),
            "eval": SplitFiles(
                "test/machine-1-1.txt", "test_label/machine-1-1.txt", "interpretation_label/machine-1-1.txt"
            ),
        },
        "machine-1-2": {"eval": SplitFiles("test/machine-1-2.npy")},
    }


@pytest.mark.parametrize("folder", ["train", "test"])
def test_both_train_and_test_must_be_there(folder: str) -> None:
    assert not OmniAnomaly().entity_splits([name for name in NAMES if name.startswith(f"{folder}/")])
