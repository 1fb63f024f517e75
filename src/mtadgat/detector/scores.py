"""Scores: what a detector says of every row of a series."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True, eq=False)
class Scores:
    """What a detector says of every row of a series.

    Args:
        total: (time,) float32, higher is more anomalous.
        per_feature: (time, targets) float32, the errors that the total is made of.
        forecast: (time, targets) float32, in the units of the input.
        reconstruction: (time, targets) float32, in the units of the input.
        features: names of the targets.
    """

    total: Float[np.ndarray, " time"]
    per_feature: Float[np.ndarray, "time targets"]
    forecast: Float[np.ndarray, "time targets"]
    reconstruction: Float[np.ndarray, "time targets"]
    features: tuple[str, ...]
