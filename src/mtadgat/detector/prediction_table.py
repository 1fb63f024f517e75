"""Prediction table: what a detector says of every row, in columns that people and servers read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mtadgat.detector.scoring import Scores
from mtadgat.series import Series

if TYPE_CHECKING:
    from jaxtyping import Float, Int


def prediction_table(
    series: Series, scores: Scores, thresholds: Float[np.ndarray, " time"], top_features: int
) -> pd.DataFrame:
    """Return one row for each row of a series.

    Args:
        series: (time, features), for its timestamps.
        scores: the scores of the series.
        thresholds: (time,) the threshold of every row.
        top_features: how many features to name for each row; no more than there are targets.

    Returns:
        The times under the name and in the form of the input, ``timestamp`` where nothing is known of it (or ``row``
        where rows have no time), then ``score``, ``threshold``, ``is_anomaly``, ``quality``, ``top_feature_1``,
        ``top_share_1`` ...: the features with the largest share of the score, shares adding up to at most 1.
    """
    columns: dict[str, np.ndarray] = {
        "score": scores.total.astype(np.float64),
        "threshold": thresholds.astype(np.float64),
        "is_anomaly": scores.total >= thresholds,
        **({} if scores.quality is None else {"quality": scores.quality}),
    }
    names = np.array(scores.features, dtype=object)
    shares = scores.per_feature / np.maximum(scores.per_feature.sum(axis=1, keepdims=True), np.finfo(np.float32).tiny)
    order = np.argsort(-shares, axis=1, kind="stable")[:, :top_features]
    for rank, column in enumerate(order.T, start=1):
        columns[f"top_feature_{rank}"] = names[column]
        columns[f"top_share_{rank}"] = np.take_along_axis(shares, column[:, None], axis=1)[:, 0].astype(np.float64)
    return with_times(pd.DataFrame(columns), series, np.arange(len(series)))


def with_times(table: pd.DataFrame, series: Series, rows: Int[np.ndarray, " time"]) -> pd.DataFrame:
    """Return a table of the rows of a series after a column of their times as they came, or of their numbers.

    The column of times has its name in the input, unless another column of the table has it: then ``timestamp``.

    Args:
        table: one row for each row of the series.
        series: for its timestamps and their clock.
        rows: (time,) numbers of rows that have no time.
    """
    if series.timestamps is None:
        times = pd.Series(rows, name="row")
    else:
        times = series.clock.written(series.timestamps).rename(series.clock.column_beside(table.columns))
    return pd.concat([times, table], axis=1)
