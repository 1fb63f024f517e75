"""The evaluate workflow: scores are held against labels, and what they are worth is reported."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mtadgat import __version__
from mtadgat.config import DetectionConfig
from mtadgat.config.parameter import parameter_values
from mtadgat.config.requests import EvaluateRequest
from mtadgat.data.output import check_page
from mtadgat.data.profile import Profile, profile_of
from mtadgat.data.score_file import read_scores
from mtadgat.data.splits import Splits
from mtadgat.data.storage.table_store import TableStore
from mtadgat.detector.detector import Detector
from mtadgat.detector.prediction_table import with_times
from mtadgat.detector.scoring import Scores
from mtadgat.detector.thresholds import LABEL_FREE, METHODS, make_threshold
from mtadgat.errors import DataError
from mtadgat.evaluation.evaluation import Evaluation, evaluate_against_labels
from mtadgat.metrics.baselines import MaxZBaseline
from mtadgat.metrics.metric_sets import both_classes
from mtadgat.reporting.assembly import report_content
from mtadgat.reporting.content import ReportContent
from mtadgat.reporting.figures import event_figure, score_figure, score_histogram_figure
from mtadgat.reporting.report import write_report
from mtadgat.series import Series
from mtadgat.tracking import names
from mtadgat.tracking.progress import NoProgress, Progress
from mtadgat.tracking.protocols import ResolvedModel, RunLabel, Tracker, Tracking
from mtadgat.workflows.recorded_profile import record_profile

if TYPE_CHECKING:
    from jaxtyping import Bool, Float


@dataclass(frozen=True, eq=False)
class EvaluateResult:
    """An evaluation and where it was recorded.

    Args:
        evaluation: every metric.
        content: what the report says.
        report: file of the report besides the one in the run, empty if none was requested.
        model: the model that was used, or None where scores were given.
        run_id: the run that recorded it.
    """

    evaluation: Evaluation
    content: ReportContent
    report: str
    model: ResolvedModel | None
    run_id: str


@dataclass(frozen=True, eq=False)
class ScoredRows:
    """What is evaluated: scores of a detector, or scores that were given."""

    total: Float[np.ndarray, " time"]
    scores: Scores | None = None
    detector: Detector | None = None
    max_z: Float[np.ndarray, " time"] | None = None
    labels: Bool[np.ndarray, " time"] | None = None
    """Labels that were given beside the scores of a series without any."""


def evaluate(
    request: EvaluateRequest,
    tracking: Tracking,
    progress: Progress | None = None,
    splits: Splits | None = None,
    tables: TableStore | None = None,
) -> EvaluateResult:
    """Evaluate a trained detector, or given scores, on a labelled split of the data.

    Args:
        request: data, split, model or scores.
        tracking: finds the model and opens the run.
        progress: told of each step.
        splits: the splits of the data, where they are open, and shown, already.
        tables: reads tables that are not files; omitted: what can be read without Spark.

    Raises:
        DataError: the data cannot be read, have no labels or do not fit the model.
        ModelNotFoundError: no model answers to the choice.
        ServiceError: the tracking server does not answer.
    """
    progress = progress or NoProgress()
    options = request.evaluation
    opened = splits or Splits(request.data, tables)
    report, inputs = request.report.report, [options.scores] if options.scores else []
    page = None if report is None else check_page(report, "report", inputs, opened)
    label = RunLabel("evaluate", *opened.subject)
    model = None if options.scores else tracking.find_model(request.model, label)
    opened = opened if model is None else opened.knowing(model.detector.known)
    series = opened.read(options.split).rows(options.skip)
    source = options.scores if model is None else f"{model.uri}: {model.reason}"
    detector = None
    if model is not None:
        detector = model.detector.with_params(**request.detection.values, **request.compute.values)
    profile = _profile(options.split, series, detector)
    if splits is None:
        progress.profile(profile)
    progress.step(f"evaluating {len(series)} rows of {series.name} ({options.split}) with {source}")
    with tracking.run(label, request.tracking) as tracker:
        tracker.log_parameters(
            {**parameter_values(request.data, options), **request.detection.values, **request.compute.values}
        )
        tracker.log_series(series, options.split)
        record_profile(tracker, profile)
        scored = _scored(request, opened, series, detector)
        if series.labels is None and scored.labels is not None:
            series = replace(series, labels=scored.labels)
        _refuse_one_class(scored, series)
        evaluation = _evaluation(scored, series)
        content = report_content(series, evaluation, scored.total, scored.scores, scored.detector)
        content = replace(content, facts=_facts(request, series, scored, source, tracker.run_id), profile=profile)
        _log(tracker, evaluation, content, model)
        tracker.log_table(_scores_table(series, options.skip, scored, evaluation), names.SCORES_TABLE)
        _write_report(tracker, content, page)
        return EvaluateResult(evaluation, content, report or "", model, tracker.run_id)


def _profile(split: str, series: Series, detector: Detector | None) -> Profile:
    if detector is None:
        return profile_of(series, split)
    return profile_of(series, split, max_gap=detector.config.detection.max_gap, notes=detector.unusual(series))


def _scored(request: EvaluateRequest, splits: Splits, series: Series, detector: Detector | None) -> ScoredRows:
    whole, skipped = splits.read(request.evaluation.split), request.evaluation.skip
    if detector is None:
        given = read_scores(str(request.evaluation.scores), whole, request.data.file)
        labels = None if given.labels is None else given.labels[skipped:]
        return ScoredRows(given.scores[skipped:], max_z=_max_z(splits, series), labels=labels)
    scores = detector.score(series, before=whole.rows(0, skipped) if skipped else None)
    baseline = detector.max_z_.scores(_measured(series.ordered(detector.features_), detector.max_z_))
    return ScoredRows(scores.total, scores, detector, baseline)


def _measured(series: Series, baseline: MaxZBaseline) -> Float[np.ndarray, "time features"]:
    """Return the values of a series, those that are missing at the mean of training, which is usual."""
    return series.values if series.missing is None else np.where(series.missing, baseline.mean, series.values)


def _refuse_one_class(scored: ScoredRows, series: Series) -> None:
    """Refuse given scores on labels of one class: there is no threshold that would flag any row.

    Raises:
        DataError: labels call all rows healthy, or all anomalous.
    """
    if scored.detector is None and series.labels is not None and not both_classes(series.labels):
        kind = "anomalous" if series.labels.all() else "healthy"
        raise DataError(
            f"labels of both classes in {series.name}, to hold given scores against",
            f"{len(series)} rows that are all labelled as {kind}",
            "Evaluate other rows, or a model, whose thresholds flag rows without labels.",
        )


def _max_z(splits: Splits, series: Series) -> Float[np.ndarray, " time"] | None:
    if "train" not in splits.names:
        return None
    healthy = splits.read("train")
    baseline = MaxZBaseline.fit(healthy.values)
    return baseline.scores(_measured(series.ordered(healthy.features), baseline))


def _evaluation(scored: ScoredRows, series: Series) -> Evaluation:
    detector = scored.detector
    config = DetectionConfig() if detector is None else detector.config.detection
    thresholds = {} if detector is None else dict(detector.thresholds_)
    thresholds |= {
        method: make_threshold(method, config)
        for method in METHODS
        if method not in LABEL_FREE and method not in thresholds
    }
    return evaluate_against_labels(series, scored.total, thresholds, scored.max_z, scored.scores)


def _facts(
    request: EvaluateRequest, series: Series, scored: ScoredRows, source: str | None, run_id: str
) -> tuple[tuple[str, str], ...]:
    facts = {
        "scores": str(source) if scored.detector is None else "",
        "model": "" if scored.detector is None else str(source),
        "run": run_id,
        "data": f"{series.source}, {request.evaluation.split} split, digest {series.digest}",
        "window": "" if scored.detector is None else f"{scored.detector.config.windows.window} rows",
        "version": __version__,
    }
    return tuple((name, text) for name, text in facts.items() if text)


def _scores_table(series: Series, skipped: int, scored: ScoredRows, evaluation: Evaluation) -> pd.DataFrame:
    quality = None if scored.scores is None else scored.scores.quality
    table = pd.DataFrame(
        {
            "score": scored.total.astype(np.float64),
            "label": series.labels,
            **({} if quality is None else {"quality": quality}),
            **{names.threshold_name(method): each.limits for method, each in evaluation.by_threshold.items()},
        }
    )
    return with_times(table, series, np.arange(skipped, skipped + len(series)))


def _log(tracker: Tracker, evaluation: Evaluation, content: ReportContent, model: ResolvedModel | None) -> None:
    model_id = model.model_id if model else ""
    if model:
        tracker.set_tags(names.model_tags(model.uri, model.model_id))
    limits = {names.threshold_name(line.name): line.value for line in content.thresholds if line.value is not None}
    tracker.log_metrics({**evaluation.metrics(), **limits}, model_id=model_id)
    tracker.log_json(
        {name: each.threshold.to_dict() for name, each in evaluation.by_threshold.items()}, names.THRESHOLDS_FILE
    )
    tracker.log_table(evaluation.table(), names.METRICS_TABLE)
    tracker.log_figure(score_figure(content), names.SCORES_FIGURE)
    tracker.log_figure(score_histogram_figure(content), names.HISTOGRAM_FIGURE)
    if content.events:
        worst = max(content.events, key=lambda page: page.peak)
        tracker.log_figure(event_figure(content, worst), names.EVENT_FIGURE)


def _write_report(tracker: Tracker, content: ReportContent, page: Path | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = write_report(Path(folder) / "report.html", content)
        tracker.log_file(file)
    if page is not None:
        write_report(page, content)
