"""Drift: what scores have been like lately, so that a threshold can follow a slow change of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from jaxtyping import Float


def trailing_medians(
    history: Float[np.ndarray, " before"], scores: Float[np.ndarray, " time"], rows: int
) -> Float[np.ndarray, " after"]:
    """Return the median of the scores before each row, and of those before the row that comes next.

    A median, unlike a mean, stays where it was through an event of less than half its length.

    Args:
        history: (before,) scores before the first row, finite, at least one.
        scores: (time,) in time order, finite.
        rows: how many scores each median is of, or as many as there are.

    Returns:
        (time + 1,) medians.
    """
    known = pd.Series(np.concatenate((history, scores)))
    return known.rolling(rows, min_periods=1).median().to_numpy()[len(history) - 1 :]
