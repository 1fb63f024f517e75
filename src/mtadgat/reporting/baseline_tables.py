"""Baseline tables: metrics as people read them, by their usual names, beside those of the baselines."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mtadgat.metrics.metric_sets import BaselineComparison

NAN = float("nan")
MINUS = "\u2212"
SIGNS = {"higher": 1.0, "lower": -1.0, "": 0.0}
"""By what a metric is multiplied so that higher is better; 0 if neither is."""


class MetricEntry(NamedTuple):
    """How one metric is shown; see `BaselineRow`."""

    name: str
    """Its flat name at a threshold, as in ``pot/point/f1``."""
    metric: str
    note: str
    unit: str = ""
    better: str = "higher"


FLAG_METRICS = (
    MetricEntry("point/precision", "Precision", "share of flagged rows that are labelled"),
    MetricEntry("point/recall", "Recall", "share of labelled rows that are flagged"),
    MetricEntry("point/f1", "F1", "by row, without adjustment"),
    MetricEntry("point_adjusted/f1", "PA-F1", "one flag counts for its whole event: flatters"),
    MetricEntry("pa_k/area", "PA%K area", "F1 after adjusting events flagged by at least K %, over all K"),
    MetricEntry("event/f1", "Event F1", "detected events, against wrongly flagged rows"),
    MetricEntry("range/f1", "Range F1", "overlap of ranges (Tatbul et al. 2018)"),
    MetricEntry("affiliation/f1", "Affiliation F1", "distance to events; chance is high"),
    MetricEntry("event/found", "Events found", "labelled events with at least one flag", "events"),
    MetricEntry("event/false_alarms", "False alarms", "flagged runs that touch no label", "runs", "lower"),
    MetricEntry("event/false_alarms_per_day", "False alarms a day", "", "runs", "lower"),
    MetricEntry("event/latency_mean", "Mean latency", "from the start of an event to its first flag", "rows", "lower"),
    MetricEntry("flag_rate", "Flagged", "share of all rows", "%", ""),
)

SCORE_METRICS = (
    MetricEntry("vus_pr", "VUS-PR", "ranks detectors best (Paparrizos et al. 2022)"),
    MetricEntry("vus_roc", "VUS-ROC", "chance is well above one half"),
    MetricEntry("auc_pr", "AUC-PR", "average precision over all thresholds"),
    MetricEntry("auc_roc", "AUC-ROC", "chance is one half"),
    MetricEntry("root_cause/hit_rate_100", "HitRate@100%", "share of the n causes among the first n features"),
    MetricEntry("root_cause/hit_rate_150", "HitRate@150%", "the same among the first 1.5 n features"),
    MetricEntry("root_cause/ndcg_5", "NDCG@5", "order of the first five features"),
)


class BaselineRow(NamedTuple):
    """One metric of the detector, and the same metric of the two baselines.

    Args:
        metric: its name, such as ``PA-F1``.
        model: value of the detector.
        random: value of random scores with the same share of flagged rows.
        max_z: value of the max-|z| detector.
        unit: empty for a ratio, ``%`` for a share, else the noun that is counted, such as ``rows``.
        better: ``higher``, ``lower``, or empty if neither is.
        note: what it measures, in a few words.
    """

    metric: str
    model: float
    random: float = NAN
    max_z: float = NAN
    unit: str = ""
    better: str = "higher"
    note: str = ""

    @property
    def texts(self) -> tuple[str, str, str]:
        """The values of detector, random score and max |z| as text."""
        return (
            metric_text(self.model, self.unit),
            metric_text(self.random, self.unit),
            metric_text(self.max_z, self.unit),
        )

    @property
    def gain(self) -> float | None:
        """By how much the detector is better than the better baseline, negative if it is worse; None if undefined."""
        baselines = self._baselines()
        sign = SIGNS[self.better]
        return sign * self.model - max(baselines) if baselines and sign and not math.isnan(self.model) else None

    @property
    def difference(self) -> str:
        """The value of the detector minus that of the better baseline as text; empty if undefined."""
        return "" if self.gain is None else signed(SIGNS[self.better] * self.gain, self.unit)

    @property
    def best(self) -> tuple[bool, bool, bool]:
        """Whether each of the three values is the best, ties included; none is if all are equal."""
        nothing = (False, False, False)
        if self.gain is None:
            return nothing
        sign, baselines = SIGNS[self.better], self._baselines()
        top = max(sign * self.model, *baselines)
        best = (sign * self.model == top, sign * self.random == top, sign * self.max_z == top)
        return nothing if sum(best) == 1 + len(baselines) else best

    def _baselines(self) -> list[float]:
        return [SIGNS[self.better] * value for value in (self.random, self.max_z) if not math.isnan(value)]


class BaselineTable(NamedTuple):
    """The metrics at one threshold, or those that need none.

    Args:
        threshold: its name, empty for metrics that need no threshold.
        rows: one for each metric.
        value: the threshold, NaN if it changes or there is none.
    """

    threshold: str
    rows: tuple[BaselineRow, ...]
    value: float = NAN


def baseline_tables(
    comparisons: Sequence[BaselineComparison], thresholds: Mapping[str, float] | None = None
) -> tuple[BaselineTable, ...]:
    """Return the baseline comparison at each threshold, then that of the metrics that need none.

    Args:
        comparisons: metrics by flat names; those that the catalogue does not list are not shown.
        thresholds: by method, those that are the same for every row.
    """
    values = thresholds or {}
    by_threshold = [
        BaselineTable(each.threshold, _rows(each, FLAG_METRICS), values.get(each.threshold, NAN))
        for each in comparisons
        if each.threshold
    ]
    free = [row for each in comparisons if not each.threshold for row in _rows(each, SCORE_METRICS)]
    return (*by_threshold, BaselineTable("", tuple(free)))


def _rows(comparison: BaselineComparison, entries: tuple[MetricEntry, ...]) -> tuple[BaselineRow, ...]:
    return tuple(
        BaselineRow(
            metric=entry.metric,
            model=float(comparison.detector[entry.name]),
            random=float(comparison.random.get(entry.name, NAN)),
            max_z=float(comparison.max_z.get(entry.name, NAN)),
            unit=entry.unit,
            better=entry.better,
            note=entry.note,
        )
        for entry in entries
        if entry.name in comparison.detector
    )


def metric_text(value: float, unit: str = "") -> str:
    """Return a metric as written in tables: ratios with three decimals, shares in percent, counts as they are."""
    if math.isnan(value):
        return "\u2013"
    if unit == "%":
        return f"{value:.2%}" if value < 0.1 else f"{value:.1%}"
    if unit:
        return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.{2 if abs(value) < 10 else 1}f}"
    return f"{value:.3f}"


def signed(value: float, unit: str = "") -> str:
    """Return a difference with its sign, written like a metric of its unit."""
    text = metric_text(abs(value), unit)
    return f"{'+' if value > 0 else MINUS}{text}" if value else text
