"""Buffer window: the period of a signal, which TSB-AD takes as the widest buffer of VUS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import signal

if TYPE_CHECKING:
    from jaxtyping import Float

DEFAULT_WINDOW = 125
"""Window for signals without a period between 6 and 303 rows."""

MAX_ROWS = 20_000
MIN_LAG = 3
MAX_LAG = 400
MAX_PERIOD = 303


def buffer_window(values: Float[np.ndarray, " time"]) -> int:
    """Return the lag of the highest local maximum of the autocorrelation, or 125 if it is out of range.

    Args:
        values: (time,) the first feature of the evaluated rows; only the first 20,000 are read.

    Returns:
        Window for `volumes`, in rows.

    Source: ``find_length_rank`` with rank 1 of TSB-AD 1.5, after Paparrizos et al., VLDB 2022.
    """
    rows = values[:MAX_ROWS].astype(np.float64)
    rows = rows - rows.mean()
    correlation = signal.correlate(rows, rows, method="fft")[rows.size - 1 : rows.size + MAX_LAG]
    candidates = correlation[MIN_LAG:]
    peaks = signal.argrelextrema(candidates, np.greater)[0]
    if peaks.size == 0:
        return DEFAULT_WINDOW
    period = int(peaks[np.argmax(candidates[peaks])]) + MIN_LAG
    return period if 2 * MIN_LAG <= period <= MAX_PERIOD else DEFAULT_WINDOW
