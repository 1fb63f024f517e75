"""The compare workflow: evaluations of the same rows go in, a table and a page come out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mtadgat.clock import Clock
from mtadgat.config import DetectionConfig, FileConfig
from mtadgat.config.requests import CompareRequest
from mtadgat.data.output import check_page
from mtadgat.data.times.time_column import Times, as_times
from mtadgat.detector.thresholds import METHODS, make_threshold
from mtadgat.errors import ConfigError, DataError
from mtadgat.evaluation.evaluation import recorded_comparisons
from mtadgat.reading import Notes
from mtadgat.reporting.baseline_tables import baseline_tables
from mtadgat.reporting.comparison import ComparedRun, Comparison, write_comparison
from mtadgat.reporting.content import ThresholdLine
from mtadgat.tracking import names
from mtadgat.tracking.protocols import EvaluatedRun, Tracking

SHORT_ID = 8
"""Characters of a run id that tell apart runs of the same name."""


@dataclass(frozen=True, eq=False)
class CompareResult:
    """Several evaluations side by side.

    Args:
        comparison: the runs, their metrics and their scores.
        threshold: method at which flags were compared.
        output: the page that was written.
    """

    comparison: Comparison
    threshold: str
    output: str


def compare(request: CompareRequest, tracking: Tracking) -> CompareResult:
    """Compare evaluations of the same rows and write the page.

    Args:
        request: which runs, and where the page goes.
        tracking: where the runs are recorded.

    Raises:
        ConfigError: fewer than two runs, a run that is not an evaluation, or a threshold that a run lacks.
        DataError: the runs were evaluated on other rows or labels, or recorded no scores.
        ServiceError: the tracking server does not answer.
    """
    if len(request.runs) < 2:
        raise ConfigError([f"runs: expected at least two to compare, got {len(request.runs)}"])
    page = check_page(request.output, "output")
    runs = [tracking.evaluated_run(run) for run in request.runs]
    for other in runs[1:]:
        _check_same_rows(runs[0], other)
    threshold = _common_threshold(runs, request.threshold)
    comparison = _comparison(runs, threshold)
    write_comparison(page, comparison)
    return CompareResult(comparison, threshold, request.output)


def _check_same_rows(first: EvaluatedRun, other: EvaluatedRun) -> None:
    remedy = "Compare runs that were evaluated on the same split of the same data."
    if len(first.scores) != len(other.scores):
        raise DataError(
            f"runs on the same rows, the {len(first.scores):,} of {first.name}",
            f"{len(other.scores):,} rows in {other.name}",
            remedy,
        )
    differing = int((first.scores["label"].to_numpy() != other.scores["label"].to_numpy()).sum())
    if differing:
        raise DataError(
            f"runs on the same labels, those of {first.name} on {first.subject}",
            f"{differing:,} rows with another label in {other.name} on {other.subject}",
            remedy,
        )


def _common_threshold(runs: Sequence[EvaluatedRun], requested: str | None) -> str:
    recorded = [[method for method in METHODS if names.threshold_name(method) in run.scores] for run in runs]
    common = [method for method in recorded[0] if all(method in methods for methods in recorded)]
    if requested is None and common:
        return common[0]
    if requested in common:
        return str(requested)
    faults = [
        f"threshold: expected {requested or 'one that all runs have'}, got {', '.join(methods)} in {run.name}"
        for run, methods in zip(runs, recorded, strict=True)
        if requested not in methods
    ]
    raise ConfigError(faults)


def _comparison(runs: Sequence[EvaluatedRun], threshold: str) -> Comparison:
    first, called = runs[0].scores, Counter(run.name for run in runs)
    times = _times(first, runs[0].name)
    shown = [run.name if called[run.name] == 1 else f"{run.name} ({run.run_id[:SHORT_ID]})" for run in runs]
    return Comparison(
        subject=runs[0].subject,
        runs=tuple(_compared(run, name, threshold) for run, name in zip(runs, shown, strict=True)),
        labels=first["label"].to_numpy(dtype=bool),
        timestamps=None if times is None else times.timestamps,
        clock=Clock() if times is None else times.clock,
    )


def _times(scores: pd.DataFrame, name: str) -> Times | None:
    """Return the times in the first column of a table of scores, or None if rows are numbered there."""
    return None if scores.columns[0] == "row" else as_times(scores.iloc[:, :1], FileConfig(), Notes(name))


def _compared(run: EvaluatedRun, name: str, threshold: str) -> ComparedRun:
    tables = {table.threshold: table.rows for table in baseline_tables(recorded_comparisons(run.metrics))}
    return ComparedRun(
        name=name,
        scores=run.scores["score"].to_numpy(dtype=np.float64),
        threshold=_line(run.scores, threshold),
        rows=(*tables[threshold], *tables[""]),
        facts=(("run", run.run_id), ("scored by", run.source)),
    )


def _line(scores: pd.DataFrame, method: str) -> ThresholdLine:
    kind = make_threshold(method, DetectionConfig())
    return ThresholdLine(method, scores[names.threshold_name(method)].to_numpy(dtype=np.float64), kind.uses_labels)
