from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from mtadgat.metrics.level_runs import runs_over_levels
from mtadgat.series import events


@given(st.lists(st.integers(-3, 6), min_size=1, max_size=30))
@settings(deadline=None, max_examples=200)
def test_at_every_level_the_runs_are_those_that_one_sees_there(levels: list[int]) -> None:
    level = np.array(levels)
    runs = runs_over_levels(level)
    for k in range(level.min() - 1, level.max() + 1):
        there = (runs.first <= k) & (k < runs.end)
        seen = sorted(zip(runs.start[there].tolist(), runs.stop[there].tolist(), strict=True))
        assert seen == [tuple(run) for run in events(level <= k)]


@given(st.lists(st.integers(0, 100), min_size=1, max_size=60))
@settings(deadline=None, max_examples=50)
def test_there_are_at_most_as_many_runs_as_pieces(levels: list[int]) -> None:
    assert runs_over_levels(np.array(levels)).start.size <= len(levels)
