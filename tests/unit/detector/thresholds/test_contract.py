"""The contract of thresholds, run over every kind."""

from __future__ import annotations

import copy
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mtadgat.config import DetectionConfig
from mtadgat.config.detector import THRESHOLD_HELP
from mtadgat.detector.thresholds import LABEL_FREE, METHODS, Threshold, make_threshold, threshold_from_dict
from mtadgat.errors import ConfigError, DataError

STILL = DetectionConfig(pot_drift=None)
STATIC = {method: make_threshold(method, STILL) for method in (*METHODS, "1.5")}
KINDS = STATIC | {
    "dynamic pot": make_threshold("pot", DetectionConfig(pot_drift=None, dynamic_pot=True)),
    "drifting pot": make_threshold("pot", DetectionConfig(pot_drift=300)),
    "drifting dynamic pot": make_threshold("pot", DetectionConfig(pot_drift=300, dynamic_pot=True)),
}
every_kind = pytest.mark.parametrize("threshold", KINDS.values(), ids=KINDS.keys())
static_kinds = pytest.mark.parametrize("threshold", STATIC.values(), ids=STATIC.keys())
fitted_kinds = pytest.mark.parametrize(
    "threshold", [kind for name, kind in KINDS.items() if name != "1.5"], ids=[name for name in KINDS if name != "1.5"]
)


def healthy(rows: int = 2000, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).exponential(size=rows)


