"""The same seed draws the same trials, also where a search was interrupted."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from mtadgat.search.driver import Plan, records_of
from mtadgat.search.objective import suggestion_of
from mtadgat.search.space import SearchSpace
from mtadgat.search.suggestion import NumberedTrials, known_trials, result_of
from mtadgat.search.trial import TrialRecord, best_trial

SPACE = SearchSpace.parse(
    """
dropout: {uniform: [0, 0.5]}
learning_rate: {loguniform: [1e-4, 1e-2]}
gru_layers: {randint: [1, 4]}
aggregation: {choice: [mean, {value: top, top: {randint: [1, 6]}}]}
"""
)
ALGORITHMS = ("tpe", "rand", "anneal")
TRIALS = 24


def toy(carried: Mapping[str, Any]) -> dict[str, Any]:
    """A trial that takes no time; every seventh fails."""
    draw = suggestion_of(carried)
    failed = draw.number % 7 == 3
    loss = float("nan") if failed else draw.parameters["dropout"] + draw.parameters["gru_layers"]
    return result_of(
        TrialRecord(
            draw.number, "failed" if failed else "finished", loss, draw.parameters, draw.point, ended=draw.number
        )
    )


def searched(algo: str, seed: int = 0, known: Sequence[TrialRecord] = (), **limits: int) -> list[TrialRecord]:
    plan = Plan(SPACE, algo, seed, TRIALS, known=known, **limits)
    trials = plan.prepare(NumberedTrials())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plan.search(toy, trials)
    return sorted(records_of(trials), key=lambda record: record.number)


@pytest.mark.parametrize("algo", ALGORITHMS)
def test_the_same_seed_draws_the_same_trials_and_another_seed_others(algo: str) -> None:
    assert repr(searched(algo)) == repr(searched(algo))
    assert repr(searched(algo)) != repr(searched(algo, seed=1))


@pytest.mark.parametrize("algo", ALGORITHMS)
def test_a_resumed_search_draws_what_it_would_have_drawn_without_the_break(algo: str) -> None:
    whole = searched(algo)
    assert repr(searched(algo, known=whole[:11])) == repr(whole)


def test_trials_that_were_lost_are_drawn_again_under_their_numbers_and_no_other_is_repeated() -> None:
    whole = searched("rand")
    rest = [record for record in whole if record.number not in (4, 9) and record.number < 20]
    assert repr(searched("rand", known=rest)) == repr(whole)


@pytest.mark.parametrize("algo", ["tpe", "anneal"])
def test_algorithms_that_learn_find_lower_losses_than_their_first_draws(algo: str) -> None:
    records = searched(algo)
    early, best = best_trial(records[:8]), best_trial(records)
    assert early is not None
    assert best is not None
    assert best.loss < early.loss


def test_a_search_without_progress_stops_and_failed_trials_do_not_count() -> None:
    records = searched("rand", early_stop=4)
    assert len(records) < TRIALS
    best = best_trial(records)
    assert best is not None
    after = [record for record in records if record.number > best.number and record.status == "finished"]
    assert len(after) == 4


def test_a_search_that_stopped_for_lack_of_progress_has_nothing_left_to_do() -> None:
    records = searched("rand", early_stop=4)
    assert Plan(SPACE, "rand", 0, TRIALS, early_stop=4, known=records).over
    assert not Plan(SPACE, "rand", 0, TRIALS, early_stop=9, known=records).over


def test_known_trials_leave_labels_that_were_not_drawn_empty() -> None:
    record = TrialRecord(0, "finished", 1.0, {}, {"dropout": 0.25, "aggregation": 0})
    (document,) = known_trials(SPACE, [record])
    assert document["misc"]["vals"]["dropout"] == [0.25]
    assert document["misc"]["vals"]["aggregation=top/top"] == []
