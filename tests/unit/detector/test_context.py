"""What stands before the first scored row: the training rows, only where they were just before."""

from __future__ import annotations

import numpy as np
import pytest

from mtadgat.detector.context import ScoringContext
from mtadgat.detector.masked_rows import MaskedRows
from mtadgat.series import Series

ROWS = np.arange(10.0, dtype=np.float32)[:, None]
MINUTES = np.datetime64("2026-01-01T00:00") + np.arange(10) * np.timedelta64(1, "m")
AFTER = MINUTES[-1] + np.timedelta64(1, "m")


def series(timestamps: np.ndarray | None, rows: int = 10) -> Series:
    return Series(np.zeros((rows, 1)), ("cpu",), timestamps=timestamps)


def context(trained: np.ndarray | None, scored: np.ndarray | None) -> list[float]:
    past = ScoringContext.of(series(trained), MaskedRows(ROWS), 3)
    return past.rows[:, 0].tolist() if past.is_contiguous(series(scored, 2)) else []


@pytest.mark.parametrize(
    "scored",
    [
        AFTER + np.arange(2) * np.timedelta64(1, "m"),
        (AFTER + np.arange(2) * np.timedelta64(1, "m")).astype("datetime64[s]"),
        AFTER + np.timedelta64(20, "s") + np.arange(2) * np.timedelta64(1, "m"),
    ],
)
def test_a_series_that_goes_on_from_the_training_rows_has_them_before_it(scored: np.ndarray) -> None:
    assert context(MINUTES, scored) == [7, 8, 9]


def test_numbered_rows_go_on_too() -> None:
    assert context(np.arange(10), np.array([10, 11])) == [7, 8, 9]


@pytest.mark.parametrize(
    ("trained", "scored"),
    [
        (MINUTES, AFTER + np.timedelta64(1, "h") + np.arange(2) * np.timedelta64(1, "m")),
        (MINUTES, MINUTES[4:6]),
        (MINUTES, None),
        (None, None),
        (None, np.array([10, 11])),
        (np.arange(10), MINUTES[:2]),
        (np.arange(10), np.array([12, 13])),
    ],
)
def test_elsewhere_it_does_not(trained: np.ndarray | None, scored: np.ndarray | None) -> None:
    assert context(trained, scored) == []


def test_one_training_row_tells_no_step() -> None:
    past = ScoringContext.of(series(np.array([5]), 1), MaskedRows(ROWS[:1]), 1)
    assert not past.is_contiguous(series(np.array([6]), 1))
