"""What a user loses when these fail: figures that are honest, beside what chance and a trivial detector reach."""

from __future__ import annotations

import math

import numpy as np
import pytest

from mtadgat.config import DetectionConfig
from mtadgat.detector.scoring import Scores
from mtadgat.detector.thresholds import BestF1, Fixed, make_threshold
from mtadgat.errors import DataError
from mtadgat.evaluation.evaluation import evaluate_against_labels
from mtadgat.metrics.metric_sets import evaluate_scores
from mtadgat.metrics.period import buffer_window
from mtadgat.series import Cause, Event, Series

ROWS = 200


def labelled(events: tuple[tuple[int, int], ...] = ((20, 30), (120, 140))) -> Series:
    rng = np.random.default_rng(0)
    labels = np.zeros(ROWS, dtype=bool)
    for start, stop in events:
        labels[start:stop] = True
    return Series(rng.random((ROWS, 2)), ("load", "heat"), dataset="plant", labels=labels)


def perfect(series: Series) -> np.ndarray:
    assert series.labels is not None
    return series.labels + np.linspace(0, 0.1, ROWS)


def test_figures_of_a_fixed_threshold_are_those_counted_by_hand() -> None:
    series = labelled()
    scores = np.zeros(ROWS)
    scores[25:35] = 1  # 5 of the 30 labelled rows, 5 healthy ones
    metrics = evaluate_against_labels(series, scores, {"mine": Fixed(1.0)}).metrics()
    assert metrics["mine/flag_rate"] == 10 / 200
    assert metrics["mine/point/precision"] == 5 / 10
    assert metrics["mine/point/recall"] == pytest.approx(5 / 30)
    assert metrics["mine/point/f1"] == pytest.approx(2 * 5 / (10 + 30))
    assert metrics["mine/point_adjusted/f1"] == pytest.approx(2 * 10 / (15 + 30))
    assert (metrics["mine/event/found"], metrics["mine/event/latency_mean"]) == (1, 5)


def test_a_score_that_reaches_the_threshold_is_a_flag() -> None:
    known = evaluate_against_labels(labelled(), np.linspace(0, 1, ROWS), {"mine": Fixed(0.5)}).by_threshold["mine"]
    assert (known.flags == (np.linspace(0, 1, ROWS) >= 0.5)).all()
    assert (known.limits == 0.5).all()


def test_thresholds_that_use_labels_are_fitted_to_the_labels_that_are_evaluated() -> None:
    evaluation = evaluate_against_labels(labelled(), perfect(labelled()), {"best_f1": BestF1()})
    assert evaluation.metrics()["best_f1/point/f1"] == 1
    assert evaluation.by_threshold["best_f1"].threshold.value is not None


def test_thresholds_without_labels_stay_as_they_were_fitted() -> None:
    fitted = make_threshold("pot", DetectionConfig()).fit(np.random.default_rng(0).exponential(size=2000))
    evaluation = evaluate_against_labels(labelled(), perfect(labelled()), {"pot": fitted})
    assert evaluation.by_threshold["pot"].threshold is fitted


def test_figures_of_scores_are_those_of_the_metrics_with_the_window_of_the_first_feature() -> None:
    series = labelled()
    evaluation = evaluate_against_labels(series, perfect(series), {})
    assert series.labels is not None
    expected = evaluate_scores(perfect(series), series.labels, buffer_window(series.values[:, 0]))
    assert evaluation.free.to_dict() == expected.to_dict()


def test_random_scores_stand_beside_with_as_many_flags() -> None:
    evaluation = evaluate_against_labels(labelled(), perfect(labelled()), {"best_f1": BestF1()})
    flags = evaluation.by_threshold["best_f1"]
    assert flags.random["flag_rate"] == pytest.approx(flags.metrics.to_dict()["flag_rate"]) == 30 / 200
    assert flags.random["point/precision"] < 0.4
    assert evaluation.random.vus.pr < evaluation.free.vus.pr


def test_largest_z_stands_beside_with_as_many_flags_where_training_rows_are_known() -> None:
    series = labelled()
    evaluation = evaluate_against_labels(series, np.linspace(0, 1, ROWS), {"mine": Fixed(0.9)}, max_z=perfect(series))
    flags = evaluation.by_threshold["mine"]
    assert flags.max_z["flag_rate"] == flags.metrics.to_dict()["flag_rate"]
    assert flags.max_z["point/precision"] == 1
    assert evaluation.metrics()["largest_z/auc_pr"] == pytest.approx(1)
    nothing = evaluate_against_labels(series, perfect(series), {"mine": Fixed(0.9)})
    assert nothing.max_z is None
    assert nothing.table()["largest_z"].isna().all()


def test_table_has_one_row_for_each_threshold_and_figure() -> None:
    evaluation = evaluate_against_labels(labelled(), perfect(labelled()), {"best_f1": BestF1(), "mine": Fixed(0.5)})
    table = evaluation.table().set_index(["threshold", "metric"])
    assert table.index.is_unique
    assert set(table.index.get_level_values("threshold")) == {"", "best_f1", "mine"}
    assert table.loc[("best_f1", "point/f1"), "detector"] == 1
    assert table.loc[("", "vus_pr"), "random"] == evaluation.random.vus.pr


def test_features_to_blame_are_counted_among_the_targets() -> None:
    series = labelled(((20, 30),))
    caused = Series(series.values, series.features, labels=series.labels, causes=(Cause(Event(20, 30), (1,)),))
    per_feature = np.ones((ROWS, 1))
    scores = Scores(np.ones(ROWS), per_feature, per_feature, per_feature, ("heat",))
    evaluation = evaluate_against_labels(caused, perfect(caused), {}, per_feature=scores)
    assert evaluation.root_cause is not None
    assert evaluation.metrics()["root_cause/hit_rate_100"] == 1


@pytest.mark.parametrize("events", [(), ((0, ROWS),)], ids=["nothing labelled", "everything labelled"])
def test_labels_with_nothing_to_tell_apart_give_no_figures_but_counts(events: tuple[tuple[int, int], ...]) -> None:
    thresholds = {"mine": Fixed(0.5), "best_f1": BestF1(), "never": Fixed(2.0)}
    evaluation = evaluate_against_labels(labelled(events), np.linspace(0, 1, ROWS), thresholds)
    metrics = evaluation.metrics()
    assert list(evaluation.by_threshold) == ["mine", "never"], "a threshold from labels has nothing to go by"
    assert not any(math.isnan(value) for value in metrics.values())
    assert metrics.keys().isdisjoint({"mine/point/f1", "vus_pr", "vus_window", "random/vus_pr"})
    assert metrics["mine/flag_rate"] == 0.5
    assert metrics.get("mine/event/false_alarms") == (None if events else 1)
    assert metrics.get("mine/event/found") == (1 if events else None)
    assert evaluation.table()[["detector", "random"]].notna().any(axis=1).all()


def test_a_series_without_labels_is_an_error() -> None:
    series = Series(np.zeros((5, 1)), ("load",), dataset="plant")
    with pytest.raises(DataError) as error:
        evaluate_against_labels(series, np.zeros(5), {})
    assert str(error.value) == (
        "Expected labels for the 5 rows of plant; got none. Give a labelled split, or use predict."
    )


def test_scores_of_another_length_are_an_error() -> None:
    with pytest.raises(DataError, match=r"^Expected 200 scores, one for each row; got 3\. Score the rows that are"):
        evaluate_against_labels(labelled(), np.zeros(3), {})
