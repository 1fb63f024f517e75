"""Scale: whether scores are drawn on a linear or on a logarithmic axis."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

DWARFED = 25
"""Times the threshold that a score may be before a linear axis hides what happens near the threshold."""


def spiky(scores: Float[np.ndarray, " time"], limits: Float[np.ndarray, " time"]) -> bool:
    """Whether the highest score is so far above the threshold that a linear axis would hide the rest.

    Args:
        scores: (time,) scores.
        limits: (time,) the threshold of every row.
    """
    known = scores[np.isfinite(scores)]
    if not known.size:
        return False
    return bool(known.min() >= 0 and 0 < float(np.median(limits)) < known.max() / DWARFED)
