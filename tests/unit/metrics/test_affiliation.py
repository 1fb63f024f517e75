from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings

from labelled_examples import labelled_scores, recorded
from mtadgat.metrics.affiliation import affiliation_curve
from mtadgat.series import events

TSB_AD = {0.6: (0.5919668582060347, 0.9728083028083028), 0.9: (0.6955700798838054, 0.7956413847590319)}
"""Affiliation precision and recall of TSB-AD 1.5 for the flags of the recorded scores at two thresholds."""

STEPS = 16
"""Moments in a row that the plain definition looks at."""


def farther(distances: np.ndarray, than: float) -> float:
    """Share of the distances that are larger; the many moments at just the same distance count by half."""
    return float((np.mean(distances > than) + np.mean(distances >= than)) / 2) if than else 1.0


def plain_affiliation(flags: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """Huet et al. 2022 by looking at many moments of each zone, one probability at a time."""
    moment = (np.arange(labels.size * STEPS) + 0.5) / STEPS
    flagged = np.repeat(flags, STEPS)
    true = events(labels)
    middles = [(one.stop + other.start) / 2 for one, other in pairwise(true)]
    borders = [0.0, *middles, float(labels.size)]
    precision, recall = [], []
    for event, low, high in zip(true, borders[:-1], borders[1:], strict=True):
        zone = (moment >= low) & (moment < high)
        inside = (moment >= event.start) & (moment < event.stop)
        to_event = np.maximum(np.maximum(event.start - moment, moment - event.stop), 0)
        flags_here = moment[flagged & zone]
        if flags_here.size == 0:
            recall.append(0.0)
            continue
        precision.append(np.mean([farther(to_event[zone], distance) for distance in to_event[flagged & zone]]))
        recall.append(
            np.mean([farther(np.abs(moment[zone] - y), np.abs(flags_here - y).min()) for y in moment[inside]])
        )
    return float(np.mean(precision)), float(np.mean(recall))


@given(labelled_scores(max_rows=14))
@settings(deadline=None, max_examples=40)
def test_affiliation_is_that_of_the_definition_at_every_threshold(known: tuple[np.ndarray, np.ndarray]) -> None:
    scores, labels = known
    for threshold, precision, recall in zip(*affiliation_curve(scores, labels), strict=True):
        expected = plain_affiliation(scores >= threshold, labels)
        assert (precision, recall) == pytest.approx(expected, abs=0.6 / STEPS)


@pytest.mark.parametrize("threshold", TSB_AD)
def test_affiliation_is_that_of_tsb_ad(threshold: float) -> None:
    scores, labels = recorded()
    rates = affiliation_curve((scores >= threshold).astype(np.float64), labels).first
    assert (rates.precision, rates.recall) == pytest.approx(TSB_AD[threshold])


def test_every_threshold_gives_what_its_flags_give() -> None:
    scores, labels = recorded()
    for threshold, precision, recall in zip(*affiliation_curve(scores, labels), strict=True):
        alone = affiliation_curve((scores >= threshold).astype(np.float64), labels).first
        assert (precision, recall) == pytest.approx((alone.precision, alone.recall))


def test_a_flag_just_after_the_only_event_by_hand() -> None:
    labels = np.isin(np.arange(10), [4, 5])
    rates = affiliation_curve((np.arange(10) == 6).astype(np.float64), labels).first
    # At distance x from the event 2 + 2 x of the 10 rows are nearer; x is 0.5 on average.
    assert rates.precision == pytest.approx(0.7)
    # At distance x from the flag 2 x of the 10 rows are nearer to a time of the event; x is 1 on average.
    assert rates.recall == pytest.approx(0.8)


def test_flags_on_the_events_are_perfect() -> None:
    labels = np.isin(np.arange(50), [0, 1, 20, 30, 31, 49])
    assert affiliation_curve(labels.astype(np.float64), labels).first == pytest.approx((1, 1, 1))