def last_labelled(rows: int) -> np.ndarray:
    return np.arange(rows) >= rows - max(1, rows // 20)


@every_kind
def test_fit_returns_a_fitted_copy_and_changes_nothing(threshold: Threshold) -> None:
    scores = healthy()
    before, kept = scores.copy(), copy.deepcopy(threshold)
    fitted = threshold.fit(scores, last_labelled(scores.size))
    assert threshold == kept
    assert fitted.value is not None
    assert fitted.fit(scores, last_labelled(scores.size)) == fitted
    np.testing.assert_array_equal(scores, before)


@every_kind
@pytest.mark.parametrize("rows", [0, 1, 500])
def test_every_row_gets_a_threshold(threshold: Threshold, rows: int) -> None:
    over = threshold.fit(healthy(), last_labelled(2000)).values_for(healthy(rows, seed=1))
    assert over.shape == (rows,)
    assert over.dtype == np.float64
    assert np.isfinite(over).all()


@every_kind
def test_single_precision_scores_get_the_flags_of_the_same_numbers_in_double(threshold: Threshold) -> None:
    fitted = threshold.fit(healthy(), last_labelled(2000))
    single = healthy(500, seed=1).astype(np.float32)
    np.testing.assert_array_equal(fitted.values_for(single), fitted.values_for(single.astype(np.float64)))


@every_kind
def test_json_brings_back_a_threshold_with_equal_flags(threshold: Threshold) -> None:
    for known in (threshold, threshold.fit(healthy(), last_labelled(2000))):
        restored = threshold_from_dict(json.loads(json.dumps(known.to_dict(), allow_nan=False)))
        assert restored == known
        assert type(restored) is type(known)
    scores = 3 * healthy(1000, seed=2)
    np.testing.assert_array_equal(scores >= restored.values_for(scores), scores >= known.values_for(scores))


@static_kinds
@given(arrays(np.float64, 30, elements=st.floats(0, 20)))
@settings(deadline=None, max_examples=20)
def test_a_row_with_a_higher_score_than_a_flagged_one_is_flagged(threshold: Threshold, scores: np.ndarray) -> None:
    flags = scores >= threshold.fit(healthy(), last_labelled(2000)).values_for(scores)
    if flags.any():
        assert flags[scores >= scores[flags].min()].all()


@pytest.mark.parametrize("drift", [None, 300])
@pytest.mark.parametrize("dynamic", [False, True])
@pytest.mark.parametrize("method", LABEL_FREE)
@pytest.mark.parametrize("rows", [1, 2, 9, 1000])
@pytest.mark.parametrize("score", [0.0, 0.1, 7.3])
def test_constant_scores_are_not_flagged_and_any_higher_one_is(
    method: str, dynamic: bool, drift: int | None, rows: int, score: float
) -> None:
    constant = np.full(rows, score)
    fitted = make_threshold(method, DetectionConfig(dynamic_pot=dynamic, pot_drift=drift)).fit(constant)
    assert not (constant >= fitted.values_for(constant)).any()
    assert (np.array([score + 1e-6]) >= fitted.values_for(np.array([score + 1e-6]))).all()


@pytest.mark.parametrize("method", LABEL_FREE)
@pytest.mark.parametrize("rows", range(1, 12))
def test_a_handful_of_rows_gives_a_threshold_above_most_of_them(method: str, rows: int) -> None:
    scores = healthy(rows, seed=3)
    flags = scores >= make_threshold(method, DetectionConfig()).fit(scores).values_for(scores)
    assert flags.sum() <= 1


@pytest.mark.parametrize("method", ["best_f1", "best_f1_pa"])
def test_constant_scores_with_labels_are_flagged_altogether(method: str) -> None:
    scores = np.full(10, 0.1)
    fitted = make_threshold(method, DetectionConfig()).fit(scores, last_labelled(10))
    assert (scores >= fitted.values_for(scores)).all()


@fitted_kinds
@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_fitting_to_scores_that_are_not_finite_is_an_error(threshold: Threshold, wrong: float) -> None:
    with pytest.raises(DataError, match=r"^Expected finite scores to fit .*; got 1 NaN or infinite of 3\. Check"):
        threshold.fit(np.array([1.0, wrong, 2.0]), np.array([True, False, False]))


@fitted_kinds
def test_fitting_to_no_scores_is_an_error(threshold: Threshold) -> None:
    with pytest.raises(DataError, match=r"got 0 NaN or infinite of 0"):
        threshold.fit(np.array([]), np.array([], dtype=bool))


@every_kind
def test_nan_among_the_scores_to_flag_is_an_error(threshold: Threshold) -> None:
    fitted = threshold.fit(healthy(), last_labelled(2000))
    with pytest.raises(DataError, match=r"^Expected scores without NaN; got 1 NaN\. Check the rows"):
        fitted.values_for(np.array([1.0, np.nan]))


@every_kind
def test_an_infinite_score_is_flagged(threshold: Threshold) -> None:
    fitted = threshold.fit(healthy(), last_labelled(2000))
    scores = np.array([0.1, np.inf])
    assert (scores >= fitted.values_for(scores)).tolist()[1]


@fitted_kinds
def test_a_threshold_that_was_never_fitted_says_so(threshold: Threshold) -> None:
    with pytest.raises(DataError, match=r"^Expected a fitted threshold .*; got one that was never fitted\. Call fit"):
        threshold.values_for(healthy(10))


@pytest.mark.parametrize("method", ["best_f1", "best_f1_pa"])
@pytest.mark.parametrize(
    ("labels", "said"), [(None, "no labels"), (np.zeros(5, dtype=bool), "labels without any event")]
)
def test_a_method_that_uses_labels_asks_for_them(method: str, labels: np.ndarray | None, said: str) -> None:
    with pytest.raises(DataError, match=rf"to fit the threshold {method}; got {said}\. Give labels, or choose"):
        make_threshold(method, DetectionConfig()).fit(healthy(5), labels)


def test_the_configuration_reaches_the_thresholds() -> None:
    config = DetectionConfig(pot_q=1e-4, pot_level=0.98, dynamic_pot=True, pot_drift=100, reg_level=2)
    known = make_threshold("pot", config).to_dict()
    assert (known["q"], known["level"], known["dynamic"], known["drift"]) == (1e-4, 0.98, True, 100)
    assert make_threshold("epsilon", config).to_dict()["reg_level"] == 2
    assert make_threshold(" 2.5", config).values_for(np.zeros(2)).tolist() == [2.5, 2.5]


def test_names_are_read_as_on_the_command_line() -> None:
    assert make_threshold("Best-F1", DetectionConfig()) == make_threshold("best_f1", DetectionConfig())


@pytest.mark.parametrize("wrong", ["spot", "nan", "inf", ""])
def test_an_unknown_method_is_an_error_that_lists_the_known_ones(wrong: str) -> None:
    with pytest.raises(ConfigError, match=r"expected one of pot, epsilon, best_f1, best_f1_pa, or a number, got '"):
        make_threshold(wrong, DetectionConfig())


def test_a_saved_threshold_of_an_unknown_method_is_an_error() -> None:
    with pytest.raises(DataError, match=r"^Expected a threshold that is one of .*; got 'spot'\. The model was saved"):
        threshold_from_dict({"method": "spot", "value": 1.0})


def test_methods_say_truly_whether_they_use_labels() -> None:
    kinds = {method: make_threshold(method, DetectionConfig()) for method in METHODS}
    assert tuple(method for method, kind in kinds.items() if not kind.uses_labels) == LABEL_FREE
    assert [kind.method for kind in kinds.values()] == list(METHODS)


def test_help_names_every_method() -> None:
    assert all(method in THRESHOLD_HELP.replace(",", "").split() for method in METHODS)
