from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from labelled_examples import labelled_scores, recorded
from mtadgat.metrics.range_based import range_curve
from mtadgat.series import Event, events

TSB_AD = {0.6: (0.275, 0.6346666666666667), 0.9: (0.5, 0.2693333333333333)}
"""Range-based precision and recall of TSB-AD 1.5 for the flags of the recorded scores at two thresholds."""


def worth(one: Event, others: list[Event], alpha: float) -> float:
    """Tatbul et al. 2018, flat bias, cardinality 1 / x."""
    rows = set(range(*one))
    met = [other for other in others if rows & set(range(*other))]
    if not met:
        return 0.0
    overlap = sum(len(rows & set(range(*other))) for other in met) / len(rows)
    return alpha + (1 - alpha) * overlap / len(met)


@given(labelled_scores())
@settings(deadline=None, max_examples=100)
def test_ranges_are_weighed_as_in_the_paper_at_every_threshold(known: tuple[np.ndarray, np.ndarray]) -> None:
    scores, labels = known
    true = events(labels)
    for threshold, precision, recall in zip(*range_curve(scores, labels), strict=True):
        flagged = events(scores >= threshold)
        assert recall == pytest.approx(np.mean([worth(event, flagged, 0.2) for event in true]))
        assert precision == pytest.approx(np.mean([worth(run, true, 0.0) for run in flagged]), abs=1e-12)


@pytest.mark.parametrize("threshold", TSB_AD)
def test_ranges_are_those_of_tsb_ad(threshold: float) -> None:
    scores, labels = recorded()
    rates = range_curve((scores >= threshold).astype(np.float64), labels).first
    assert (rates.precision, rates.recall) == pytest.approx(TSB_AD[threshold])


def test_an_event_in_two_pieces_by_hand() -> None:
    labels = np.arange(20) < 10
    flags = np.isin(np.arange(20), [2, 3, 6, 15]).astype(np.float64)
    rates = range_curve(flags, labels).first
    # Three rows of ten in two runs: 0.2 + 0.8 * 0.3 / 2. Two runs of three lie inside the event.
    assert rates.recall == pytest.approx(0.32)
    assert rates.precision == pytest.approx(2 / 3)
