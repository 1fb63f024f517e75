"""The median rule."""

from __future__ import annotations

from statistics import median

from hypothesis import given, settings
from hypothesis import strategies as some

from mtadgat.search.pruning import median_rule

PEERS = [[1.0, 0.8, 0.6], [1.0, 0.9, 0.5], [2.0, 1.5, 0.7]]
curves = some.lists(some.floats(0, 10), min_size=1, max_size=6)


def test_a_trial_above_the_median_of_the_others_at_its_epoch_is_pruned() -> None:
    decision = median_rule([3.0, 2.0], PEERS)
    assert decision.prune
    assert decision.reason == "best loss 2 after epoch 2, the median of 3 others 0.9"


def test_a_trial_at_the_median_goes_on() -> None:
    assert not median_rule([3.0, 0.9], PEERS).prune


def test_the_best_epoch_so_far_counts_and_not_the_last() -> None:
    assert not median_rule([0.7, 5.0], PEERS).prune


def test_the_first_epoch_is_never_judged() -> None:
    assert not median_rule([99.0], PEERS).prune


def test_no_trial_is_judged_by_fewer_than_three_others_at_its_epoch() -> None:
    assert not median_rule([99.0, 99.0, 99.0, 99.0], PEERS).prune
    assert not median_rule([99.0, 99.0], PEERS[:2]).prune


@settings(deadline=None)
@given(own=curves, peers=some.lists(curves, max_size=6))
def test_at_least_half_of_the_others_were_better_where_a_trial_is_stopped(
    own: list[float], peers: list[list[float]]
) -> None:
    if median_rule(own, peers).prune:
        others = [min(peer[: len(own)]) for peer in peers if len(peer) >= len(own)]
        assert 2 * sum(other < min(own) for other in others) >= len(others)
        assert min(own) > median(others)
