"""What a user loses when these fail: a first impression that is honest and the same everywhere."""

from __future__ import annotations

import numpy as np
import pytest

from mtadgat.config import DataConfig
from mtadgat.data.demo import FEATURES, KINDS, MACHINES, ROWS, history, schedule
from mtadgat.data.reader import available_splits, dataset_name, read_series
from mtadgat.errors import DataError
from mtadgat.series import Series, events

DIGESTS = {"train": "6dc29d364a254496", "eval": "72bfa91d0fbaa19b", "new": "f514d9094b9f6b91"}
"""Made by the simulator itself: a change of them changes every figure that README gives for the demo."""


def part(machine: str, split: str) -> Series:
    return read_series("demo", entity=machine, split=split)


def healthy(machine: str, split: str) -> np.ndarray:
    start = sum(count for name, count in ROWS.items() if list(ROWS).index(name) < list(ROWS).index(split))
    values = history(MACHINES.index(machine))[start : start + ROWS[split]]
    return np.round(np.maximum(values, 0), 4)


@pytest.mark.parametrize("split", DIGESTS)
def test_demo_is_the_same_everywhere(split: str) -> None:
    assert read_series("demo", split=split).digest == DIGESTS[split]


def test_demo_is_machine_1_unless_another_is_asked_for() -> None:
    assert read_series("demo").name == "demo-machine-1"
    assert read_series("demo").digest == part("machine-1", "train").digest != part("machine-2", "train").digest
    assert dataset_name("demo") == "demo"
    assert available_splits(DataConfig(fpath="demo", entity="machine-3")) == ("train", "eval", "new")


def test_unknown_machine_is_an_error() -> None:
    with pytest.raises(DataError) as error:
        available_splits(DataConfig(fpath="demo", entity="machine1"))
    assert str(error.value) == (
        "Expected one of machine-1, machine-2, machine-3 in demo; got 'machine1' (did you mean 'machine-1'?). "
        "Correct --entity."
    )


@pytest.mark.parametrize("machine", MACHINES)
def test_parts_follow_each_other_in_time(machine: str) -> None:
    parts = [part(machine, split) for split in ROWS]
    times = np.concatenate([series.timestamps for series in parts if series.timestamps is not None])
    assert [len(series) for series in parts] == [3000, 2000, 500]
    assert (np.diff(times) == np.timedelta64(5, "m")).all()
    assert {series.features for series in parts} == {FEATURES}


@pytest.mark.parametrize("machine", MACHINES)
def test_train_part_is_healthy(machine: str) -> None:
    train = part(machine, "train")
    assert train.labels is None
    np.testing.assert_array_equal(train.values, healthy(machine, "train"))


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize(("split", "count"), [("eval", len(KINDS)), ("new", 1)])
def test_each_incident_is_labelled_and_touches_the_features_it_blames_and_no_others(
    machine: str, split: str, count: int
) -> None:
    series = part(machine, split)
    assert series.labels is not None
    assert [cause.event for cause in series.causes] == events(series.labels)
    assert len(series.causes) == count
    expected = np.zeros(series.values.shape, dtype=bool)
    changed = series.values != healthy(machine, split)
    for event, features in series.causes:
        expected[event.start : event.stop, list(features)] = True
        assert changed[event.start : event.stop, list(features)].mean(axis=0).min() > 0.7
    assert not (changed & ~expected).any()


@pytest.mark.parametrize("number", range(len(MACHINES)))
def test_eval_part_holds_every_kind_of_incident_once(number: int) -> None:
    kinds = [kind.name for _, kind in schedule(number)]
    assert sorted(kinds[:-1]) == sorted(kind.name for kind in KINDS)


@pytest.mark.parametrize("machine", MACHINES)
def test_three_sigma_rule_misses_some_incidents_and_another_model_sees_them(machine: str) -> None:
    train, series = part(machine, "train"), part(machine, "eval")
    assert series.labels is not None
    center, spread = train.values.mean(axis=0), train.values.std(axis=0)
    beyond = (np.abs((series.values - center) / spread) > 3).any(axis=1)
    by_chance = beyond[~series.labels].mean()
    missed = [event for event in events(series.labels) if beyond[event.start : event.stop].mean() <= by_chance]
    assert len(missed) >= 3

    ratio = [FEATURES.index("network_out"), FEATURES.index("requests")]
    known, seen = (np.divide(*rows.values[:, ratio].T) for rows in (train, series))
    broken = np.abs(seen - np.median(known)) > 5 * np.median(np.abs(known - np.median(known)))
    assert broken[series.labels].mean() > 2 * broken[~series.labels].mean()


def test_options_work_on_the_demo_too() -> None:
    series = read_series("demo", split="eval", eval_end=1000, ignore_columns="cpu", target_features="latency,errors")
    assert series.features == tuple(name for name in FEATURES if name != "cpu")
    assert series.targets == ("latency", "errors")
    assert len(series) == 1000
    whole = read_series("demo", split="eval").rows(0, 1000)
    assert [event for event, _ in series.causes] == [event for event, _ in whole.causes]
    named = [{series.features[column] for column in columns} for _, columns in series.causes]
    assert named == [{whole.features[column] for column in columns} - {"cpu"} for _, columns in whole.causes]
