"""Windows are views in time order, and validation shares no row with training."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from mtadgat.detector.network import sliding_windows
from mtadgat.detector.validation_split import chronological_split, windows_apart
from mtadgat.errors import DataError


@settings(deadline=None)
@given(rows=st.integers(1, 60), window=st.integers(1, 60), stride=st.integers(1, 9))
def test_every_window_holds_the_rows_from_its_start(rows: int, window: int, stride: int) -> None:
    series = torch.arange(2.0 * rows).view(rows, 2)
    starts = range(0, rows - window + 1, stride)
    if not starts:
        with pytest.raises(DataError):
            sliding_windows(series, window, stride)
        return
    windows = sliding_windows(series, window, stride)
    assert windows.shape == (len(starts), window, 2)
    for number, start in enumerate(starts):
        assert torch.equal(windows[number], series[start : start + window])


def test_windows_copy_nothing() -> None:
    series = torch.rand(1000, 3)
    assert sliding_windows(series, 100).untyped_storage().data_ptr() == series.untyped_storage().data_ptr()


def test_a_series_shorter_than_the_window_says_what_to_do() -> None:
    with pytest.raises(DataError) as raised:
        sliding_windows(torch.rand(9, 3), 10)
    assert str(raised.value) == (
        "Expected at least 10 rows, one window; got 9 rows. Give more rows, or train with a smaller --window."
    )


@settings(deadline=None)
@given(rows=st.integers(10, 400), span=st.integers(2, 30), stride=st.integers(1, 40), share=st.floats(0, 0.9))
def test_no_row_of_a_validation_window_is_trained_on(rows: int, span: int, stride: int, share: float) -> None:
    starts = range(0, rows - span + 1, stride)
    gap = windows_apart(span, stride)
    try:
        training, validation = chronological_split(len(starts), share, gap)
    except DataError:
        return
    assert len(training) >= 1
    assert (len(validation) > 0) == (share > 0)
    if share > 0:
        assert validation.stop == len(starts)
        assert starts[validation.start] >= starts[training[-1]] + span
        assert training[-1] + 1 + gap == validation.start


def test_the_gap_is_no_wider_than_it_has_to_be() -> None:
    assert [windows_apart(101, stride) for stride in (1, 10, 101, 500)] == [100, 10, 0, 0]


def test_a_split_without_training_windows_says_what_to_do() -> None:
    with pytest.raises(DataError) as raised:
        chronological_split(50, 0.1, 100)
    assert str(raised.value) == (
        "Expected more than 105 training windows (5 for validation after a gap of 100); got 50. "
        "Give more rows, a smaller --window, or --val-split 0."
    )
