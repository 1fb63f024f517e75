"""The same seed samples the same trials, even if a search was interrupted."""

from __future__ import annotations

import json
import warnings
from collections.abc import Sequence

import pytest

from mtadgat.search.plan import Plan
from mtadgat.search.sampler import ended_documents
from mtadgat.search.space import SearchSpace
from mtadgat.search.trial import Suggestion, TrialRecord, best_trial
from mtadgat.search.trial_queue import TrialQueue

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
LABELS = list(SPACE.domain().params)


def toy(suggestion: Suggestion) -> TrialRecord:
    """A trial that takes no time; every seventh fails."""
    number, parameters = suggestion.number, suggestion.parameters
    if number % 7 == 3:
        return suggestion.failed("the seventh", ended=number)
    loss = parameters["dropout"] + parameters["gru_layers"]
    return TrialRecord(number, "finished", loss, parameters, suggestion.point, ended=number)


def searched(algo: str, seed: int = 0, ended: Sequence[TrialRecord] = (), **limits: int) -> list[TrialRecord]:
    queue = TrialQueue(Plan(SPACE, algo, seed, TRIALS, ended=ended, **limits))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        while not queue.is_over and (suggestion := queue.take()) is not None:
            queue.end(toy(suggestion))
    return sorted(queue.records, key=lambda record: record.number)


@pytest.mark.parametrize("algo", ALGORITHMS)
def test_the_same_seed_draws_the_same_trials_and_another_seed_others(algo: str) -> None:
    assert repr(searched(algo)) == repr(searched(algo))
    assert repr(searched(algo)) != repr(searched(algo, seed=1))


@pytest.mark.parametrize("algo", ALGORITHMS)
def test_a_resumed_search_draws_what_it_would_have_drawn_without_the_break(algo: str) -> None:
    whole = searched(algo)
    assert repr(searched(algo, ended=whole[:11])) == repr(whole)


def test_trials_that_were_lost_are_drawn_again_under_their_numbers_and_no_other_is_repeated() -> None:
    whole = searched("rand")
    rest = [record for record in whole if record.number not in (4, 9) and record.number < 20]
    assert repr(searched("rand", ended=rest)) == repr(whole)


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
    assert Plan(SPACE, "rand", 0, TRIALS, early_stop=4, ended=records).is_complete
    assert not Plan(SPACE, "rand", 0, TRIALS, early_stop=9, ended=records).is_complete


def test_documents_of_ended_trials_leave_labels_that_were_not_sampled_empty() -> None:
    record = TrialRecord(0, "finished", 1.0, {}, {"dropout": 0.25, "aggregation": 0})
    (document,) = ended_documents(LABELS, [record])
    assert document["misc"]["vals"]["dropout"] == [0.25]
    assert document["misc"]["vals"]["aggregation=top/top"] == []


def test_documents_hold_plain_values_alone_as_hyperopt_encodes_them_where_pymongo_is_installed() -> None:
    documents = ended_documents(LABELS, searched("rand"))
    assert json.loads(json.dumps(documents)) == documents
