"""What the records of the trials of a search add up to."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from mtadgat.search.trial import TrialRecord, best_trial, pruning_savings, trials_table, trials_without_progress
from searching import record


def test_the_best_trial_is_the_finished_one_of_the_lowest_loss() -> None:
    records = [record(0, 3.0), record(1, 1.0, "pruned"), record(2, 2.0), record(3, math.nan, "failed"), record(4, 2.0)]
    best = best_trial(records)
    assert best is not None
    assert best.number == 2


def test_without_a_finished_trial_there_is_no_best_one() -> None:
    assert best_trial([record(0, math.nan, "failed")]) is None


@pytest.mark.parametrize(("losses", "count"), [([], 0), ([1.0], 0), ([3.0, 2.0, 2.5, 2.0], 2), ([1.0, 2.0, 3.0], 2)])
def test_trials_without_progress_are_counted_from_the_best(losses: list[float], count: int) -> None:
    assert trials_without_progress([record(number, loss) for number, loss in enumerate(losses)]) == count


def test_trials_that_ran_side_by_side_are_counted_in_the_order_in_which_they_ended() -> None:
    late = record(0, 1.0, ended=9.0)
    assert trials_without_progress([late, record(1, 2.0, ended=3.0), record(2, 3.0, ended=4.0)]) == 0


def test_failed_trials_are_no_lack_of_progress() -> None:
    assert trials_without_progress([record(0, 1.0), record(1, math.nan, "failed")]) == 0


def test_pruning_saves_the_epochs_that_were_not_run_at_the_pace_of_the_trial() -> None:
    records = [record(0, 1.0, epochs=10, seconds=20.0), record(1, 2.0, "pruned", epochs=2, seconds=6.0)]
    savings = pruning_savings(records, 10)
    assert savings == (1, 8, pytest.approx(8 / 20), pytest.approx(24.0))


def test_the_table_has_a_row_for_each_trial_and_leaves_empty_what_was_not_drawn() -> None:
    drew = TrialRecord(1, "finished", 0.5, {"top": 3, "attention": "gat"}, {}, 2, 1.0)
    table = trials_table(
        [drew, TrialRecord(0, "failed", math.nan, {"attention": "gatv2"}, {}, reason="no memory")],
        ["top", "attention"],
    )
    assert list(table["number"]) == [0, 1]
    assert list(table["top"].isna()) == [True, False]
    assert table["top"].iloc[1] == 3
    assert pd.api.types.is_integer_dtype(table["top"])
    assert table["reason"].iloc[0] == "no memory"


def test_a_table_of_no_trials_has_its_columns() -> None:
    assert {"number", "loss", "top"} <= set(trials_table([], ["top"]).columns)


def test_epochs_can_be_searched_and_told_apart_from_those_that_were_run() -> None:
    table = trials_table([TrialRecord(0, "pruned", 1.0, {"epochs": 9}, {}, epochs=3)], ["epochs"])
    assert (table["epochs"].iloc[0], table["epochs_run"].iloc[0]) == (9, 3)
    assert table.columns.is_unique
