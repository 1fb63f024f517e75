"""Root causes: which features to blame for an event, and how often that is right.

A feature's share of an event is its highest score within the event, relative to its mean score over healthy rows.
Features whose healthy scores are tiny would win by that alone, so healthy scores are raised to at least half the mean
over all features.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mtadgat.series import Cause, Event

if TYPE_CHECKING:
    from jaxtyping import Bool, Float

NDCG_RANKS = 5
"""Ranks that NDCG takes into account (MTAD-GAT paper)."""

MIN_HEALTHY_SHARE = 0.5
"""Lower bound of a feature's healthy score, as a share of the mean over features."""


class RootCause(NamedTuple):
    """How well the ranking of features agrees with the labelled causes of one event, or the mean over events."""

    hit_rate_100: float
    """Share of the n true features among the first n."""
    hit_rate_150: float
    """Share of the n true features among the first floor(1.5 n)."""
    ndcg_5: float
    """Discounted gain of the first five ranks over that of the best ranking."""


class RootCauseMetrics(NamedTuple):
    """Agreement with the labelled causes, event by event and on average."""

    per_event: tuple[RootCause, ...]
    mean: RootCause

    def to_dict(self) -> dict[str, float]:
        """Return the means by flat names."""
        return {f"root_cause/{name}": value for name, value in self.mean._asdict().items()}


def healthy_levels(
    scores: Float[np.ndarray, "time features"], anomalous: Bool[np.ndarray, " time"]
) -> Float[np.ndarray, " features"]:
    """Return each feature's mean score over the rows that are not anomalous (over all rows if all are).

    Args:
        scores: (time, features), higher is more anomalous.
        anomalous: (time,) labels if the series has them, else flags.
    """
    rows = scores if anomalous.all() else scores[~anomalous]
    return np.asarray(rows.mean(axis=0), dtype=np.float64)


def feature_shares(
    scores: Float[np.ndarray, "time features"], event: Event, healthy: Float[np.ndarray, " features"]
) -> Float[np.ndarray, " features"]:
    """Return each feature's share of an event; the shares sum to 1.

    Args:
        scores: (time, features), higher is more anomalous, at least 0.
        event: labelled or flagged rows.
        healthy: (features,) each feature's score in healthy time, see `healthy_levels`.
    """
    floor = MIN_HEALTHY_SHARE * healthy.mean() or 1.0
    relative = scores[event.start : event.stop].max(axis=0) / np.maximum(healthy, floor)
    total = relative.sum()
    return np.asarray(relative / total if total > 0 else np.full(healthy.size, 1 / healthy.size), dtype=np.float64)


def ranked_features(shares: Float[np.ndarray, " features"]) -> tuple[int, ...]:
    """Return the columns by decreasing share; equal shares keep the order of the columns."""
    return tuple(int(column) for column in np.argsort(-shares, kind="stable"))


def root_cause_metrics(
    scores: Float[np.ndarray, "time features"], causes: Sequence[Cause], healthy: Float[np.ndarray, " features"]
) -> RootCauseMetrics:
    """Compare the ranking of features with the labelled causes.

    Args:
        scores: (time, features), higher is more anomalous; columns as in ``causes``.
        causes: labelled events with the columns to blame; those without columns are skipped.
        healthy: (features,) each feature's score in healthy time, see `healthy_levels`.

    Returns:
        Metrics between 0 and 1; the means are NaN if there are no causes.

    Source: HitRate@P% of Su et al. (OmniAnomaly), KDD 2019; NDCG@5 of Zhao et al., ICDM 2020.
    """
    per_event = tuple(
        _root_cause(ranked_features(feature_shares(scores, event, healthy)), frozenset(features))
        for event, features in causes
        if features
    )
    mean = np.mean(per_event, axis=0) if per_event else np.full(len(RootCause._fields), np.nan)
    return RootCauseMetrics(per_event, RootCause(*(float(value) for value in mean)))


def _root_cause(ranking: tuple[int, ...], truth: frozenset[int]) -> RootCause:
    count = len(truth)
    hits = np.array([column in truth for column in ranking[:NDCG_RANKS]])
    gains = hits @ _discounts(hits.size)
    return RootCause(
        hit_rate_100=len(truth.intersection(ranking[:count])) / count,
        hit_rate_150=len(truth.intersection(ranking[: 3 * count // 2])) / count,
        ndcg_5=float(gains / _discounts(min(NDCG_RANKS, count)).sum()),
    )


def _discounts(ranks: int) -> Float[np.ndarray, " ranks"]:
    return 1 / np.log2(np.arange(2, ranks + 2))
