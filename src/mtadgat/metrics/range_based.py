"""Range-based precision and recall (Tatbul et al., NeurIPS 2018), at every threshold.

For an event R and the runs of flagged rows that overlap it, x of them:

    recall(R) = alpha * [x > 0] + (1 - alpha) * |R and flagged| / |R| * 1 / x

and for a flagged run P that overlaps y events: precision(P) = |P and labelled| / |P| * 1 / max(y, 1). Recall is the
mean over events, precision the mean over flagged runs. Flat positional bias, cardinality factor 1/x, and alpha = 0.2
for recall as in TSB-AD.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mtadgat.metrics.curves import Curve, Levels, event_rows, levels_of
from mtadgat.metrics.level_runs import runs_over_levels
from mtadgat.series import events

if TYPE_CHECKING:
    from jaxtyping import Bool, Float

EXISTENCE_WEIGHT = 0.2
"""Alpha: the weight of detecting an event at all, against how much of it is flagged (TSB-AD's choice)."""


def range_curve(scores: Float[np.ndarray, " time"], labels: Bool[np.ndarray, " time"]) -> Curve:
    """Range-based precision and recall at every threshold.

    Args:
        scores: (time,), higher is more anomalous.
        labels: (time,), at least one of them true.

    Source: Tatbul et al., "Precision and recall for time series", NeurIPS 2018; settings of TSB-AD's R-based-F1.
    """
    levels = levels_of(scores)
    return Curve(levels.thresholds, _precision(levels, labels), _recall(levels, labels))


def _precision(levels: Levels, labels: Bool[np.ndarray, " time"]) -> Float[np.ndarray, " levels"]:
    edges = np.concatenate(([0], np.flatnonzero(np.diff(levels.of_row)) + 1, [labels.size]))
    runs = runs_over_levels(levels.of_row[edges[:-1]])
    start, stop = edges[runs.start], edges[runs.stop]
    labelled_before = np.concatenate(([0], np.cumsum(labels)))
    bounds = np.array(events(labels), dtype=np.int64)
    touched = np.searchsorted(bounds[:, 0], stop) - np.searchsorted(bounds[:, 1], start, side="right")
    worth = (labelled_before[stop] - labelled_before[start]) / (stop - start) / np.maximum(touched, 1)
    ends = runs.end < levels.thresholds.size
    total = levels.accumulate(runs.first, worth) - levels.accumulate(runs.end[ends], worth[ends])
    count = levels.accumulate(runs.first) - levels.accumulate(runs.end[ends])
    # Worth that entered and left again may leave a rounding error of the order of 1e-13.
    return np.asarray(np.clip(total / count, 0.0, 1.0))


def _recall(levels: Levels, labels: Bool[np.ndarray, " time"]) -> Float[np.ndarray, " levels"]:
    rows = event_rows(levels, labels)
    order = np.full(labels.size + 2, labels.size, dtype=np.int64)
    order[rows.row + 1] = np.arange(rows.row.size)
    # A row that is flagged opens a run, unless it extends a neighbour's; between two flagged rows it joins two runs.
    joined = (order[rows.row] < order[rows.row + 1]).astype(np.int64) + (order[rows.row + 2] < order[rows.row + 1])
    pieces = np.cumsum(1 - joined) - rows.event
    worth = EXISTENCE_WEIGHT + (1 - EXISTENCE_WEIGHT) * rows.rank / rows.length / pieces
    before = np.where(rows.rank == 1, 0.0, np.concatenate(([0.0], worth[:-1])))
    total = levels.accumulate(levels.of_row[rows.row], worth - before)
    return np.asarray(np.clip(total / (rows.event[-1] + 1), 0.0, 1.0))
