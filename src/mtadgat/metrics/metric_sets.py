"""All metrics of flags, and all metrics of scores, each by one call.

On labels without any event, or without any healthy row, no rate or area is defined: all are NaN, and missing among the
flat names; the share of flagged rows and what can be counted remain. Flags that are all false have rates of 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median
from typing import TYPE_CHECKING

import numpy as np

from mtadgat.errors import DataError
from mtadgat.metrics.affiliation import affiliation_curve
from mtadgat.metrics.curves import (
    NOTHING_FLAGGED,
    PERCENTS,
    UNDEFINED,
    Best,
    Curve,
    Rates,
    adjusted_curve,
    adjusted_curves,
    area_over_percents,
    event_curve,
    point_curve,
)
from mtadgat.metrics.event_metrics import EventMetrics, event_metrics
from mtadgat.metrics.range_based import range_curve
from mtadgat.metrics.volume import Volumes, volumes

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Shaped

NAN = float("nan")
CUSTOMARY_PERCENT = 20
"""Default K in the code of Kim et al."""

CURVES: dict[str, Callable[[Float[np.ndarray, " time"], Bool[np.ndarray, " time"]], Curve]] = {
    "point": point_curve,
    "point_adjusted": adjusted_curve,
    "event": event_curve,
    "range": range_curve,
    "affiliation": affiliation_curve,
}
"""The senses of precision and recall: over rows; over rows after point adjustment; detected events and correctly
flagged rows; over ranges (Tatbul et al. 2018); by affiliation (Huet et al. 2022)."""


@dataclass(frozen=True)
class FlagMetrics:
    """How good flags are.

    Args:
        rows: rows that were evaluated.
        flagged: rows that carry a flag.
        labelled: rows that are labelled as anomalous.
        rates: precision, recall and F1 in each sense of `CURVES`, by name.
        adjusted_f1: F1 after PA%K for K = 0, 1, ..., 100 (Kim et al., AAAI 2022).
        event: detected events, false alarms, latency.
    """

    rows: int
    flagged: int
    labelled: int
    rates: dict[str, Rates]
    adjusted_f1: tuple[float, ...]
    event: EventMetrics

    @property
    def adjusted_area(self) -> float:
        """Area under F1 after PA%K over K from 0 to 1."""
        return area_over_percents(self.adjusted_f1)

    def to_dict(self) -> dict[str, float]:
        """Return the metrics by flat names such as ``point/f1``.

        Metrics per time are there only if rows have times; those of events only if there is one, those of false alarms
        only if there is a healthy row, and rates only if there are both.
        """
        metrics = {"flag_rate": self.flagged / self.rows, "event/count": float(len(self.event.detections))}
        if 0 < self.labelled < self.rows:
            for sense, rates in self.rates.items():
                metrics |= {f"{sense}/{name}": value for name, value in rates._asdict().items()}
            metrics["pa_k/area"] = self.adjusted_area
            metrics[f"pa_k/f1_at_{CUSTOMARY_PERCENT}"] = self.adjusted_f1[CUSTOMARY_PERCENT]
        per_day = self.event.false_alarms_per_day
        if self.labelled < self.rows:
            metrics["event/false_alarms"] = float(self.event.false_alarms)
            metrics |= {} if per_day is None else {"event/false_alarms_per_day": per_day}
        if self.labelled:
            metrics["event/found"] = float(self.event.detected)
            metrics |= _summary("event/latency", self.event.latencies)
            metrics |= {} if per_day is None else _summary("event/latency_seconds", self.event.latencies_seconds)
        return metrics


def _summary(name: str, values: Sequence[float]) -> dict[str, float]:
    if not values:
        return {f"{name}_mean": NAN, f"{name}_median": NAN, f"{name}_max": NAN}
    return {f"{name}_mean": fmean(values), f"{name}_median": float(median(values)), f"{name}_max": float(max(values))}


def evaluate_flags(
    flags: Bool[np.ndarray, " time"],
    labels: Bool[np.ndarray, " time"],
    timestamps: Shaped[np.ndarray, " time"] | None = None,
) -> FlagMetrics:
    """Compare flags with labels.

    Args:
        flags: (time,) rows that a detector calls anomalous, at least one row long.
        labels: (time,) rows that are anomalous.
        timestamps: (time,) datetime64, for metrics per day and in seconds; other types are ignored.

    Returns:
        Rates of NaN if labels contain no event or no healthy row; rates of 0 if flags are all false.
    """
    scores = flags.astype(np.float64)
    if not both_classes(labels):
        rates = dict.fromkeys(CURVES, UNDEFINED)
        adjusted = [NAN] * len(PERCENTS)
    elif not flags.any():
        rates = dict.fromkeys(CURVES, NOTHING_FLAGGED)
        adjusted = [0.0] * len(PERCENTS)
    else:
        rates = {sense: curve(scores, labels).first for sense, curve in CURVES.items()}
        adjusted = [curve.first.f1 for curve in adjusted_curves(scores, labels)]
    return FlagMetrics(
        rows=labels.size,
        flagged=int(flags.sum()),
        labelled=int(labels.sum()),
        rates=rates,
        adjusted_f1=tuple(adjusted),
        event=event_metrics(flags, labels, timestamps),
    )


LEADERBOARD = {
    "Standard-F1": "point",
    "PA-F1": "point_adjusted",
    "Event-based-F1": "event",
    "R-based-F1": "range",
    "Affiliation-F": "affiliation",
}
"""Names of TSB-AD's table for the best F1 in each sense."""


