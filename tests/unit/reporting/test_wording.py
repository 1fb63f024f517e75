"""The sentences that say what a picture shows."""

from __future__ import annotations

import numpy as np
import pytest

from mtadgat.reporting import wording
from mtadgat.reporting.time_axis import TimeAxis
from report_examples import ROWS, detected, example_content, example_losses


def test_detection_counts_events_and_false_alarms() -> None:
    content = example_content()
    flags = content.thresholds[0].flags(content.scores)
    fact, detail = wording.detection(flags, content.thresholds[0].event)
    assert fact == "2 of 3 labelled events found, 1 false alarm"
    assert detail.startswith("first flag 2.5 rows (12 min 30 s) after the start on average; ")
    assert detail.endswith("0.096 false alarms a day")


def test_without_labels_only_predicted_events_are_counted() -> None:
    flags = np.array([True, False, True, True])
    assert wording.detection(flags, None) == ("2 events predicted", "75.00% of 4 rows flagged")


def test_latency_is_told_by_its_median_in_rows_and_time() -> None:
    timed, immediate = detected([1, 3, 8, None], 60), detected([0, 0, 8])
    assert wording.latency(timed).fact == "Half of the 3 detected events were flagged within 3 rows (3 min)"
    assert wording.latency(immediate).fact == "Half of the 3 detected events were flagged in their first row"
    assert wording.latency(detected([None], 60)).fact == "None of 1 labelled event was found"


def test_training_speaks_of_validation_only_where_there_was_one() -> None:
    assert wording.training(example_losses()).fact == "Validation loss fell from 1.3 to 0.3"
    assert wording.training(example_losses(validated=False)).fact == "Training loss fell from 1.2 to 0.2"
    assert wording.training(example_losses()).detail == "best epoch 6, 8 epochs trained"


def test_an_event_is_told_with_its_time_its_features_and_its_causes() -> None:
    content = example_content()
    fact, detail = wording.event(content.events[0], TimeAxis(content.timestamps, ROWS))
    assert fact == "Event flagged 5 rows (25 min) after its start"
    assert detail.startswith("2026-01-02 09:20, 60 rows (5 h); highest score ")
    assert "memory has" in detail
    assert detail.endswith("of 2 known causes hit")


@pytest.mark.parametrize(
    ("value", "said"), [(1.2345, "1.23"), (98765.4, "98,765"), (1e12, "1e+12"), (float("nan"), "\u2013")]
)
def test_scores_have_three_digits_at_least(value: float, said: str) -> None:
    assert wording.number(value) == said
