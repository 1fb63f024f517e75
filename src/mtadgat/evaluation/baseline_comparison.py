"""Baseline comparison: metrics of a detector beside those of the baselines, and the table that records them.

It imports no metric, so that what shows a comparison starts fast.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd


@dataclass(frozen=True, eq=False)
class BaselineComparison:
    """Metrics of the detector and of both baselines by flat names, at one threshold or without one.

    Args:
        threshold: method of the threshold, empty for metrics that need none.
        detector: metrics of the detector, such as ``point/f1``.
        random: those of random scores; empty if there are none.
        max_z: those of the max-|z| detector; empty if there are none.
    """

    threshold: str
    detector: Mapping[str, float]
    random: Mapping[str, float] = field(default_factory=dict)
    max_z: Mapping[str, float] = field(default_factory=dict)


COLUMNS = ("threshold", "metric", "detector", "random", "largest_z")
"""Columns of the recorded table: a threshold (empty for none), a metric's flat name and its values."""


def comparison_table(comparisons: Sequence[BaselineComparison]) -> pd.DataFrame:
    """Return the comparisons as one table with a row for each metric; a baseline without the metric has NaN."""
    rows = [
        (each.threshold, name, value, each.random.get(name, np.nan), each.max_z.get(name, np.nan))
        for each in comparisons
        for name, value in each.detector.items()
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def recorded_comparisons(table: pd.DataFrame) -> list[BaselineComparison]:
    """Return the comparisons that `comparison_table` wrote, in the order of their thresholds.

    Args:
        table: one row for each metric, with the columns `COLUMNS`.
    """
    return [
        BaselineComparison(str(threshold), *(_by_metric(rows, column) for column in COLUMNS[2:]))
        for threshold, rows in table.groupby("threshold", sort=False)
    ]


def _by_metric(rows: pd.DataFrame, column: str) -> dict[str, float]:
    return {str(name): float(value) for name, value in zip(rows["metric"], rows[column], strict=True)}
