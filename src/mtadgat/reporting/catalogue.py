"""Catalogue: the figures that people are shown, by the names that they know, in the order of reading."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from mtadgat.reporting.content import BaselineRow, BaselineTable


class Entry(NamedTuple):
    """How one figure is shown; see `BaselineRow`."""

    figure: str
    metric: str
    note: str
    unit: str = ""
    better: str = "higher"


FLAG_METRICS = (
    Entry("point/precision", "Precision", "share of flagged rows that are labelled"),
    Entry("point/recall", "Recall", "share of labelled rows that are flagged"),
    Entry("point/f1", "F1", "rows as they are"),
    Entry("point_adjusted/f1", "PA-F1", "one flag counts for its whole event: flatters"),
    Entry("pa_k/area", "PA%K area", "F1 after adjusting events flagged by at least K %, over all K"),
    Entry("event/f1", "Event F1", "events found, against flagged rows that are wrong"),
    Entry("range/f1", "Range F1", "overlap of ranges (Tatbul et al. 2018)"),
    Entry("affiliation/f1", "Affiliation F1", "distance to events; chance is high"),
    Entry("event/found", "Events found", "labelled events with at least one flag", "events"),
    Entry("event/false_alarms", "False alarms", "flagged runs that touch no label", "runs", "lower"),
    Entry("event/false_alarms_per_day", "False alarms a day", "", "runs", "lower"),
    Entry("event/latency_mean", "Mean latency", "from the start of an event to its first flag", "rows", "lower"),
    Entry("flag_rate", "Flagged", "share of all rows", "%", ""),
)

SCORE_METRICS = (
    Entry("vus_pr", "VUS-PR", "ranks detectors best (Paparrizos et al. 2022)"),
    Entry("vus_roc", "VUS-ROC", "chance is well above one half"),
    Entry("auc_pr", "AUC-PR", "average precision over all thresholds"),
    Entry("auc_roc", "AUC-ROC", "chance is one half"),
    Entry("root_cause/hit_rate_100", "HitRate@100%", "features to blame among the first as many"),
    Entry("root_cause/hit_rate_150", "HitRate@150%", "the same among half as many more"),
    Entry("root_cause/ndcg_5", "NDCG@5", "order of the first five features"),
)


def baseline_tables(metrics: pd.DataFrame, thresholds: Mapping[str, float] | None = None) -> tuple[BaselineTable, ...]:
    """Return the baseline comparison at each threshold, then that of the figures that need none.

    Args:
        figures: one row for each figure, with the columns ``threshold`` (empty for none), ``metric``, ``detector``,
            ``random`` and ``largest_z``.
        thresholds: by method, those that are the same for every row.
    """
    known = metrics.set_index(["threshold", "metric"])
    methods = [name for name in dict.fromkeys(metrics["threshold"]) if name]
    values = thresholds or {}
    by_threshold = [
        BaselineTable(name, _rows(known, name, FLAG_METRICS), values.get(name, math.nan)) for name in methods
    ]
    return (*by_threshold, BaselineTable("", _rows(known, "", SCORE_METRICS)))


def _rows(known: pd.DataFrame, threshold: str, entries: tuple[Entry, ...]) -> tuple[BaselineRow, ...]:
    detector, random, max_z = (known[who].to_dict() for who in ("detector", "random", "largest_z"))
    return tuple(
        BaselineRow(
            metric=entry.metric,
            model=float(detector[threshold, entry.figure]),
            random=float(random[threshold, entry.figure]),
            max_z=float(max_z[threshold, entry.figure]),
            unit=entry.unit,
            better=entry.better,
            note=entry.note,
        )
        for entry in entries
        if (threshold, entry.figure) in detector
    )
