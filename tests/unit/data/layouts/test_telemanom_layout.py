"""What a user loses when these fail: the labels of NASA's channels, or the feature that they are about."""

from __future__ import annotations

import logging
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtadgat.data.layouts.layout import SplitFiles
from mtadgat.data.layouts.telemanom_layout import LABEL_FILE, Telemanom, labels_of_ranges
from mtadgat.data.reader import read_series
from mtadgat.errors import DataError

HEADER = "chan_id,spacecraft,anomaly_sequences,class,num_values\n"


def data_set(write: Callable[..., str], lines: str) -> str:
    for name in ("train/E-1.npy", "test/E-1.npy", "train/E-2.npy", "test/E-2.npy"):
        np.save(write(name, b""), np.arange(30.0).reshape(10, 3))
    return write(LABEL_FILE, lines).removesuffix(f"/{LABEL_FILE}")


def test_channels_are_recognised_by_the_file_of_labels() -> None:
    names = ["train/E-1.npy", "test/E-1.npy"]
    assert not Telemanom().entity_splits(names)
    assert Telemanom().entity_splits([*names, LABEL_FILE]) == {
        "E-1": {"train": SplitFiles("train/E-1.npy"), "eval": SplitFiles("test/E-1.npy", LABEL_FILE)}
    }


def test_ranges_label_the_test_part_and_feature_0_is_the_target(write: Callable[..., str]) -> None:
    folder = data_set(write, HEADER + 'E-1,SMAP,"[[1, 2], [9, 9]]","[point, point]",10\n')
    series = read_series(folder, split="eval", entity="E-1")
    assert series.labels is not None
    assert np.flatnonzero(series.labels).tolist() == [1, 2, 9]
    assert series.targets == ("feature_0",)
    assert read_series(folder, entity="E-1").labels is None
    assert read_series(folder, entity="E-1", target_features="2").targets == ("feature_2",)


def test_channel_without_a_line_has_no_labels_and_says_so(
    write: Callable[..., str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    folder = data_set(write, HEADER + 'E-1,SMAP,"[[1, 2]]",[point],10\n')
    assert read_series(folder, split="eval", entity="E-2").labels is None
    assert "labeled_anomalies.csv has no line for channel E-2: its rows have no labels" in caplog.text


def test_file_of_labels_without_its_columns_is_an_error(write: Callable[..., str]) -> None:
    folder = data_set(write, "channel,ranges\nE-1,1\n")
    with pytest.raises(DataError, match=r"columns chan_id and anomaly_sequences in labeled_anomalies\.csv; got \["):
        read_series(folder, split="eval", entity="E-1")


@settings(deadline=None)
@given(
    ranges=st.lists(st.tuples(st.integers(0, 49), st.integers(0, 49)).map(sorted), max_size=4),
    lines=st.integers(1, 2),
)
def test_labels_are_the_union_of_all_ranges_last_rows_included(ranges: list[list[int]], lines: int) -> None:
    expected = {row for first, last in ranges for row in range(first, last + 1)}
    texts = pd.Series([str(ranges[line::lines]) for line in range(lines)])
    assert set(np.flatnonzero(labels_of_ranges(texts, "E-1", 50)).tolist()) == expected


@pytest.mark.parametrize(
    ("text", "got"), [("[[5, 50]]", "[5, 50]"), ("[[7, 3]]", "[7, 3]"), ("[[1]]", "'[[1]]'"), ("none", "'none'")]
)
def test_ranges_that_do_not_fit_are_an_error(text: str, got: str) -> None:
    with pytest.raises(DataError) as error:
        labels_of_ranges(pd.Series([text]), "E-1", 50)
    assert f"; got {got}. " in str(error.value)
