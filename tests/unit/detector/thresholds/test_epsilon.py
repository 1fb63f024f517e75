from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtadgat.detector.thresholds import Epsilon


def plain_epsilon(scores: np.ndarray, reg_level: int) -> float | None:
    """Hundman et al. 2018 with the penalties of the MTAD-GAT implementations, row by row."""
    best, best_gain = None, -np.inf
    mean, deviation = np.mean(scores), np.std(scores)
    for z in np.arange(2.5, 12, 0.5):
        epsilon = mean + z * deviation
        kept = [score for score in scores if score < epsilon]
        near = {
            other
            for row, score in enumerate(scores)
            if score >= epsilon
            for other in range(row - 49, row + 50)
            if 0 <= other < len(scores)
        }
        if not 0 < len(near) < len(scores) / 2:
            continue
        gain = (mean - np.mean(kept)) / mean + (deviation - np.std(kept)) / deviation
        gain /= [1, len(near), len(near) ** 2][reg_level]
        if gain >= best_gain:
            best, best_gain = epsilon, gain
    return best


@given(
    seed=st.integers(0, 2**32 - 1),
    rows=st.integers(120, 700),
    spikes=st.integers(0, 6),
    reg_level=st.sampled_from([0, 1, 2]),
)
@settings(deadline=None, max_examples=60)
def test_epsilon_is_that_of_the_paper_done_row_by_row(seed: int, rows: int, spikes: int, reg_level: int) -> None:
    generator = np.random.default_rng(seed)
    scores = generator.exponential(size=rows)
    scores[generator.integers(0, rows, spikes)] += generator.exponential(20, size=spikes)
    expected = plain_epsilon(scores, reg_level)
    fitted = Epsilon(reg_level).fit(scores)
    if expected is None:
        assert fitted.value == np.nextafter(scores.max(), np.inf)
    else:
        assert fitted.value == pytest.approx(expected)


def test_a_heavier_penalty_never_flags_more_rows() -> None:
    generator = np.random.default_rng(1)
    scores = generator.exponential(size=5000)
    scores[[100, 1100, 2100, 3100]] = [9, 15, 30, 60]
    flagged = [(scores >= Epsilon(reg_level).fit(scores).values_for(scores)).sum() for reg_level in (0, 1, 2)]
    assert flagged == sorted(flagged, reverse=True)
    assert flagged[0] > flagged[2]


def test_scores_without_a_candidate_are_not_flagged_and_the_log_says_so(caplog: pytest.LogCaptureFixture) -> None:
    scores = np.tile([1.0, 2.0], 50)
    assert not (scores >= Epsilon().fit(scores).values_for(scores)).any()
    assert "no candidate" in caplog.text
