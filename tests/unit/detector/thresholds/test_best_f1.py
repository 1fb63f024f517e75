from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtadgat.detector.thresholds import BestF1, BestF1Adjusted
from mtadgat.series import events


def f1(flags: np.ndarray, labels: np.ndarray) -> float:
    hits = int((flags & labels).sum())
    return 2 * hits / (int(flags.sum()) + int(labels.sum())) if hits else 0.0


def adjusted(flags: np.ndarray, labels: np.ndarray) -> np.ndarray:
    whole = flags.copy()
    for event in events(labels):
        if flags[event.start : event.stop].any():
            whole[event.start : event.stop] = True
    return whole


@st.composite
def labelled_scores(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Scores with and without ties, and labels with at least one event."""
    rows = draw(st.integers(1, 40))
    numbers = st.one_of(st.integers(0, 5).map(float), st.floats(-1e6, 1e6))
    scores = np.array(draw(st.lists(numbers, min_size=rows, max_size=rows)))
    labels = np.array(draw(st.lists(st.booleans(), min_size=rows, max_size=rows)))
    labels[draw(st.integers(0, rows - 1))] = True
    return scores, labels


@given(labelled_scores())
@settings(deadline=None, max_examples=150)
def test_no_threshold_reaches_a_higher_f1(known: tuple[np.ndarray, np.ndarray]) -> None:
    scores, labels = known
    fitted = BestF1().fit(scores, labels)
    assert fitted.f1 == pytest.approx(max(f1(scores >= score, labels) for score in scores))
    assert f1(scores >= fitted.values_for(scores), labels) == pytest.approx(fitted.f1)


@given(labelled_scores())
@settings(deadline=None, max_examples=150)
def test_no_threshold_reaches_a_higher_adjusted_f1(known: tuple[np.ndarray, np.ndarray]) -> None:
    scores, labels = known
    fitted = BestF1Adjusted().fit(scores, labels)
    assert fitted.f1 == pytest.approx(max(f1(adjusted(scores >= score, labels), labels) for score in scores))
    assert f1(adjusted(scores >= fitted.values_for(scores), labels), labels) == pytest.approx(fitted.f1)


def test_the_threshold_lies_between_scores_so_that_rounding_flips_no_flag() -> None:
    fitted = BestF1().fit(np.array([1.0, 2.0, 4.0, 4.0]), np.array([False, False, True, True]))
    assert (fitted.value, fitted.f1) == (3.0, 1.0)


def test_neighbouring_floats_are_told_apart() -> None:
    low = 1.0
    high = float(np.nextafter(low, 2))
    fitted = BestF1().fit(np.array([low, high]), np.array([False, True]))
    assert fitted.value == high


def test_one_huge_score_does_not_spoil_the_search() -> None:
    scores = np.concatenate((np.linspace(0, 1, 1000), [1e9]))
    labels = scores > 0.9
    assert BestF1().fit(scores, labels).f1 == 1.0