@dataclass(frozen=True)
class ScoreMetrics:
    """How good scores are, whatever the threshold.

    Args:
        auc_pr: area under the precision-recall curve (average precision).
        auc_roc: area under the ROC curve.
        vus: volumes under the surfaces over a buffer around events (Paparrizos et al., VLDB 2022).
        max_buffer: widest buffer of ``vus``, in rows.
        best: threshold, precision, recall and F1 at the highest F1, in each sense of `CURVES`, by name.
        adjusted_area: area under the best F1 after PA%K over K from 0 to 1 (Kim et al., AAAI 2022).
    """

    auc_pr: float
    auc_roc: float
    vus: Volumes
    max_buffer: int
    best: dict[str, Best]
    adjusted_area: float

    def to_dict(self) -> dict[str, float]:
        """Return the metrics by flat names such as ``vus_pr`` and ``best/point/f1``, none if they are undefined."""
        if math.isnan(self.auc_roc):
            return {}
        metrics = {
            "auc_pr": self.auc_pr,
            "auc_roc": self.auc_roc,
            "vus_pr": self.vus.pr,
            "vus_roc": self.vus.roc,
            "vus_window": float(self.max_buffer),
            "best/pa_k/area": self.adjusted_area,
        }
        for sense, best in self.best.items():
            metrics |= {f"best/{sense}/{name}": value for name, value in best._asdict().items()}
        return metrics

    def leaderboard(self) -> dict[str, float]:
        """Return the metrics of TSB-AD's table by its names.

        TSB-AD searches all but Standard-F1 on 100 evenly spaced thresholds; these are exact, hence at least as high.
        """
        areas = {"VUS-PR": self.vus.pr, "VUS-ROC": self.vus.roc, "AUC-PR": self.auc_pr, "AUC-ROC": self.auc_roc}
        return areas | {name: self.best[sense].f1 for name, sense in LEADERBOARD.items()}


def evaluate_scores(
    scores: Float[np.ndarray, " time"], labels: Bool[np.ndarray, " time"], max_buffer: int
) -> ScoreMetrics:
    """Compare scores with labels at all thresholds.

    Args:
        scores: (time,), higher is more anomalous, finite, at least one row long.
        labels: (time,) rows that are anomalous.
        max_buffer: widest buffer of VUS, in rows; `buffer_window` gives TSB-AD's.

    Returns:
        Metrics of NaN if labels contain no event or no healthy row.

    Raises:
        DataError: a score is NaN or infinite.
    """
    if not np.isfinite(scores).all():
        raise DataError(
            "finite scores",
            f"{np.count_nonzero(~np.isfinite(scores))} that are NaN or infinite",
            "Repair the scores, or leave those rows out together with their labels.",
        )
    if not both_classes(labels):
        nothing = dict.fromkeys(CURVES, Best(NAN, *UNDEFINED))
        return ScoreMetrics(NAN, NAN, Volumes(NAN, NAN), max_buffer, nothing, NAN)
    # Here, since it takes a second to import, and only whole evaluations need it.
    from sklearn.metrics import roc_auc_score

    return ScoreMetrics(
        auc_pr=point_curve(scores, labels).average_precision,
        auc_roc=float(roc_auc_score(labels, scores)),
        vus=volumes(scores, labels, max_buffer),
        max_buffer=max_buffer,
        best={sense: curve(scores, labels).best for sense, curve in CURVES.items()},
        adjusted_area=area_over_percents([float(curve.f1.max()) for curve in adjusted_curves(scores, labels)]),
    )


def both_classes(labels: Bool[np.ndarray, " time"]) -> bool:
    """Whether labels call some rows anomalous and some healthy, as every rate and area needs.

    Args:
        labels: (time,) rows that are anomalous.
    """
    return bool(labels.any() and not labels.all())


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
