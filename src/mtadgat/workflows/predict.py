"""The predict workflow: new rows go in, a table of scores and flags comes out."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from mtadgat.config import DetectionConfig, PredictConfig
from mtadgat.config.parameter import parameter_values
from mtadgat.config.requests import PredictRequest
from mtadgat.data.carried import with_carried
from mtadgat.data.output import Output
from mtadgat.data.profile import profile_of
from mtadgat.data.splits import Splits
from mtadgat.data.storage.table_store import TableStore
from mtadgat.detector.thresholds import METHODS, make_threshold
from mtadgat.series import events
from mtadgat.tracking import names
from mtadgat.tracking.progress import NoProgress, Progress
from mtadgat.tracking.protocols import ResolvedModel, RunLabel, Tracking
from mtadgat.workflows.recorded_profile import record_profile


@dataclass(frozen=True, eq=False)
class PredictResult:
    """A prediction table and where it was written.

    Args:
        table: one row for each row that was scored.
        output: file, URL or name of the table.
        split: the split that was predicted.
        model: the model that was taken, and why.
        run_id: the run that it was logged with.
        events: runs of flagged rows.
        subject: name of the series.
        threshold: method of the threshold, or the number.
    """

    table: pd.DataFrame
    output: str
    split: str
    model: ResolvedModel
    run_id: str
    events: int
    subject: str
    threshold: str


def predict(
    request: PredictRequest,
    tracking: Tracking,
    progress: Progress | None = None,
    splits: Splits | None = None,
    tables: TableStore | None = None,
) -> PredictResult:
    """Score and flag the rows of one split of the data, and write the table.

    Args:
        request: data, model, threshold and output.
        tracking: finds the model and opens the run.
        progress: told of each step.
        splits: the splits of the data, where they are open, and shown, already.
        tables: reads and writes tables that are not files; omitted: what can be read without Spark.

    Raises:
        ConfigError: the threshold is unknown.
        DataError: the data do not fit the model, or the output cannot be written.
        ModelNotFoundError: no model answers to the choice.
        ServiceError: the tracking server does not answer.
    """
    progress = progress or NoProgress()
    options = request.prediction
    output = Output(options.output, tables)
    method = make_threshold(options.threshold, DetectionConfig()).method  # refuses an unknown name before any work
    opened = splits or Splits(request.data, tables, carry=options.carry)
    output.check(opened)
    split = split_to_predict(options, opened)
    label = RunLabel("predict", *opened.subject)
    model = tracking.find_model(request.model, label)
    series = opened.knowing(model.detector.known).read(split, carrying=True)
    detector = model.detector.with_params(**request.detection.values, **request.compute.values)
    max_gap = detector.config.detection.max_gap
    profile = profile_of(series, split, max_gap=max_gap, notes=detector.unusual(series))
    if splits is None:
        progress.profile(profile)
    progress.step(f"predicting {len(series)} rows of {series.name} ({split}) with {model.uri}: {model.reason}")
    with tracking.run(label, request.tracking) as tracker:
        tracker.set_tags(names.model_tags(model.uri, model.model_id))
        tracker.log_parameters(
            {
                **parameter_values(request.data, options),
                **request.detection.values,
                **request.compute.values,
                "split": split,
            }
        )
        tracker.log_series(series, split)
        record_profile(tracker, profile)
        threshold: str | float = method if method in METHODS else options.threshold
        if method in METHODS and method not in detector.thresholds_:
            threshold = tracking.evaluated_threshold(model, method)
        table = with_carried(detector.detect(series, threshold, options.top_features), series.carried)
        output.write(table)
        tracker.log_table(table, output.file_name)
        flagged_events = len(events(table["is_anomaly"].to_numpy()))
        tracker.log_metrics(
            {"rows": len(table), "flagged_rows": int(table["is_anomaly"].sum()), "flagged_events": flagged_events},
            model_id=model.model_id,
        )
        return PredictResult(
            table, options.output, split, model, tracker.run_id, flagged_events, series.name, options.threshold
        )


def split_to_predict(options: PredictConfig, splits: Splits) -> str:
    """Return the split to predict: the one that was asked for, else the new rows, or the eval rows if none are new."""
    return options.split or ("new" if "new" in splits.names else "eval")
