from __future__ import annotations

import json
import math
import time
from itertools import pairwise

import libspot
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtadgat.detector.thresholds import Pot, threshold_from_dict
from mtadgat.detector.thresholds.pot import MAX_PEAKS

RISK, LEVEL = 1e-3, 0.99

LIBSPOT_PEAKS = 100_000
"""Room for all peaks, so that libspot forgets none."""


def exponential(rows: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).exponential(size=rows)


def spot(scores: np.ndarray, q: float = RISK, level: float = LEVEL) -> libspot.Spot:
    known = libspot.Spot(q=q, low=False, discard_anomalies=True, level=level, max_excess=LIBSPOT_PEAKS)
    known.fit(scores)
    return known


@pytest.mark.parametrize(("rows", "tolerance"), [(20_000, 0.6), (200_000, 0.2)])
def test_the_threshold_of_exponential_scores_is_that_of_theory(rows: int, tolerance: float) -> None:
    found = [Pot(RISK, LEVEL).fit(exponential(rows, seed)).value for seed in range(4)]
    assert np.mean([value for value in found if value is not None]) == pytest.approx(-math.log(1e-3), abs=tolerance)


@pytest.mark.parametrize("q", [1e-3, 1e-4])
@pytest.mark.parametrize("draw", ["exponential", "normal", "heavy"])
def test_the_static_threshold_is_that_of_libspot(q: float, draw: str) -> None:
    generator = np.random.default_rng(3)
    scores = {
        "exponential": generator.exponential(size=100_000),
        "normal": generator.standard_normal(100_000),
        "heavy": generator.pareto(4, 100_000),
    }[draw]
    # libspot searches the likelihood on a coarser grid.
    assert Pot(q, LEVEL).fit(scores).value == pytest.approx(spot(scores, q).anomaly_threshold, rel=0.03)


@pytest.mark.parametrize("q", [1e-3, 1e-4])
def test_scores_with_an_end_get_a_threshold_before_it(q: float) -> None:
    scores = np.random.default_rng(3).random(100_000)
    assert Pot(q, LEVEL).fit(scores).value == pytest.approx(1 - q, abs=q / 3)


def test_the_dynamic_threshold_follows_drift_as_libspot_does() -> None:
    scores = exponential(30_000, 2) * np.linspace(1, 1.5, 30_000)
    known = spot(exponential(20_000, 1))
    expected = []
    for score in scores:
        expected.append(known.anomaly_threshold)
        known.step(float(score))
    over = Pot(RISK, LEVEL, dynamic=True).fit(exponential(20_000, 1)).values_for(scores)
    # libspot fits by another estimator, at every peak; the flags are what counts.
    np.testing.assert_allclose(over, expected, rtol=0.04)
    assert ((scores >= over) == (scores >= np.array(expected))).mean() > 0.999


def test_a_row_is_held_against_the_threshold_before_it() -> None:
    fitted = Pot(RISK, LEVEL, dynamic=True).fit(exponential(5000))
    peak = (fitted.state.level + fitted.value) / 2
    over = fitted.values_for(np.array([0.0, peak, 0.0, 0.0]))
    assert over[0] == over[1] == fitted.value
    assert over[2] == over[3] != fitted.value


def test_flagged_rows_teach_nothing() -> None:
    fitted = Pot(RISK, LEVEL, dynamic=True).fit(exponential(5000))
    followed = fitted.step(np.full(100, 50.0))
    assert followed.next == fitted
    assert (followed.values == fitted.value).all()


def test_static_pot_does_not_move() -> None:
    fitted = Pot(RISK, LEVEL).fit(exponential(5000))
    followed = fitted.step(exponential(5000, 1))
    assert followed.next is fitted
    assert (followed.values == fitted.value).all()


@given(seed=st.integers(0, 1000), cuts=st.lists(st.integers(0, 3000), max_size=4))
@settings(deadline=None, max_examples=15)
def test_following_a_stream_in_pieces_equals_following_it_at_once(seed: int, cuts: list[int]) -> None:
    scores = 1.3 * exponential(3000, seed)
    fitted = Pot(RISK, LEVEL, dynamic=True).fit(exponential(2000, seed + 1))
    whole = fitted.step(scores)
    pot, pieces = fitted, []
    for start, stop in pairwise([0, *sorted(cuts), 3000]):
        piece = pot.step(scores[start:stop])
        pieces.append(piece.values)
        restored = threshold_from_dict(json.loads(json.dumps(piece.next.to_dict())))
        assert isinstance(restored, Pot)
        pot = restored
    np.testing.assert_array_equal(np.concatenate(pieces), whole.values)
    assert pot == whole.next


def test_following_does_not_change_the_fitted_threshold() -> None:
    fitted = Pot(RISK, LEVEL, dynamic=True).fit(exponential(5000))
    first = fitted.values_for(exponential(5000, 1))
    np.testing.assert_array_equal(fitted.values_for(exponential(5000, 1)), first)


def test_what_a_stream_remembers_stays_small() -> None:
    scores = exponential(60_000, 1) * np.linspace(1, 3, 60_000)
    state = Pot(RISK, 0.9, dynamic=True).fit(exponential(20_000)).step(scores).next.state
    assert state.peaks > 4 * MAX_PEAKS
    assert MAX_PEAKS // 2 <= len(state.excesses) <= MAX_PEAKS
    assert len(json.dumps(state.excesses)) < 50_000


def test_a_day_of_scores_every_second_is_followed_in_seconds() -> None:
    fitted = Pot(RISK, LEVEL, dynamic=True).fit(exponential(24_000))
    scores = exponential(100_000, 1)
    start = time.perf_counter()
    fitted.values_for(scores)
    assert time.perf_counter() - start < 5


def test_a_risk_above_the_share_of_peaks_flags_all_peaks() -> None:
    scores = np.concatenate((np.zeros(5000), np.ones(3)))
    fitted = Pot(RISK, LEVEL).fit(scores)
    assert (scores >= fitted.values_for(scores)).sum() == 3


@given(st.floats(1e-6, 1e6), st.integers(0, 100))
@settings(deadline=None, max_examples=15)
def test_the_unit_of_the_scores_does_not_matter(unit: float, seed: int) -> None:
    scores = exponential(3000, seed)
    assert Pot(RISK, LEVEL).fit(unit * scores).value == pytest.approx(
        unit * Pot(RISK, LEVEL).fit(scores).value, rel=1e-3
    )
