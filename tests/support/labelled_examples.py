"""Labelled scores to test metrics on."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st


@st.composite
def labelled_scores(draw: st.DrawFn, min_rows: int = 2, max_rows: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """Scores with and without ties; labels with at least one event and at least one healthy row."""
    rows = draw(st.integers(min_rows, max_rows))
    numbers = st.one_of(st.integers(0, 5).map(float), st.floats(-1e3, 1e3))
    scores = np.array(draw(st.lists(numbers, min_size=rows, max_size=rows)))
    labels = np.array(draw(st.lists(st.booleans(), min_size=rows, max_size=rows)))
    labels[draw(st.integers(0, rows - 1))] = True
    if labels.all():
        labels[draw(st.integers(0, rows - 1))] = False
    return scores, labels


def recorded() -> tuple[np.ndarray, np.ndarray]:
    """Return the 120 labelled scores for which metrics of TSB-AD 1.5 were recorded."""
    row = np.arange(120)
    labels = np.zeros(120, dtype=bool)
    for start, stop in ((8, 14), (25, 26), (40, 52), (56, 59), (100, 110)):
        labels[start:stop] = True
    return (37 * row**2 + 11 * row) % 101 / 101 + 0.3 * labels * (row % 3 == 0), labels


def f1(precision: float, recall: float) -> float:
    """Return the harmonic mean, 0 where both are 0."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
