"""Chance: the metrics that flags on random rows reach."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

from mtadgat.metrics.metric_sets import evaluate_flags

if TYPE_CHECKING:
    from jaxtyping import Bool, Shaped


def chance_metrics(
    labels: Bool[np.ndarray, " time"],
    flagged: int,
    timestamps: Shaped[np.ndarray, " time"] | None = None,
    draws: int = 10,
    seed: int = 0,
) -> dict[str, float]:
    """Return the metrics that the same number of flags on random rows reaches, on average.

    Args:
        labels: (time,) rows that are anomalous.
        flagged: number of rows that carry a flag.
        timestamps: (time,) datetime64, as for `evaluate_flags`.
        draws: random arrangements of the flags to average over.
        seed: of the first arrangement.

    Returns:
        The names of `FlagMetrics.to_dict`; a metric that is undefined in some draws is averaged over the others.
    """
    generator = np.random.default_rng(seed)
    drawn: list[dict[str, float]] = []
    for _ in range(draws):
        flags = np.zeros(labels.size, dtype=bool)
        flags[generator.choice(labels.size, size=flagged, replace=False)] = True
        drawn.append(evaluate_flags(flags, labels, timestamps).to_dict())
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Mean of empty slice", RuntimeWarning)
        return {name: float(np.nanmean([metrics[name] for metrics in drawn])) for name in drawn[0]}
