from __future__ import annotations

from math import log2

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import ndcg_score

from mtadgat.metrics.root_cause import feature_shares, healthy_levels, ranked_features, root_cause_metrics
from mtadgat.series import Cause, Event


def ranking_scores(*order: int) -> np.ndarray:
    """Scores of one row whose features rank in the given order."""
    scores = np.zeros((1, len(order)))
    scores[0, list(order)] = np.arange(len(order), 0, -1)
    return scores


def test_a_ranking_by_hand() -> None:
    scores = ranking_scores(3, 0, 5, 1, 2, 4)
    known = root_cause_metrics(scores, [Cause(Event(0, 1), (0, 1, 4))], np.ones(6))
    found, best = 1 / log2(3) + 1 / log2(5), 1 + 1 / log2(3) + 1 / log2(4)
    # Of the causes 0, 1, 4 the first three places hold one, the first floor(4.5) two.
    assert known.mean == pytest.approx((1 / 3, 2 / 3, found / best))


def test_a_cause_with_more_features_than_places_can_still_be_perfect() -> None:
    known = root_cause_metrics(ranking_scores(*range(8)), [Cause(Event(0, 1), tuple(range(7)))], np.ones(8))
    assert known.mean == (1.0, 1.0, pytest.approx(1.0))


@given(arrays(np.float64, 9, elements=st.floats(0.01, 100), unique=True), st.sets(st.integers(0, 8), min_size=1))
@settings(deadline=None, max_examples=50)
def test_ndcg_is_that_of_scikit_learn(scores: np.ndarray, causes: set[int]) -> None:
    truth = np.isin(np.arange(9), sorted(causes)).astype(float)
    found = root_cause_metrics(scores[None], [Cause(Event(0, 1), tuple(causes))], np.ones(9)).mean.ndcg_5
    assert found == pytest.approx(ndcg_score(truth[None], scores[None], k=5))


def test_events_weigh_the_same_and_those_without_causes_are_left_out() -> None:
    scores = np.vstack((ranking_scores(0, 1, 2), ranking_scores(2, 1, 0)))
    causes = [Cause(Event(0, 1), (0,)), Cause(Event(1, 2), (0,)), Cause(Event(0, 2), ())]
    known = root_cause_metrics(scores, causes, np.ones(3))
    assert [event.hit_rate_100 for event in known.per_event] == [1.0, 0.0]
    assert known.to_dict()["root_cause/hit_rate_100"] == 0.5


def test_no_causes_give_nan() -> None:
    known = root_cause_metrics(np.ones((3, 2)), [], np.ones(2))
    assert known.per_event == ()
    assert np.isnan(list(known.to_dict().values())).all()


def test_a_feature_that_is_always_loud_is_not_to_blame() -> None:
    scores = np.tile([10.0, 1.0], (100, 1))
    scores[50:55] = [12.0, 5.0]
    anomalous = np.isin(np.arange(100), range(50, 55))
    shares = feature_shares(scores, Event(50, 55), healthy_levels(scores, anomalous))
    assert ranked_features(shares) == (1, 0)
    assert shares.sum() == pytest.approx(1)


def test_a_feature_that_is_almost_silent_does_not_win_by_a_whisper() -> None:
    scores = np.tile([1.0, 1e-9], (10, 1))
    scores[5] = [4.0, 1e-6]
    assert ranked_features(feature_shares(scores, Event(5, 6), healthy_levels(scores, np.arange(10) == 5))) == (0, 1)


def test_silent_scores_share_the_blame_evenly_in_the_order_of_columns() -> None:
    shares = feature_shares(np.zeros((4, 3)), Event(1, 2), np.zeros(3))
    assert shares == pytest.approx([1 / 3] * 3)
    assert ranked_features(shares) == (0, 1, 2)


def test_where_every_row_is_anomalous_all_rows_tell_what_is_usual() -> None:
    assert healthy_levels(np.array([[1.0], [3.0]]), np.array([True, True])) == pytest.approx([2.0])
