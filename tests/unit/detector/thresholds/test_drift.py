"""POT that follows drift, and the medians that it counts from."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtadgat.detector.thresholds import Pot
from mtadgat.detector.thresholds.pot import trailing_medians


def healthy(rows: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).exponential(size=rows)


def drifting(dynamic: bool = False, rows: int = 500) -> Pot:
    return Pot(q=0.01, level=0.95, dynamic=dynamic, drift=rows).fit(healthy(5000))


@given(st.lists(st.floats(-9, 9), min_size=1, max_size=20), st.lists(st.floats(-9, 9), max_size=20), st.integers(1, 9))
@settings(deadline=None, max_examples=100)
def test_each_median_is_of_the_scores_just_before_its_row(before: list[float], later: list[float], rows: int) -> None:
    medians = trailing_medians(np.array(before), np.array(later, dtype=np.float64), rows)
    known = before + later
    expected = [np.median(known[max(0, row - rows) : row]) for row in range(len(before), len(known) + 1)]
    np.testing.assert_allclose(medians, expected, atol=1e-12)


@pytest.mark.parametrize("dynamic", [False, True])
def test_a_baseline_that_is_another_from_some_day_on_is_flagged_at_first_and_then_no_more(dynamic: bool) -> None:
    scores = healthy(4000, seed=1)
    scores[1000:] += 30
    flags = scores >= drifting(dynamic).values_for(scores)
    assert flags[1000:1200].all()
    assert flags[2000:].mean() < 0.03
    still = Pot(q=0.01, level=0.95, dynamic=dynamic).fit(healthy(5000))
    assert (scores >= still.values_for(scores))[1000:].all()


def test_an_event_of_less_than_half_the_rows_is_flagged_to_its_end() -> None:
    scores = healthy(2000, seed=1)
    scores[1000:1200] += 30
    flags = scores >= drifting().values_for(scores)
    assert flags[1000:1200].all()
    assert flags[1200:].mean() < 0.03


def test_without_change_as_many_rows_are_flagged_as_the_risk_says() -> None:
    scores = healthy(50_000, seed=1)
    assert (scores >= drifting(rows=2000).values_for(scores)).mean() == pytest.approx(0.01, rel=0.4)


def test_the_value_is_the_threshold_of_the_next_row() -> None:
    fitted = drifting()
    assert fitted.values_for(np.zeros(1))[0] == fitted.value
    later = fitted.step(healthy(300, seed=1)).next
    assert later.values_for(np.zeros(1))[0] == later.value != fitted.value


@pytest.mark.parametrize("dynamic", [False, True])
@given(cuts=st.lists(st.integers(0, 1500), max_size=4))
@settings(deadline=None, max_examples=15)
def test_following_a_stream_in_pieces_equals_following_it_at_once(dynamic: bool, cuts: list[int]) -> None:
    scores = healthy(1500, seed=2) + np.linspace(0, 5, 1500)
    pot, pieces = drifting(dynamic), []
    for piece in np.split(scores, sorted(cuts)):
        followed = pot.step(piece)
        pieces.append(followed.values)
        pot = followed.next
    whole = drifting(dynamic).step(scores)
    np.testing.assert_allclose(np.concatenate(pieces), whole.values, rtol=1e-9)
    assert pot.state is not None and whole.next.state is not None
    assert pot.state.recent == whole.next.state.recent


def test_a_million_rows_are_followed_in_seconds() -> None:
    scores = healthy(1_000_000, seed=1)
    assert drifting(rows=4000).values_for(scores).shape == scores.shape
