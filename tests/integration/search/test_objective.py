"""Trials in this process, recorded in a real store: what fails, what is stopped, what is repeated."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from mlflow import MlflowClient

from mtadgat.config import DetectorConfig, TrackingConfig
from mtadgat.data.reader import read
from mtadgat.integrations.mlflow.searches.search_tracking import MlflowSearchTracking
from mtadgat.search.objective import Objective, TrialData
from mtadgat.search.plan import Plan
from mtadgat.search.space import SearchSpace
from mtadgat.search.trial import Suggestion, TrialRecord
from mtadgat.search.trial_runner import LocalRunner
from mtadgat.tracking.protocols import RunLabel
from searching import SMALL, SPACE, fresh_store, trials_of, write_data


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    yield from fresh_store(tmp_path, monkeypatch)


class Search:
    """Runs trials without the training that follows them."""

    def __init__(self, store: Path) -> None:
        self.data = TrialData(read(write_data(store), "train"))
        self.told: list[int] = []
        self.run_id = ""

    def __call__(
        self, space: str, base: DetectorConfig = SMALL, trials: int = 4, pruning: bool = False, **limits: float
    ) -> list[TrialRecord]:
        plan = Plan(SearchSpace.parse(space), "rand", 0, trials, **limits)  # type: ignore[arg-type]
        with MlflowSearchTracking().search(RunLabel("hyperopt", "plant"), TrackingConfig(), None) as run:
            self.run_id = run.tracker.run_id
            objective = Objective(base, "validation", pruning, lambda: self.data, run.trial_store)
            LocalRunner().run(plan, objective, lambda record: self.told.append(record.number))
            return run.trial_store.records()


@pytest.fixture
def search(store: Path) -> Search:
    return Search(store)


def test_what_is_read_back_from_the_store_is_what_was_told(search: Search) -> None:
    records = search(SPACE, trials=3)
    assert [record.number for record in records] == search.told == [0, 1, 2]
    for record in records:
        assert set(record.parameters) == {"learning_rate", "gru_hidden", "attention"}
        assert SearchSpace.parse(SPACE).values(record.point) == record.parameters
        assert record.epochs == 2
        assert record.ended > 1e9


def test_the_same_seed_gives_the_same_trials_with_the_same_losses(search: Search) -> None:
    def essence(record: TrialRecord) -> object:
        return record.number, record.loss, record.parameters

    assert [essence(each) for each in search(SPACE, trials=2)] == [essence(each) for each in search(SPACE, trials=2)]


def test_a_trial_that_fails_is_recorded_with_its_reason_and_the_search_goes_on(search: Search) -> None:
    records = search("window: {choice: [8, 200]}\ngru_hidden: {quniform: [4, 12, 4]}\n", trials=6)
    failed = [record for record in records if record.status == "failed"]
    assert 0 < len(failed) < len(records) == 6
    for record in failed:
        assert record.parameters["window"] == 200
        assert math.isnan(record.loss)
        assert "Expected at least 400 training rows" in record.reason
        assert MlflowClient().get_run(record.run_id).info.status == "FAILED"


def test_a_loss_that_is_not_finite_fails_the_trial(search: Search) -> None:
    (record,) = search("learning_rate: {choice: [1.0e+30]}\n", trials=1)
    assert record.status == "failed"
    assert "Expected a finite loss; got nan" in record.reason


def test_trials_worse_than_the_median_are_stopped_early(search: Search) -> None:
    space = "learning_rate: {choice: [3.0e-3, 3.0e-3, 3.0e-3, 1.0e-6]}\nseed: {randint: [0, 9]}\n"
    records = search(space, replace(SMALL, epochs=5), trials=10, pruning=True)
    pruned = [record for record in records if record.status == "pruned"]
    assert pruned
    for record in pruned:
        assert 2 <= record.epochs < 5
        assert "the median of" in record.reason
        assert MlflowClient().get_run(record.run_id).info.status == "FINISHED"
    best = min(records, key=lambda record: record.loss)
    assert best.parameters["learning_rate"] == 3e-3


def test_a_search_stops_when_its_time_is_up_and_the_trial_that_ran_does_not_count(search: Search) -> None:
    records = search(SPACE, replace(SMALL, epochs=20), trials=500, timeout=4)
    assert 0 < len(records) < 500
    statuses = [trial.info.status for trial in trials_of(search.run_id)]
    assert statuses[: len(records)] == ["FINISHED"] * len(records)
    assert statuses[len(records) :] in ([], ["KILLED"])


def test_early_stopping_ends_a_search_without_progress(search: Search) -> None:
    records = search(SPACE, trials=40, early_stop=2)
    best = min(records, key=lambda record: record.loss)
    assert best.number == len(records) - 3


def test_a_trial_that_starts_elsewhere_after_its_search_has_ended_leaves_no_run_open(store: Path) -> None:
    data = TrialData(read(write_data(store), "train"))
    with MlflowSearchTracking().search(RunLabel("hyperopt", "plant"), TrackingConfig(), None) as run:
        objective = Objective(SMALL, "validation", False, lambda: data, run.trial_store)
        suggestion = Suggestion(0, {}, {})
        run_id = objective.open(suggestion)
        run.trial_store.interrupt_unfinished("stopped with the search")
        objective(suggestion, run_id)  # an executor that was told to stop only now begins
        search_id = run.tracker.run_id
    assert [(trial.info.run_id, trial.info.status) for trial in trials_of(search_id)] == [(run_id, "FINISHED")]
