"""Evaluation: scores held against labels, beside what chance and the most trivial detector reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float

from mtadgat.detector.scoring import Scores
from mtadgat.detector.thresholds import Threshold
from mtadgat.errors import DataError
from mtadgat.metrics.baselines import chance_metrics, random_scores
from mtadgat.metrics.metric_sets import FlagMetrics, ScoreMetrics, evaluate_flags, evaluate_scores
from mtadgat.metrics.period import buffer_window
from mtadgat.metrics.root_cause import RootCauseMetrics, healthy_levels, root_cause_metrics
from mtadgat.series import Cause, Series


@dataclass(frozen=True, eq=False)
class FlagEvaluation:
    """One threshold's flags, held against labels.

    Args:
        threshold: the fitted threshold.
        limits: (time,) the threshold of every row.
        flags: (time,) true where the score reaches the threshold.
        metrics: how good the flags are.
        random: the same figures for as many flags on random rows, on average.
        largest_z: the same figures for as many flags on the rows of the largest absolute z-score; empty where the
            training rows are not known.
    """

    threshold: Threshold
    limits: Float[np.ndarray, " time"]
    flags: Bool[np.ndarray, " time"]
    metrics: FlagMetrics
    random: Mapping[str, float]
    max_z: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Scores held against labels.

    Args:
        by_threshold: figures of each threshold's flags, by method.
        free: figures that need no threshold.
        random: the same for random scores.
        largest_z: the same for the largest absolute z-score, or None where the training rows are not known.
        root_cause: whether the right features were blamed, or None where causes are not known.
    """

    by_threshold: dict[str, FlagEvaluation]
    free: ScoreMetrics
    random: ScoreMetrics
    max_z: ScoreMetrics | None
    root_cause: RootCauseMetrics | None

    def metrics(self) -> dict[str, float]:
        """Return every figure by a flat name, such as ``pot/point/f1``, ``vus_pr`` and ``random/vus_pr``."""
        metrics = dict(self.free.to_dict())
        for name, scores in (("random", self.random), ("largest_z", self.max_z)):
            if scores is not None:
                metrics |= {f"{name}/{figure}": value for figure, value in scores.to_dict().items()}
        for method, known in self.by_threshold.items():
            metrics |= {f"{method}/{figure}": value for figure, value in known.metrics.to_dict().items()}
        if self.root_cause is not None:
            metrics |= self.root_cause.to_dict()
        return metrics

    def table(self) -> pd.DataFrame:
        """Return one row for each figure: threshold, metric, this detector, random and largest z beside it."""
        rows: list[tuple[str, str, float, float, float]] = []
        nothing: Mapping[str, float] = {}
        trivial = nothing if self.max_z is None else self.max_z.to_dict()
        rows += _beside("", self.free.to_dict(), self.random.to_dict(), trivial)
        for method, known in self.by_threshold.items():
            rows += _beside(method, known.metrics.to_dict(), known.random, known.max_z)
        if self.root_cause is not None:
            rows += _beside("", self.root_cause.to_dict(), nothing, nothing)
        return pd.DataFrame(rows, columns=["threshold", "metric", "detector", "random", "largest_z"])


def _beside(
    threshold: str, metrics: Mapping[str, float], random: Mapping[str, float], max_z: Mapping[str, float]
) -> list[tuple[str, str, float, float, float]]:
    return [
        (threshold, name, value, random.get(name, np.nan), max_z.get(name, np.nan)) for name, value in metrics.items()
    ]


def hold_against_labels(
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
        thresholds: by method; those that use labels are fitted to these very labels: the best that was possible.
        largest_z: (time,) scores of the trivial detector.
        per_feature: scores by feature, for root causes.

    Raises:
        DataError: the series has no labels, or scores of another length.
    """
    labels = series.labels
    if labels is None:
        raise DataError(
            f"labels for the {len(series)} rows of {series.name}", "none", "Give a labelled part, or use predict."
        )
    if len(scores) != len(series):
        raise DataError(
            f"{len(series)} scores, one for each row", f"{len(scores)}", "Score the rows that are labelled."
        )
    window = buffer_window(series.values[:, 0])
    totals = scores.astype(np.float64)
    return Evaluation(
        by_threshold={
            method: _flag_evaluation(series, labels, totals, threshold, max_z)
            for method, threshold in thresholds.items()
        },
        free=evaluate_scores(totals, labels, window),
        random=evaluate_scores(random_scores(len(series)), labels, window),
        max_z=None if max_z is None else evaluate_scores(max_z, labels, window),
        root_cause=_root_cause(series, labels, per_feature),
    )


def _flag_evaluation(
    series: Series,
    labels: Bool[np.ndarray, " time"],
    scores: Float[np.ndarray, " time"],
    threshold: Threshold,
    max_z: Float[np.ndarray, " time"] | None,
) -> FlagEvaluation:
    tellable = bool(labels.any() and not labels.all())
    fitted = threshold.fit(scores, labels) if threshold.uses_labels and tellable else threshold
    limits = fitted.values_for(scores)
    flags = scores >= limits
    flagged = int(flags.sum())
    trivial: Mapping[str, float] = {}
    if max_z is not None:
        most_unusual = np.zeros(len(series), dtype=bool)
        most_unusual[np.argsort(-max_z, kind="stable")[:flagged]] = True
        trivial = evaluate_flags(most_unusual, labels, series.timestamps).to_dict()
    return FlagEvaluation(
        threshold=fitted,
        limits=limits,
        flags=flags,
        metrics=evaluate_flags(flags, labels, series.timestamps),
        random=chance_metrics(labels, flagged, series.timestamps),
        max_z=trivial,
    )


def _root_cause(series: Series, labels: Bool[np.ndarray, " time"], scores: Scores | None) -> RootCauseMetrics | None:
    if scores is None or not series.causes:
        return None
    places = {series.features.index(name): place for place, name in enumerate(scores.features)}
    causes = [
        Cause(event, tuple(places[column] for column in columns if column in places))
        for event, columns in series.causes
    ]
    healthy = healthy_levels(scores.per_feature, labels)
    return root_cause_metrics(scores.per_feature, causes, healthy)
