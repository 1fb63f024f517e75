"""Baselines: random scores and the max-|z| detector, whose metrics are reported beside those of every detector.

Point adjustment rewards even random scores highly (Kim et al., AAAI 2022); affiliation and VUS-ROC have a floor well
above 0 too. A metric is meaningful only in comparison with these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float


def random_scores(rows: int, seed: int = 0) -> Float[np.ndarray, " rows"]:
    """Return uninformative scores: uniform in [0, 1), from a seed.

    Args:
        rows: number of scores.
        seed: of numpy's default generator.
    """
    return np.random.default_rng(seed).random(rows)


@dataclass(frozen=True, eq=False)
class MaxZBaseline:
    """The max-|z| detector: how many standard deviations the most unusual feature lies from its mean.

    Args:
        mean: (features,) over the training rows.
        deviation: (features,) over the training rows.
    """

    mean: Float[np.ndarray, " features"]
    deviation: Float[np.ndarray, " features"]

    @classmethod
    def fit(cls, values: Float[np.ndarray, "time features"]) -> MaxZBaseline:
        """Take mean and standard deviation from training rows; a constant feature gets deviation 1.

        Args:
            values: (time, features) in any units.
        """
        rows = values.astype(np.float64)
        deviation = rows.std(axis=0)
        return cls(rows.mean(axis=0), np.where(deviation > 0, deviation, 1.0))

    def scores(self, values: Float[np.ndarray, "time features"]) -> Float[np.ndarray, " time"]:
        """Return the largest absolute z-score of each row.

        Args:
            values: (time, features) in the units of the training rows.
        """
        return np.asarray((np.abs(values - self.mean) / self.deviation).max(axis=1))
