"""Prediction table: what is said of every row, in columns that people and servers read."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mtadgat.detector.scores import Scores
from mtadgat.detector.thresholds import Threshold
from mtadgat.series import Series


def prediction_table(series: Series, scores: Scores, threshold: Threshold, top_features: int) -> pd.DataFrame:
    """Return one row for each row of a series.

    Args:
        series: (time, features), for its timestamps.
        scores: the scores of the series.
        threshold: a fitted threshold.
        top_features: how many features to name for each row; no more than there are targets.

    Returns:
        ``timestamp`` (or ``row``), ``score``, ``threshold``, ``is_anomaly``, then ``top_feature_1``,
        ``top_share_1`` ...: the features with the largest share of the score, shares adding up to at most 1.
    """
    limits = threshold.values_for(scores.total)
    columns: dict[str, np.ndarray] = {
        **({"row": np.arange(len(series))} if series.timestamps is None else {"timestamp": series.timestamps}),
        "score": scores.total.astype(np.float64),
        "threshold": limits.astype(np.float64),
        "is_anomaly": scores.total >= limits,
    }
    names = np.array(scores.features, dtype=object)
    shares = scores.per_feature / np.maximum(scores.per_feature.sum(axis=1, keepdims=True), np.finfo(np.float32).tiny)
    order = np.argsort(-shares, axis=1, kind="stable")[:, :top_features]
    for place, chosen in enumerate(order.T, start=1):
        columns[f"top_feature_{place}"] = names[chosen]
        columns[f"top_share_{place}"] = np.take_along_axis(shares, chosen[:, None], axis=1)[:, 0].astype(np.float64)
    return pd.DataFrame(columns)
