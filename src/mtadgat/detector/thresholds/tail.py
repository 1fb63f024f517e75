"""Tail: how fast the chance of ever higher scores falls off, a generalised Pareto distribution.

P(excess > y) = (1 + shape * y / scale) ** (-1 / shape),   exp(-y / scale) for shape 0
"""

from __future__ import annotations

import logging
import math
import warnings
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.stats import genpareto

if TYPE_CHECKING:
    from jaxtyping import Float

logger = logging.getLogger(__name__)

MIN_EXCESSES = 10
"""Excesses below which only the scale is estimated."""

FLAT = 1e-6
"""Shapes nearer to 0 than this are taken as 0: the general form loses its digits."""


class Tail(NamedTuple):
    """A generalised Pareto distribution of excesses over a level."""

    shape: float
    scale: float

    def exceeded_by(self, share: float) -> float:
        """Return the excess that a share of the excesses lies above.

        Source: Siffer et al., KDD 2017, equation 1, without the level itself.
        """
        if abs(self.shape) < FLAT:
            return -self.scale * math.log(share)
        return self.scale / self.shape * math.expm1(-self.shape * math.log(share))


def fit_tail(excesses: Float[np.ndarray, " excesses"], start: Tail | None = None) -> Tail:
    """Fit the tail by maximum likelihood; where that fails by moments, then as an exponential.

    Args:
        excesses: (excesses,) how far scores lie above the level, positive, at least one.
        start: a tail to start from, such as the one before a few more excesses came in.
    """
    mean = float(excesses.mean())
    if excesses.size < MIN_EXCESSES:
        logger.info("pot: only %d scores in the tail, taken as exponential", excesses.size)
        return Tail(0.0, mean)
    # A mean of 1 keeps the optimiser's tolerances meaningful for scores of any size.
    unit = excesses / mean
    guess = _moments(unit) if start is None else Tail(start.shape, start.scale / mean)
    for name, tail in (("likelihood", _likeliest(unit, guess)), ("moments", _moments(unit))):
        if _plausible(tail, unit):
            return Tail(tail.shape, tail.scale * mean)
        logger.info("pot: the fit by %s gives shape %.3g, scale %.3g: implausible", name, tail.shape, tail.scale)
    return Tail(0.0, mean)


def _likeliest(excesses: Float[np.ndarray, " excesses"], guess: Tail) -> Tail:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        shape, _, scale = genpareto.fit(excesses, max(guess.shape, -0.1), floc=0, scale=guess.scale)
    return Tail(float(shape), float(scale))


def _moments(excesses: Float[np.ndarray, " excesses"]) -> Tail:
    """Match mean and variance: mean = scale / (1 - shape), variance = mean^2 / (1 - 2 shape)."""
    mean, variance = float(excesses.mean()), float(excesses.var())
    if variance <= 0:
        return Tail(0.0, mean)
    shape = (1 - mean**2 / variance) / 2
    return Tail(shape, mean * (1 - shape))


def _plausible(tail: Tail, excesses: Float[np.ndarray, " excesses"]) -> bool:
    """Whether every excess is possible, the likelihood is bounded (shape > -1) and the mean finite (shape < 1)."""
    if not (math.isfinite(tail.shape) and math.isfinite(tail.scale) and tail.scale > 0 and -1 < tail.shape < 1):
        return False
    return bool(1 + tail.shape * excesses.max() / tail.scale > 0)
