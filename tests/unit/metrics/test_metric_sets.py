from __future__ import annotations

import math
import re
import time

import numpy as np
import pytest
from hypothesis import given, settings
from sklearn.metrics import average_precision_score, roc_auc_score

from labelled_examples import f1, labelled_scores, recorded
from mtadgat.errors import DataError
from mtadgat.metrics.metric_sets import evaluate_flags, evaluate_scores

MLFLOW_METRIC_NAME = re.compile(r"[\w\-. /]+")


def test_flag_figures_have_flat_names() -> None:
    scores, labels = recorded()
    timestamps = np.datetime64("2026-01-01") + np.arange(120) * np.timedelta64(1, "m")
    metrics = evaluate_flags(scores >= 0.9, labels, timestamps).to_dict()
    assert all(MLFLOW_METRIC_NAME.fullmatch(name) for name in metrics)
    assert all(type(value) is float for value in metrics.values())
    for name in ("point/f1", "point_adjusted/f1", "event/recall", "range/f1", "affiliation/f1", "pa_k/area"):
        assert 0 < metrics[name] <= 1
    assert metrics["event/found"] == 4
    assert metrics["event/count"] == 5
    assert metrics["event/latency_seconds_mean"] == 60 * metrics["event/latency_mean"]
    assert metrics["flag_rate"] == 0.1


def test_figures_per_time_are_absent_where_times_are_unknown() -> None:
    scores, labels = recorded()
    assert not any("per_day" in name or "seconds" in name for name in evaluate_flags(scores > 1, labels).to_dict())


@given(labelled_scores())
@settings(deadline=None, max_examples=50)
def test_f1_is_the_harmonic_mean_in_every_sense(known: tuple[np.ndarray, np.ndarray]) -> None:
    scores, labels = known
    for sense, rates in evaluate_flags(scores >= np.median(scores), labels).rates.items():
        assert rates.f1 == pytest.approx(f1(rates.precision, rates.recall)), sense


@given(labelled_scores())
@settings(deadline=None, max_examples=25)
def test_the_best_threshold_of_scores_gives_those_flags(known: tuple[np.ndarray, np.ndarray]) -> None:
    scores, labels = known
    for sense, best in evaluate_scores(scores, labels, 4).best.items():
        rates = evaluate_flags(scores >= best.threshold, labels).rates[sense]
        assert tuple(rates) == pytest.approx(tuple(best)[1:]), sense


@given(labelled_scores())
@settings(deadline=None, max_examples=25)
def test_a_rising_function_of_scores_changes_no_figure_but_the_thresholds(
    known: tuple[np.ndarray, np.ndarray],
) -> None:
    scores, labels = known
    places = np.unique(scores, return_inverse=True)[1].astype(np.float64)
    one, other = evaluate_scores(scores, labels, 6).to_dict(), evaluate_scores(places, labels, 6).to_dict()
    assert {k: v for k, v in one.items() if "threshold" not in k} == {
        k: v for k, v in other.items() if "threshold" not in k
    }


def test_areas_are_those_of_scikit_learn() -> None:
    scores, labels = recorded()
    known = evaluate_scores(scores, labels, 10)
    assert known.auc_pr == pytest.approx(average_precision_score(labels, scores))
    assert known.auc_roc == pytest.approx(roc_auc_score(labels, scores))


def test_scores_find_at_least_as_much_as_any_of_their_flags() -> None:
    scores, labels = recorded()
    known = evaluate_scores(scores, labels, 10)
    for threshold in np.unique(scores):
        flags = evaluate_flags(scores >= threshold, labels)
        assert flags.adjusted_area <= known.adjusted_area + 1e-12
        for sense, rates in flags.rates.items():
            assert rates.f1 <= known.best[sense].f1 + 1e-12


def test_score_figures_have_flat_names_and_those_of_the_leaderboard() -> None:
    known = evaluate_scores(*recorded(), 10)
    assert all(MLFLOW_METRIC_NAME.fullmatch(name) for name in known.to_dict())
    assert all(type(value) is float for value in known.to_dict().values())
    assert {
        "auc_pr",
        "auc_roc",
        "vus_pr",
        "vus_roc",
        "best/point/f1",
        "best/range/threshold",
    } <= known.to_dict().keys()
    assert known.leaderboard()["PA-F1"] == known.to_dict()["best/point_adjusted/f1"]


@pytest.mark.parametrize("labelled", [False, True])
@pytest.mark.parametrize("flagged", [False, True])
@pytest.mark.parametrize("rows", [1, 30])
def test_labels_that_tell_nothing_apart_name_only_what_can_be_counted(
    labelled: bool, flagged: bool, rows: int
) -> None:
    labels = np.full(rows, labelled)
    metrics = evaluate_flags(np.full(rows, flagged), labels).to_dict()
    counted = {"event/found", *(f"event/latency_{name}" for name in ("mean", "median", "max"))}
    assert metrics.keys() == {"flag_rate", "event/count", *(counted if labelled else {"event/false_alarms"})}
    assert metrics["flag_rate"] == flagged
    assert metrics["event/count"] == labelled
    assert metrics["event/found" if labelled else "event/false_alarms"] == flagged
    assert evaluate_scores(np.arange(float(rows)), labels, 5).to_dict() == {}


def test_flags_that_are_all_false_score_zero() -> None:
    metrics = evaluate_flags(np.zeros(9, dtype=bool), np.arange(9) > 6).to_dict()
    assert {value for name, value in metrics.items() if name.endswith("f1")} == {0.0}
    assert metrics["event/found"] == 0
    assert math.isnan(metrics["event/latency_mean"])


def test_flags_equal_to_the_labels_are_perfect_in_every_sense() -> None:
    labels = recorded()[1]
    known = evaluate_flags(labels, labels)
    assert all(rates == pytest.approx((1, 1, 1)) for rates in known.rates.values())
    assert known.adjusted_area == 1
    assert set(known.event.latencies) == {0}


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_scores_that_are_not_finite_are_an_error(wrong: float) -> None:
    with pytest.raises(DataError, match=r"^Expected finite scores; got 1 that are NaN or infinite\. Repair"):
        evaluate_scores(np.array([0.0, wrong]), np.array([True, False]), 5)


def test_constant_scores_are_no_better_than_chance() -> None:
    known = evaluate_scores(np.full(40, 0.1), np.arange(40) > 29, 5)
    assert known.auc_roc == 0.5
    assert known.auc_pr == 0.25


def test_single_precision_scores_give_the_figures_of_the_same_numbers_in_double() -> None:
    scores, labels = recorded()
    single = scores.astype(np.float32)
    assert evaluate_scores(single, labels, 5) == evaluate_scores(single.astype(np.float64), labels, 5)


def test_all_figures_of_100_000_rows_take_seconds() -> None:
    generator = np.random.default_rng(0)
    scores, labels = generator.random(100_000), np.repeat(generator.random(2000) < 0.1, 50)
    start = time.perf_counter()
    evaluate_scores(scores, labels, 300)
    evaluate_flags(scores > 0.9, labels)
    assert time.perf_counter() - start < 20
