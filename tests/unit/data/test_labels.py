"""What a user loses when these fail: incidents, or a network that was shown the answer."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mtadgat.config import FileConfig
from mtadgat.data.columns.names import Says, is_label_name, says
from mtadgat.data.labels import as_labels, labels_of_file
from mtadgat.errors import DataError
from mtadgat.reading import Notes


@pytest.mark.parametrize(
    "name", ["label", "Labels", "anomaly", "is_anomaly", "is-anomaly", " Attack ", "Normal/Attack"]
)
def test_known_names_hold_labels(name: str) -> None:
    assert is_label_name(name)


@pytest.mark.parametrize("name", ["cpu", "labelled_requests", "anomaly_score", "changepoint"])
def test_other_names_hold_no_labels(name: str) -> None:
    assert not is_label_name(name)


def test_change_points_are_known_by_name() -> None:
    assert says("changepoint") is Says.CHANGE
    assert says("Change Point") is Says.CHANGE
    assert says("anomaly") is not Says.CHANGE


@pytest.mark.parametrize(
    "values", [[0, 1], [0.0, 1.0], [False, True], ["0", "1"], ["Normal", "Attack"], [" no ", "YES"]]
)
def test_labels_may_be_numbers_booleans_or_words(values: list[object]) -> None:
    assert as_labels(pd.Series(values), "column 'label'", FileConfig(), Notes("x")).tolist() == [False, True]


@pytest.mark.parametrize("wrong", [np.nan, None])
def test_a_missing_label_is_an_error(wrong: object) -> None:
    with pytest.raises(DataError) as error:
        as_labels(pd.Series([0, 1, wrong], name="state"), "labels.txt", FileConfig(), Notes("x"))
    assert str(error.value) == (
        "Expected a label in each row of labels.txt; got 1 missing, first in row 2. Fill them in, 0 where nothing is "
        "wrong, leave the column out with --ignore-columns state, or keep it as a feature with "
        "--feature-columns state."
    )


@pytest.mark.parametrize("columns", [["feature_0"], ["timestamp", "value"], ["id", "label"], ["time", "anomaly"]])
def test_file_of_labels_needs_one_column_or_a_known_name(columns: list[str]) -> None:
    frame = pd.DataFrame([[0] * len(columns), [1] * len(columns)], columns=columns)
    assert labels_of_file(frame, 2, FileConfig(), Notes("labels.csv")).tolist() == [False, True]


def test_file_of_several_columns_is_an_error() -> None:
    frame = pd.DataFrame([[0, 1]], columns=["a", "b"])
    with pytest.raises(DataError, match=r"got 2: \['a', 'b'\]\. Name it with --label-column, or name"):
        labels_of_file(frame, 1, FileConfig(), Notes("labels.csv"))


@pytest.mark.parametrize("count", [2, 4])
def test_labels_of_another_length_are_an_error(count: int) -> None:
    with pytest.raises(DataError) as error:
        labels_of_file(pd.DataFrame({"label": [0] * count}), 3, FileConfig(), Notes("labels.txt"))
    assert str(error.value) == (
        f"Expected 3 labels in labels.txt, one for each row; got {count}. Check that both files cover the same rows."
    )
