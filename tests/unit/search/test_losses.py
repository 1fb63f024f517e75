"""What is minimised: metrics of a detector become losses, and the rows of the final evaluation stay unseen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, f1_score, precision_recall_curve

from mtadgat.config import SearchConfig
from mtadgat.config.parameter import declared
from mtadgat.data.reader import read
from mtadgat.detector.detector import Detector
from mtadgat.errors import ConfigError, DataError
from mtadgat.search.losses import VALIDATION, check_loss, labelled_loss, split_labelled
from mtadgat.series import Series
from searching import SMALL, write_data


def series(labels: list[int]) -> Series:
    return Series(np.zeros((len(labels), 1)), ("load",), labels=np.array(labels, dtype=bool))


def test_the_search_sees_the_earliest_labelled_rows_and_the_final_evaluation_the_rest() -> None:
    rows = split_labelled(series([0, 1, 0, 0, 0, 1, 0, 0]), 0.5)
    assert (len(rows.search), len(rows.final)) == (4, 4)


def test_an_event_across_the_boundary_is_not_split() -> None:
    rows = split_labelled(series([0, 1, 0, 1, 1, 1, 0, 1]), 0.5)
    assert (len(rows.search), len(rows.final)) == (6, 2)


@pytest.mark.parametrize("labels", [[0, 0, 0, 0, 0, 1, 0, 0], [0, 1, 0, 0, 0, 0, 0, 0], [1, 1, 1, 1, 0, 1, 0, 0]])
def test_a_split_without_events_or_without_healthy_rows_is_refused(labels: list[int]) -> None:
    with pytest.raises(DataError, match="Give another --loss-share, or search with --loss validation"):
        split_labelled(series(labels), 0.5)


@pytest.mark.parametrize(("label", "kind"), [(0, "healthy"), (1, "anomalous")])
def test_labels_of_one_class_are_refused_for_a_loss_from_labels(label: int, kind: str) -> None:
    with pytest.raises(DataError) as error:
        split_labelled(series([label] * 8), 0.5)
    assert str(error.value) == (
        "Expected labelled events and healthy rows in the eval split of series, for a loss from labels; "
        f"got 8 rows that are all labelled as {kind}. Search with --loss validation."
    )


def test_data_without_labels_are_refused_for_a_loss_from_labels() -> None:
    with pytest.raises(DataError, match="labels for series; got none"):
        split_labelled(Series(np.zeros((4, 1)), ("load",)), 0.5)


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Detector, Series]:
    data = write_data(tmp_path_factory.mktemp("plant"))
    detector = Detector(replace(SMALL, epochs=6)).fit(read(data, "train"))
    return detector, read(data, "eval")


def test_losses_from_labels_are_one_minus_the_metrics(fitted: tuple[Detector, Series]) -> None:
    detector, labelled = fitted
    scores, labels = detector.score(labelled).total.astype(float), np.asarray(labelled.labels)
    precision, recall, _ = precision_recall_curve(labels, scores)
    best_f1 = np.max(2 * precision * recall / np.maximum(precision + recall, 1e-12))
    flags = scores >= detector.thresholds_["pot"].values_for(scores)
    assert labelled_loss("auc_pr", detector, labelled) == pytest.approx(1 - average_precision_score(labels, scores))
    assert labelled_loss("f1", detector, labelled) == pytest.approx(1 - best_f1)
    assert labelled_loss("pot_f1", detector, labelled) == pytest.approx(1 - f1_score(labels, flags))


@pytest.mark.parametrize("loss", ["vus_pr", "auc_pr", "f1", "pa_f1"])
def test_a_detector_that_sees_the_events_has_a_lower_loss_than_one_whose_scores_are_upside_down(
    fitted: tuple[Detector, Series], loss: str
) -> None:
    detector, labelled = fitted
    healthy = replace(labelled, labels=~np.asarray(labelled.labels))
    good = labelled_loss(loss, detector, labelled)
    assert 0 <= good < 0.5
    # Accuracy of an upside-down detector is high where events are rare: a search for it would find the worst.
    upside_down = replace(labelled, values=-labelled.values, labels=np.roll(np.asarray(labelled.labels), 30))
    assert labelled_loss(loss, detector, upside_down) > good
    assert healthy.labels is not None


def test_every_loss_that_can_be_chosen_is_computed_and_no_other(fitted: tuple[Detector, Series]) -> None:
    choices = declared(SearchConfig)["loss"].parameter.choices
    assert all(0 <= labelled_loss(loss, *fitted) <= 1 for loss in choices if loss != VALIDATION)
    with pytest.raises(ValueError, match="got precision"):
        labelled_loss("precision", *fitted)


def faults(search: SearchConfig, names: tuple[str, ...], **base: object) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as told:
        check_loss(search, replace(SMALL, **base), names)  # type: ignore[arg-type]
    return told.value.faults


def test_the_validation_loss_needs_validation_windows() -> None:
    assert faults(SearchConfig(), ("dropout",), val_split=0) == (
        "loss: expected a --val-split above 0 for --loss validation, got 0",
    )


def test_parameters_that_change_the_unit_of_the_validation_loss_cannot_be_searched_with_it() -> None:
    (told,) = faults(SearchConfig(), ("scaling",))
    assert told == "space: scaling: changes what --loss validation measures; search it with a loss from labels"
    assert check_loss(SearchConfig(loss="vus_pr"), SMALL, ("scaling",)) == []


def test_parameters_that_the_validation_loss_does_not_see_are_named() -> None:
    assert check_loss(SearchConfig(), SMALL, ("top", "dropout", "pot_q")) == ["top", "pot_q"]


def test_pruning_by_validation_is_refused_for_another_loss() -> None:
    (told,) = faults(SearchConfig(loss="f1", pruning="median"), ("dropout",))
    assert told == "pruning: expected --loss validation, which it watches, got --loss f1"


def test_epochs_of_trials_cannot_be_both_given_and_searched() -> None:
    (told,) = faults(SearchConfig(trial_epochs=2), ("epochs",))
    assert told == "trial-epochs: expected none where epochs are searched"
