from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from mtadgat.metrics.baselines import MaxZBaseline, random_scores
from mtadgat.metrics.chance import chance_metrics
from mtadgat.metrics.metric_sets import evaluate_flags, evaluate_scores
from mtadgat.metrics.period import buffer_window

EXACT = ("VUS-PR", "VUS-ROC", "AUC-PR", "AUC-ROC", "Standard-F1")
GRID = ("PA-F1", "Event-based-F1", "R-based-F1", "Affiliation-F")
"""TSB-AD searches these on 100 evenly spaced thresholds, so that the exact figure is at least as high."""


def test_random_scores_come_from_the_seed() -> None:
    assert (random_scores(5, seed=3) == random_scores(5, seed=3)).all()
    assert (random_scores(5, seed=3) != random_scores(5, seed=4)).all()


def test_the_largest_z_by_hand() -> None:
    known = MaxZBaseline.fit(np.array([[0.0, 5.0], [2.0, 5.0]]))
    assert known.scores(np.array([[1.0, 5.0], [4.0, 5.0], [1.0, 3.0]])) == pytest.approx([0.0, 3.0, 2.0])


def test_chance_finds_as_much_as_its_flag_rate_says() -> None:
    labels = np.repeat(np.arange(200) % 10 == 0, 20)
    metrics = chance_metrics(labels, flagged=200, draws=40)
    assert metrics["flag_rate"] == pytest.approx(0.05)
    assert metrics["point/precision"] == pytest.approx(0.1, abs=0.01)
    assert metrics["point/recall"] == pytest.approx(0.05, abs=0.005)
    # An event of 20 rows is found unless all of its rows are missed.
    assert metrics["event/recall"] == pytest.approx(1 - 0.95**20, abs=0.04)


def test_point_adjustment_flatters_chance() -> None:
    labels = np.repeat(np.arange(20) % 4 == 0, 200)
    metrics = chance_metrics(labels, flagged=40)
    assert metrics["point/f1"] < 0.1
    assert metrics["point_adjusted/f1"] > 0.8


def test_chance_has_the_names_of_flag_metrics_and_a_seed() -> None:
    labels = np.arange(50) > 40
    timestamps = np.datetime64("2026-01-01") + np.arange(50) * np.timedelta64(1, "h")
    metrics = chance_metrics(labels, 5, timestamps, draws=3)
    assert metrics.keys() == evaluate_flags(labels, labels, timestamps).to_dict().keys()
    assert metrics == chance_metrics(labels, 5, timestamps, draws=3)


def test_chance_on_labels_without_an_event_has_false_alarms_and_no_rates() -> None:
    chance = chance_metrics(np.zeros(9, dtype=bool), 3)
    assert chance.keys() == {"flag_rate", "event/count", "event/false_alarms"}
    assert 1 <= chance["event/false_alarms"] <= 3


@pytest.mark.parametrize("entity", ["omi-1", "omi-2", "omi-3", "omi-4", "omi-5", "omi-6"])
def test_the_figures_are_those_of_the_peers_table(shared_data: Path, entity: str) -> None:
    with (shared_data / "peers.csv").open() as lines:
        peers = {row["method"]: row for row in csv.DictReader(lines) if row["entity"] == entity}
    folder = shared_data / "asd" / entity
    train, values = (np.loadtxt(folder / name, delimiter=",") for name in ("train.txt", "eval.txt"))
    labels = np.loadtxt(folder / "labels.txt") > 0
    max_buffer = buffer_window(values[:, 0])
    for method, scores in (
        ("zmax", MaxZBaseline.fit(train).scores(values)),
        ("random_s0", random_scores(labels.size)),
    ):
        found = evaluate_scores(scores, labels, max_buffer).leaderboard()
        for name in EXACT:
            assert found[name] == pytest.approx(float(peers[method][name]), abs=1e-4), (method, name)
        for name in GRID:
            assert found[name] >= float(peers[method][name]) - 1e-4, (method, name)
