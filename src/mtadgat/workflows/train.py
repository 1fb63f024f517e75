"""The train workflow: a healthy series goes in, a logged detector comes out."""

from __future__ import annotations

from dataclasses import dataclass

from mtadgat.config.parameter import parameter_values
from mtadgat.config.requests import TrainRequest
from mtadgat.data.profile import profile_of
from mtadgat.data.splits import Splits
from mtadgat.data.storage.table_store import TableStore
from mtadgat.detector.detector import Detector
from mtadgat.detector.training import EpochLosses
from mtadgat.reporting.content import LossCurves
from mtadgat.reporting.figures import loss_figure
from mtadgat.series import Series
from mtadgat.tracking import names
from mtadgat.tracking.progress import NoProgress, Progress
from mtadgat.tracking.protocols import LoggedModel, RunLabel, Tracker, Tracking
from mtadgat.workflows.recorded_profile import record_profile

EXAMPLE_ROWS = 5
"""Rows of the input example that is stored with the model."""


@dataclass(frozen=True, eq=False)
class TrainResult:
    """A trained detector and where it was recorded.

    Args:
        detector: the trained detector.
        model: the logged model.
        run_id: the run that it was logged with.
        subject: name of the training series.
    """

    detector: Detector
    model: LoggedModel
    run_id: str
    subject: str


def train(
    request: TrainRequest,
    tracking: Tracking,
    progress: Progress | None = None,
    splits: Splits | None = None,
    tables: TableStore | None = None,
) -> TrainResult:
    """Train a detector and log it.

    Args:
        request: data, detector and where to record.
        tracking: opens the run.
        progress: told of each step, epoch and batch.
        splits: the splits of the data, where they are open, and shown, already.
        tables: reads tables that are not files; omitted: what can be read without Spark.

    Raises:
        DataError: the data cannot be read or are too short.
        ServiceError: the tracking server does not answer.
    """
    progress = progress or NoProgress()
    series = (splits or Splits(request.data, tables)).read("train")
    profile = profile_of(series, "train", max_gap=request.detector.detection.max_gap)
    if splits is None:
        progress.profile(profile)
    progress.step(f"training on {len(series)} rows of {len(series.features)} features: {series.name}")
    with tracking.run(RunLabel("train", series.dataset, series.entity), request.tracking) as tracker:
        tracker.log_parameters(parameter_values(request.data, request.detector, request.tracking))
        tracker.log_series(series, "train")
        record_profile(tracker, profile)
        detector = _fit(request, series, tracker, progress)
        model = tracker.log_detector(detector, series.rows(-EXAMPLE_ROWS), request.tracking)
        limits = {names.threshold_name(name): value for name, value in detector.static_thresholds.items()}
        tracker.log_metrics(limits, model_id=model.model_id)
        return TrainResult(detector, model, tracker.run_id, series.name)


def _fit(request: TrainRequest, series: Series, tracker: Tracker, progress: Progress) -> Detector:
    def epoch_over(losses: EpochLosses) -> None:
        progress.epoch(losses, request.detector.training.epochs)
        tracker.log_metrics(names.loss_metrics(losses), losses.epoch)

    detector = Detector(request.detector).fit(series, on_epoch=epoch_over, on_batch=progress.batch)
    history = detector.history_
    tracker.log_metrics({names.BEST_EPOCH: history.best_epoch})
    tracker.log_figure(loss_figure(LossCurves.of(history.epochs, history.best_epoch)), names.LOSSES_FIGURE)
    return detector
