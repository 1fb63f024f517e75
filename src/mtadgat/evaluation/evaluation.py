"""Evaluation: metrics of scores on labels, beside those of random scores and of the max-|z| detector."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mtadgat.detector.scoring import Scores
from mtadgat.detector.thresholds import Threshold
from mtadgat.errors import DataError
from mtadgat.metrics.baselines import random_scores
from mtadgat.metrics.chance import chance_metrics
from mtadgat.metrics.metric_sets import (
    BaselineComparison,
    FlagMetrics,
    ScoreMetrics,
    both_classes,
    evaluate_flags,
    evaluate_scores,
)
from mtadgat.metrics.period import buffer_window
from mtadgat.metrics.root_cause import RootCauseMetrics, healthy_levels, root_cause_metrics
from mtadgat.series import Cause, Series

if TYPE_CHECKING:
    from jaxtyping import Bool, Float

COLUMNS = ("threshold", "metric", "detector", "random", "largest_z")
"""Columns of the recorded table: a threshold (empty for none), a metric's flat name and its values."""


def comparison_table(comparisons: Sequence[BaselineComparison]) -> pd.DataFrame:
    """Return the comparisons as one table with a row for each metric; a baseline without the metric has NaN.

    A metric that is undefined for all three has no row.
    """
    rows = [
        (each.threshold, name, value, each.random.get(name, np.nan), each.max_z.get(name, np.nan))
        for each in comparisons
        for name, value in each.detector.items()
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS)).dropna(subset=list(COLUMNS[2:]), how="all", ignore_index=True)


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


@dataclass(frozen=True, eq=False)
class FlagEvaluation:
    """One threshold's flags, compared with labels.

    Args:
        threshold: the fitted threshold.
        limits: (time,) the threshold of every row.
        flags: (time,) true where the score reaches the threshold.
        metrics: how good the flags are.
        random: the same metrics of the same number of flags on random rows, on average.
        max_z: the same metrics of the same number of flags on the rows with the highest max-|z| score; empty if there
            are no training rows to compute it from.
    """

    threshold: Threshold
    limits: Float[np.ndarray, " time"]
    flags: Bool[np.ndarray, " time"]
    metrics: FlagMetrics
    random: Mapping[str, float]
    max_z: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Scores, compared with labels.

    Args:
        by_threshold: evaluation of each threshold's flags, by method.
        free: metrics that need no threshold.
        random: the same of random scores.
        max_z: the same of the max-|z| detector, or None if there are no training rows to compute it from.
        root_cause: whether the right features were blamed, or None if the series has no causes.
    """

    by_threshold: dict[str, FlagEvaluation]
    free: ScoreMetrics
    random: ScoreMetrics
    max_z: ScoreMetrics | None
    root_cause: RootCauseMetrics | None

    def metrics(self) -> dict[str, float]:
        """Return every defined metric by a flat name, such as ``pot/point/f1``, ``vus_pr`` and ``random/vus_pr``."""
        metrics = dict(self.free.to_dict())
        for baseline, scores in (("random", self.random), ("largest_z", self.max_z)):
            if scores is not None:
                metrics |= {f"{baseline}/{name}": value for name, value in scores.to_dict().items()}
        for method, flags in self.by_threshold.items():
            metrics |= {f"{method}/{name}": value for name, value in flags.metrics.to_dict().items()}
        if self.root_cause is not None:
            metrics |= self.root_cause.to_dict()
        return {name: value for name, value in metrics.items() if not np.isnan(value)}

    def comparisons(self) -> list[BaselineComparison]:
        """Return the comparison without a threshold, that at each threshold, then root causes if there are any."""
        max_z = {} if self.max_z is None else self.max_z.to_dict()
        comparisons = [BaselineComparison("", self.free.to_dict(), self.random.to_dict(), max_z)]
        comparisons += [
            BaselineComparison(method, flags.metrics.to_dict(), flags.random, flags.max_z)
            for method, flags in self.by_threshold.items()
        ]
        if self.root_cause is not None:
            comparisons.append(BaselineComparison("", self.root_cause.to_dict()))
        return comparisons

    def table(self) -> pd.DataFrame:
        """Return one row for each metric, as `comparison_table` does."""
        return comparison_table(self.comparisons())


def evaluate_against_labels(
    series: Series,
    scores: Float[np.ndarray, " time"],
    thresholds: Mapping[str, Threshold],
    max_z: Float[np.ndarray, " time"] | None = None,
    per_feature: Scores | None = None,
) -> Evaluation:
    """Evaluate the scores of a labelled series.

    Args:
        series: labelled rows.
        scores: (time,), higher is more anomalous.
        thresholds: by method; those that use labels are fitted to these very labels: the best that was possible. On
            labels of one class, those that are not fitted yet are left out.
        max_z: (time,) scores of the max-|z| detector.
        per_feature: scores by feature, for root causes.

    Raises:
        DataError: the series has no labels, or the number of scores differs.
    """
    labels = series.labels
    if labels is None:
        raise DataError(
            f"labels for the {len(series)} rows of {series.name}", "none", "Give a labelled split, or use predict."
        )
    if len(scores) != len(series):
        raise DataError(
            f"{len(series)} scores, one for each row", f"{len(scores)}", "Score the rows that are labelled."
        )
    max_buffer = buffer_window(series.values[:, 0])
    totals = scores.astype(np.float64)
    return Evaluation(
        by_threshold={
            method: _flag_evaluation(series, labels, totals, threshold, max_z)
            for method, threshold in thresholds.items()
            if both_classes(labels) or threshold.value is not None
        },
        free=evaluate_scores(totals, labels, max_buffer),
        random=evaluate_scores(random_scores(len(series)), labels, max_buffer),
        max_z=None if max_z is None else evaluate_scores(max_z, labels, max_buffer),
        root_cause=_root_cause(series, labels, per_feature),
    )


def _flag_evaluation(
    series: Series,
    labels: Bool[np.ndarray, " time"],
    scores: Float[np.ndarray, " time"],
    threshold: Threshold,
    max_z: Float[np.ndarray, " time"] | None,
) -> FlagEvaluation:
    fitted = threshold.fit(scores, labels) if threshold.uses_labels and both_classes(labels) else threshold
    limits = fitted.values_for(scores)
    flags = scores >= limits
    flagged = int(flags.sum())
    max_z_metrics: Mapping[str, float] = {}
    if max_z is not None:
        most_unusual = np.zeros(len(series), dtype=bool)
        most_unusual[np.argsort(-max_z, kind="stable")[:flagged]] = True
        max_z_metrics = evaluate_flags(most_unusual, labels, series.timestamps).to_dict()
    return FlagEvaluation(
        threshold=fitted,
        limits=limits,
        flags=flags,
        metrics=evaluate_flags(flags, labels, series.timestamps),
        random=chance_metrics(labels, flagged, series.timestamps),
        max_z=max_z_metrics,
    )


def _root_cause(series: Series, labels: Bool[np.ndarray, " time"], scores: Scores | None) -> RootCauseMetrics | None:
    if scores is None or not series.causes:
        return None
    targets = {series.features.index(name): target for target, name in enumerate(scores.features)}
    causes = [
        Cause(event, tuple(targets[column] for column in columns if column in targets))
        for event, columns in series.causes
    ]
    healthy = healthy_levels(scores.per_feature, labels)
    return root_cause_metrics(scores.per_feature, causes, healthy)
