from __future__ import annotations

import time
from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelled_examples import labelled_scores, recorded
from mtadgat.metrics.volume import volumes
from mtadgat.series import events

TSB_AD = {
    0: (0.3663064943201001, 0.5554332386363636),
    1: (0.3663064943201001, 0.5554332386363636),
    7: (0.44898016183528744, 0.6600705554210976),
    20: (0.6360237332036855, 0.8048112093941514),
}
"""VUS-PR and VUS-ROC of TSB-AD 1.5 (``generate_curve`` with version ``opt``) for the recorded scores, by window."""


def plain_volumes(scores: np.ndarray, labels: np.ndarray, max_buffer: int) -> tuple[float, float]:
    """The definition of TSB-AD, buffer by buffer, threshold by threshold, row by row."""
    ranks = np.linspace(0, scores.size - 1, 250).astype(int)
    thresholds = np.sort(scores)[::-1][ranks]
    areas = []
    for buffer in range(max_buffer + 1):
        half = buffer // 2
        share = labels.astype(float)
        for start, stop in events(labels):
            for row in range(max(start - half, 0), min(stop + half, scores.size)):
                distance = max(start - row, row - stop + 1)
                if distance > 0:
                    share[row] += sqrt(1 - distance / buffer)
        share = np.minimum(share, 1)
        merged: list[list[int]] = []
        for start, stop in events(labels):
            low, high = max(start - half, 0), min(stop + half, scores.size)
            if merged and start - half < merged[-1][1]:
                merged[-1][1] = high
            else:
                merged.append([low, high])
        curve = [(0.0, 0.0, 1.0)]
        for threshold in thresholds:
            flags = scores >= threshold
            hits = share[flags].sum()
            positives = (labels.sum() + labels.sum() + share[flags & ~labels].sum()) / 2
            found = np.mean([flags[low:high].any() for low, high in merged])
            rate = (flags.sum() - hits) / (scores.size - positives)
            curve.append((min(hits / positives, 1) * found, rate, hits / flags.sum()))
        recall, rate, precision = np.array(curve).T
        pr = np.sum(np.diff(recall) * precision[1:])
        areas.append((pr, np.trapezoid([*recall, 1], [*rate, 1])))
    pr, roc = np.mean(areas, axis=0)
    return float(pr), float(roc)


@given(labelled_scores(), st.integers(0, 12))
@settings(deadline=None, max_examples=15)
def test_volumes_are_those_of_the_definition(known: tuple[np.ndarray, np.ndarray], max_buffer: int) -> None:
    assert tuple(volumes(*known, max_buffer)) == pytest.approx(plain_volumes(*known, max_buffer))


@pytest.mark.parametrize("max_buffer", TSB_AD)
def test_volumes_are_those_of_tsb_ad(max_buffer: int) -> None:
    assert tuple(volumes(*recorded(), max_buffer)) == pytest.approx(TSB_AD[max_buffer])


def test_a_window_far_wider_than_the_series_is_no_error() -> None:
    pr, roc = volumes(np.array([0.0, 1.0, 2.0]), np.array([False, False, True]), 300)
    assert 0 < pr <= 1
    assert 0 < roc <= 1


def test_perfect_scores_without_buffer_have_volume_one() -> None:
    labels = np.isin(np.arange(250), range(100, 130))
    assert volumes(labels + np.linspace(0, 0.1, 250), labels, 0) == pytest.approx((1, 1))


def test_a_wide_window_on_many_rows_takes_a_moment() -> None:
    generator = np.random.default_rng(0)
    scores, labels = generator.random(100_000), np.repeat(generator.random(2000) < 0.1, 50)
    start = time.perf_counter()
    volumes(scores, labels, 300)
    assert time.perf_counter() - start < 5
