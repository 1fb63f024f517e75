"""Buffer window: the period of a signal, which TSB-AD takes as the widest buffer of VUS."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from scipy import signal

DEFAULT_WINDOW = 125
"""Window of signals without a period between 6 and 303 rows."""

ROWS_READ = 20_000
SHORTEST_LAG = 3
LONGEST_LAG = 400
LONGEST_PERIOD = 303


def buffer_window(values: Float[np.ndarray, " time"]) -> int:
    """Return the lag of the highest local maximum of the autocorrelation, or 125 where it is out of range.

    Args:
        values: (time,) the first feature of the evaluated part; only its first 20,000 rows are read.

    Returns:
        Window for `volumes`, in rows.

    Source: ``find_length_rank`` with rank 1 of TSB-AD 1.5, after Paparrizos et al., VLDB 2022.
    """
    rows = values[:ROWS_READ].astype(np.float64)
    rows = rows - rows.mean()
    correlation = signal.correlate(rows, rows, method="fft")[rows.size - 1 : rows.size + LONGEST_LAG]
    candidates = correlation[SHORTEST_LAG:]
    peaks = signal.argrelextrema(candidates, np.greater)[0]
    if peaks.size == 0:
        return DEFAULT_WINDOW
    period = int(peaks[np.argmax(candidates[peaks])]) + SHORTEST_LAG
    return period if 2 * SHORTEST_LAG <= period <= LONGEST_PERIOD else DEFAULT_WINDOW
