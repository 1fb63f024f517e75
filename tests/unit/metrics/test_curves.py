from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import precision_score, recall_score

from labelled_examples import f1, labelled_scores, recorded
from mtadgat.metrics.curves import adjusted_curve, adjusted_curves, area_over_percents, event_curve, point_curve
from mtadgat.series import events

TSB_AD = {
    0.6: (0.38095238095238093, 0.64, 0.47058823529411725),
    0.9: (0.2727272727272727, 0.8985507246376812, 0.615384615384615),
}
"""Standard-F1, PA-F1 and Event-based-F1 of TSB-AD 1.5 for the flags of the recorded scores at two thresholds."""


def adjusted(flags: np.ndarray, labels: np.ndarray, percent: int) -> np.ndarray:
    """PA%K as Kim et al. 2022 define it, event by event."""
    whole = flags.copy()
    for start, stop in events(labels):
        if 100 * int(flags[start:stop].sum()) > percent * (stop - start):
            whole[start:stop] = True
    return whole


@given(labelled_scores())
@settings(deadline=None, max_examples=40)
def test_points_are_counted_as_scikit_learn_does_at_every_threshold(known: tuple[np.ndarray, np.ndarray]) -> None:
    scores, labels = known
    curve = point_curve(scores, labels)
    assert curve.thresholds.tolist() == sorted(set(scores.tolist()), reverse=True)
    for threshold, precision, recall in zip(*curve, strict=True):
        assert precision == pytest.approx(precision_score(labels, scores >= threshold))
        assert recall == pytest.approx(recall_score(labels, scores >= threshold))


@given(labelled_scores(), st.sampled_from([0, 1, 10, 20, 50, 77, 99, 100]))
@settings(deadline=None, max_examples=40)
def test_adjusted_points_are_those_of_adjusted_flags(known: tuple[np.ndarray, np.ndarray], percent: int) -> None:
    scores, labels = known
    for threshold, precision, recall in zip(*adjusted_curve(scores, labels, percent), strict=True):
        flags = adjusted(scores >= threshold, labels, percent)
        assert precision == pytest.approx(precision_score(labels, flags))
        assert recall == pytest.approx(recall_score(labels, flags))


@given(labelled_scores())
@settings(deadline=None, max_examples=40)
def test_events_are_found_by_one_flag_and_false_flags_are_counted_by_row(
    known: tuple[np.ndarray, np.ndarray],
) -> None:
    scores, labels = known
    for threshold, precision, recall in zip(*event_curve(scores, labels), strict=True):
        flags = scores >= threshold
        found = [flags[start:stop].any() for start, stop in events(labels)]
        assert recall == pytest.approx(np.mean(found))
        assert precision == pytest.approx(precision_score(labels, flags))


@pytest.mark.parametrize("threshold", TSB_AD)
def test_f1_is_that_of_tsb_ad(threshold: float) -> None:
    scores, labels = recorded()
    flags = (scores >= threshold).astype(np.float64)
    found = [curve(flags, labels).first.f1 for curve in (point_curve, adjusted_curve, event_curve)]
    assert found == pytest.approx(TSB_AD[threshold])


@given(labelled_scores())
@settings(deadline=None, max_examples=50)
def test_the_best_point_has_the_highest_f1_at_the_highest_threshold(known: tuple[np.ndarray, np.ndarray]) -> None:
    curve = point_curve(*known)
    every = [f1(precision, recall) for precision, recall in zip(curve.precision, curve.recall, strict=True)]
    assert curve.best.f1 == pytest.approx(max(every))
    assert curve.best.threshold == curve.thresholds[np.argmax(curve.f1)]


def test_one_event_of_four_rows_by_hand() -> None:
    scores = np.array([0.1, 0.9, 0.2, 0.3, 0.4, 0.8])
    labels = np.array([False, True, True, True, True, False])
    assert adjusted_curve(scores, labels, 0).best == (0.9, 1.0, 1.0, 1.0)
    # More than a quarter of the event: two of its rows, at the price of a false alarm.
    assert adjusted_curve(scores, labels, 25).best == (0.4, 0.8, 1.0, pytest.approx(8 / 9))


def test_one_hundred_percent_is_no_adjustment() -> None:
    scores, labels = recorded()
    np.testing.assert_array_equal(adjusted_curve(scores, labels, 100).f1, point_curve(scores, labels).f1)


def test_the_area_lies_between_no_adjustment_and_full_adjustment() -> None:
    best = [float(curve.f1.max()) for curve in adjusted_curves(*recorded())]
    assert best == sorted(best, reverse=True)
    assert best[100] < area_over_percents(best) < best[0]


def test_the_area_of_a_straight_line_is_its_middle() -> None:
    assert area_over_percents([1 - k / 100 for k in range(101)]) == pytest.approx(0.5)
