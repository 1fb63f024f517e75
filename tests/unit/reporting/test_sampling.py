"""Fewer points must draw the same picture: no peak is lost."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from mtadgat.reporting.sampling import downsample, merged
from mtadgat.series import Event, events

VALUES = st.floats(-1e6, 1e6) | st.just(float("nan"))


@settings(deadline=None)
@given(
    values=arrays.arrays(np.float64, st.tuples(st.integers(1, 300), st.integers(1, 3)), elements=VALUES),
    bins=st.integers(1, 40),
)
def test_every_bin_keeps_its_lowest_and_highest_value_of_each_column(values: np.ndarray, bins: int) -> None:
    kept = downsample(values, bins)
    assert (np.diff(kept) > 0).all()
    assert kept[0] == 0 and kept[-1] == len(values) - 1
    size = -(-len(values) // bins)
    for start in range(0, len(values), size):
        inside = kept[(kept >= start) & (kept < start + size)]
        for column in values[start : start + size].T:
            if not np.isnan(column).all():
                shown = values[inside][
                    :, [np.array_equal(column, other, equal_nan=True) for other in values[start : start + size].T]
                ]
                assert np.nanmax(shown) == np.nanmax(column)
                assert np.nanmin(shown) == np.nanmin(column)


@settings(deadline=None)
@given(rows=st.integers(1, 5000), columns=st.integers(1, 4), bins=st.integers(1, 60))
def test_no_more_rows_are_kept_than_asked_for(rows: int, columns: int, bins: int) -> None:
    values = np.random.default_rng(rows).normal(size=(rows, columns))
    assert len(downsample(values, bins)) <= max(2 * bins * columns + 2, 1)


def test_short_series_are_kept_whole() -> None:
    assert downsample(np.arange(20.0), 10).tolist() == list(range(20))


def test_a_single_spike_among_a_million_rows_is_kept_and_it_is_fast() -> None:
    values = np.zeros(1_000_000, dtype=np.float32)
    values[654_321] = 9
    started = time.perf_counter()
    kept = downsample(values, 2000)
    assert 654_321 in kept
    assert len(kept) <= 4002
    assert time.perf_counter() - started < 2


@settings(deadline=None)
@given(flags=arrays.arrays(np.bool_, st.integers(0, 200)), most=st.integers(1, 10))
def test_merged_spans_cover_all_spans_with_no_more_than_asked_for(flags: np.ndarray, most: int) -> None:
    spans = events(flags)
    joined = merged(spans, most)
    assert len(joined) == min(len(spans), most)
    covered = np.zeros(len(flags), dtype=bool)
    for start, stop in joined:
        covered[start:stop] = True
    assert covered[flags].all()


@pytest.mark.parametrize(
    ("most", "expected"), [(3, [(0, 2), (3, 4), (9, 10)]), (2, [(0, 4), (9, 10)]), (1, [(0, 10)])]
)
def test_the_closest_spans_are_joined_first(most: int, expected: list[tuple[int, int]]) -> None:
    spans = [Event(0, 2), Event(3, 4), Event(9, 10)]
    assert merged(spans, most) == expected
