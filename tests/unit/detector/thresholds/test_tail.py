from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import genpareto

from mtadgat.detector.thresholds.tail import Tail, fit_tail


@pytest.mark.parametrize("shape", [-0.4, -0.1, 0.0, 0.2, 0.6])
@pytest.mark.parametrize("scale", [1e-5, 1.0, 1e4])
def test_the_tail_that_made_the_excesses_is_found(shape: float, scale: float) -> None:
    excesses = genpareto.rvs(shape, scale=scale, size=5000, random_state=np.random.default_rng(0))
    tail = fit_tail(excesses)
    assert tail.shape == pytest.approx(shape, abs=0.06)
    assert tail.scale == pytest.approx(scale, rel=0.06)


def test_no_other_tail_is_likelier() -> None:
    excesses = genpareto.rvs(0.3, size=400, random_state=np.random.default_rng(1))
    tail = fit_tail(excesses)
    best = genpareto.logpdf(excesses, tail.shape, scale=tail.scale).sum()
    for shape in np.linspace(-0.3, 0.9, 25):
        for scale in np.linspace(0.5, 2, 25):
            assert genpareto.logpdf(excesses, shape, scale=scale).sum() <= best + 1e-3


@given(shape=st.floats(-0.9, 0.9), scale=st.floats(1e-3, 1e3), share=st.floats(1e-6, 1))
@settings(deadline=None, max_examples=50)
def test_the_excess_of_a_share_is_the_quantile_of_the_distribution(shape: float, scale: float, share: float) -> None:
    with np.errstate(all="ignore"):
        expected = float(genpareto.isf(share, shape, scale=scale))
    assert Tail(shape, scale).exceeded_by(share) == pytest.approx(expected, rel=1e-6, abs=1e-9 * scale)


def test_a_shape_of_zero_is_the_limit_of_small_ones() -> None:
    assert Tail(0.0, 2.0).exceeded_by(0.01) == -2 * math.log(0.01)
    assert Tail(2e-6, 2.0).exceeded_by(0.01) == pytest.approx(-2 * math.log(0.01), rel=1e-4)


def test_few_excesses_are_taken_as_exponential(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    assert fit_tail(np.array([1.0, 2.0, 6.0])) == Tail(0.0, 3.0)
    assert "only 3 scores" in caplog.text


def test_a_tail_without_a_mean_falls_back_to_moments(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    excesses = genpareto.rvs(2.0, size=500, random_state=np.random.default_rng(2))
    tail = fit_tail(excesses)
    mean, variance = excesses.mean(), excesses.var()
    assert "fit by likelihood" in caplog.text
    assert tail.scale / (1 - tail.shape) == pytest.approx(mean)
    assert tail.shape == pytest.approx((1 - mean**2 / variance) / 2)


@pytest.mark.parametrize("excess", [1e-9, 0.3, 1e6])
def test_excesses_that_are_all_the_same_give_a_tail_that_reaches_beyond_them(excess: float) -> None:
    assert excess < fit_tail(np.full(50, excess)).exceeded_by(0.1) < 3 * excess
