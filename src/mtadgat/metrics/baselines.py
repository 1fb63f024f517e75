"""Baselines: what chance and the most trivial detector reach, to stand beside every figure.

Point adjustment rewards even random scores highly (Kim et al., AAAI 2022); affiliation and VUS-ROC have a floor well
above 0 too. A figure says something only against these.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Shaped


def random_scores(rows: int, seed: int = 0) -> Float[np.ndarray, " rows"]:
    """Return scores that know nothing: uniform in [0, 1), from a seed.

    Args:
        rows: how many.
        seed: of numpy's default generator.
    """
    return np.random.default_rng(seed).random(rows)


@dataclass(frozen=True, eq=False)
class MaxZBaseline:
    """The trivial detector: how many standard deviations the most unusual feature lies from its mean.

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


def chance_metrics(
    labels: Bool[np.ndarray, " time"],
    flagged: int,
    timestamps: Shaped[np.ndarray, " time"] | None = None,
    draws: int = 10,
    seed: int = 0,
) -> dict[str, float]:
    """Return the figures that as many flags on random rows reach, on average.

    Args:
        labels: (time,) rows that are anomalous.
        flagged: how many rows carry a flag.
        timestamps: (time,) datetime64, as for `evaluate_flags`.
        draws: random placements to average over.
        seed: of the first draw.

    Returns:
        The names of `FlagMetrics.to_dict`; a figure that is undefined in some draws is averaged over the others.
    """
    from mtadgat.metrics.metric_sets import evaluate_flags  # needs scikit-learn, which a logged model does not have

    generator = np.random.default_rng(seed)
    found: list[dict[str, float]] = []
    for _ in range(draws):
        flags = np.zeros(labels.size, dtype=bool)
        flags[generator.choice(labels.size, size=flagged, replace=False)] = True
        found.append(evaluate_flags(flags, labels, timestamps).to_dict())
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Mean of empty slice", RuntimeWarning)
        return {name: float(np.nanmean([metrics[name] for metrics in found])) for name in found[0]}
