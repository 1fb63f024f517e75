"""Detector: a fitted network, the scale of its errors, and thresholds: what a healthy series teaches."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mtadgat.clock import Clock
from mtadgat.config import ComputeConfig, DetectionConfig, DetectorConfig, PredictConfig
from mtadgat.config.parameter import build, declared, parameter_values
from mtadgat.detector import archive
from mtadgat.detector.context import DetectorState, DetectorStep, ScoringContext
from mtadgat.detector.fitted_network import FittedNetwork, below, restarts_of
from mtadgat.detector.masked_rows import MaskedRows
from mtadgat.detector.prediction_table import prediction_table
from mtadgat.detector.row_scorer import Incoming, RowScorer, joined
from mtadgat.detector.scoring import (
    ErrorScale,
    RowErrors,
    Scores,
    smoothed,
)
from mtadgat.detector.stretches import rows_between
from mtadgat.detector.thresholds import LABEL_FREE, METHODS, Threshold, make_threshold, threshold_from_dict
from mtadgat.detector.training import EpochLosses, History
from mtadgat.detector.unusual import refuse_only_gaps, unusual_notes
from mtadgat.detector.usual import Usual
from mtadgat.errors import ConfigError
from mtadgat.gaps import Ticks, ticks
from mtadgat.metrics.baselines import MaxZBaseline
from mtadgat.reading import Known, Note
from mtadgat.series import Series

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int

log = logging.getLogger(__name__)

SPANS_REMEMBERED = 8
"""Spans of smoothing after which a row counts for a ten millionth."""

AFTER_TRAINING = declared(DetectionConfig).keys() | declared(ComputeConfig).keys()
"""Parameters that may change after training."""


class Detector:
    """Finds anomalies in a multivariate series with MTAD-GAT (Zhao et al. 2020, arXiv 2009.02040).

    Args:
        config: every parameter; kept as it is.

    Attributes that `fit` sets:
        fitted_: scaler and network, and how their training went.
        error_scale_: what a healthy error of each target is.
        training_scores_: (time,) float32 unsmoothed totals of the training rows after the first window.
        thresholds_: fitted thresholds by method.
        usual_: what training rows are like, one feature at a time, and how far apart they are.
        context_: the last training rows, to read before the rows of a series that continues them.
        clock_: how the times of the training rows were written.
        reading_: parameters of `FileConfig` by name, as the training rows were read.
        max_z_: the max-|z| baseline fitted on the same rows, for comparison.
    """

    fitted_: FittedNetwork
    error_scale_: ErrorScale
    training_scores_: Float[np.ndarray, " time"]
    thresholds_: dict[str, Threshold]
    usual_: Usual
    context_: ScoringContext
    max_z_: MaxZBaseline
    reading_: dict[str, object]
    clock_: Clock

    def __init__(self, config: DetectorConfig | None = None) -> None:
        self.config = config or DetectorConfig()

    def fit(
        self,
        series: Series,
        on_epoch: Callable[[EpochLosses], None] | None = None,
        on_batch: Callable[[int, int], None] | None = None,
    ) -> Detector:
        """Fit on a healthy series.

        Args:
            series: training rows, at least two windows and what validation takes.
            on_epoch: called after each epoch.
            on_batch: called after each batch with batches done and batches in the epoch.

        Raises:
            DataError: the series is too short for the window, or has values or whole features that are missing.
        """
        window = self.config.windows.window
        self.fitted_ = FittedNetwork.fit(series, self.config, on_epoch, on_batch)
        rows = self.fitted_.rows(series).values
        self.usual_ = Usual.fit(series, rows)
        parts = [
            part
            for part in rows_between(len(rows), restarts_of(series, self.config.detection.max_gap))
            if part.stop - part.start > window
        ]
        after_window = joined([np.arange(part.start + window, part.stop) for part in parts])
        errors = RowErrors(*map(joined, zip(*(self._training_errors(rows[part]) for part in parts), strict=True)))
        self.error_scale_ = ErrorScale.fit(errors, self.config.scoring.normalization)
        scorer = RowScorer(self.fitted_, self.error_scale_, self.usual_, np.zeros(0, np.float32), self.config)
        self.training_scores_ = scorer.totals(scorer.per_feature(errors, rows[after_window]))
        self.context_ = ScoringContext.of(series, MaskedRows(rows), window)
        self.max_z_ = MaxZBaseline.fit(series.values)
        self.reading_ = dict(series.reading.options)
        self.clock_ = series.clock
        self._fit_thresholds(None if series.labels is None else series.labels[after_window])
        return self

    def _training_errors(self, rows: Float[np.ndarray, "time features"]) -> RowErrors:
        """Return the errors of the rows after the first window."""
        window = self.config.windows.window
        outputs = self.fitted_.outputs(rows[:window], rows[window:], self.config.compute)
        return self.fitted_.errors(rows[window:], outputs)

    def _fit_thresholds(self, labels: np.ndarray | None = None) -> None:
        labelled = labels is not None and bool(labels.any()) and not bool(labels.all())
        scores = self._smoothed(self.training_scores_)
        self.thresholds_ = {
            method: make_threshold(method, self.config.detection).fit(scores, labels)
            for method in METHODS
            if method in LABEL_FREE or labelled
        }

    def _smoothed(self, totals: Float[np.ndarray, " time"]) -> Float[np.ndarray, " time"]:
        return smoothed(totals, self.config.detection.smoothing, before=self._scorer.usual_score)

    @property
    def _scorer(self) -> RowScorer:
        return RowScorer(self.fitted_, self.error_scale_, self.usual_, self.training_scores_, self.config)

    def score(self, series: Series, before: Series | None = None) -> Scores:
        """Return the scores of every row.

        Args:
            series: rows with the features of the training series, in any order.
            before: rows just before the first, if there are any: a series scored in pieces, each with what came
                before, gives what it gives at once. None: the training rows where timestamps say that the series
                continues them. Elsewhere the first row stands for those before it, as if nothing had happened until
                then: rows of another day would make a jump, and the first rows would be flagged for it.

        Raises:
            DataError: features are missing or unknown.
        """
        incoming = self._after(before, series) if before is not None and len(before) else self._incoming(series)
        scorer = self._scorer
        return scorer.score(incoming, scorer.usual_score, skipped=len(incoming.rows.values) - len(series)).scores

    def _incoming(self, series: Series, context: ScoringContext | None = None) -> Incoming:
        """Return the rows of a series as they are scored.

        Args:
            series: the rows.
            context: what they continue; None: the training rows where timestamps say so, else nothing.
        """
        window = self.config.windows.window
        if context is None and (not len(series) or self.context_.is_contiguous(series)):
            context = self.context_
        rows = self.fitted_.rows(series).held(self.usual_.row if context is None else context.rows[-1])
        restarts = self._restarts(series, context)
        return Incoming(rows.repeated(window) if context is None else context.masked_rows, rows, restarts)

    def _after(self, before: Series, series: Series) -> Incoming:
        """Return the rows of a series, after as many of those before it as count for its scores."""
        window, memory = self.config.windows.window, SPANS_REMEMBERED * self.config.detection.smoothing
        earlier = self._incoming(before)
        end = ScoringContext.of(before, earlier.context.then(earlier.rows), window)
        incoming = self._incoming(series, end)
        rows, context = earlier.rows.then(incoming.rows), earlier.context
        restarts = np.concatenate((earlier.restarts, incoming.restarts + len(before)))
        cut = len(before) - memory
        last_gap = max((int(row) for row in restarts if row <= len(before)), default=0)
        if last_gap and cut < last_gap + window:
            cut, context = last_gap, rows.rows(last_gap).repeated(window)
        elif cut < window:
            cut = 0
        else:
            context = rows.rows(cut - window, cut)
        return Incoming(context, rows.rows(cut), restarts[restarts >= cut] - cut)

    def _restarts(self, series: Series, context: ScoringContext | None) -> Int[np.ndarray, " gaps"]:
        max_gap, times = self.config.detection.max_gap, ticks(series.timestamps)
        if max_gap is None:
            return np.zeros(0, dtype=np.int64)
        if context is None:
            refuse_only_gaps(series, self.usual_.pace, max_gap)
        follows = context is not None and context.clock == times.kind and len(context.times) > 0
        return self.usual_.pace.rows_after_gaps(
            times, max_gap, before=int(context.times[-1]) if context is not None and follows else None
        )

    def feature_attention(
        self, series: Series, chosen: Bool[np.ndarray, " time"], max_windows: int
    ) -> Float[np.ndarray, "features features"]:
        """Return how much each feature (row) attends to each feature (column), averaged over windows.

        Args:
            series: rows with the features of the training series, in any order.
            chosen: (time,) true for the last rows of the windows to average over, at least one.
            max_windows: how many windows to average over at most, evenly spaced among them.
        """
        incoming = self._incoming(series)
        context, rows = incoming.context.values, incoming.rows.values
        ends = np.concatenate((np.zeros(len(context), dtype=bool), chosen))
        return self.fitted_.feature_attention(np.concatenate((context, rows)), ends, max_windows)

    @property
    def features_(self) -> tuple[str, ...]:
        """Names of the features, in the order of the columns."""
        return self.fitted_.features

    @property
    def known(self) -> Known:
        """What new rows are read by: ``read_series(path, known=detector.known)``."""
        return Known(self.features_, self.reading_, self.clock_.zone)

    @property
    def targets_(self) -> tuple[int, ...]:
        """Columns that are forecast and reconstructed."""
        return self.fitted_.targets

    @property
    def history_(self) -> History:
        """Losses of every epoch."""
        return self.fitted_.history

    @property
    def static_thresholds(self) -> dict[str, float]:
        """The fitted thresholds by method; one that follows the scores counts with its first value."""
        return {method: fitted.value for method, fitted in self.thresholds_.items() if fitted.value is not None}

    def threshold(self, method: str) -> Threshold:
        """Return a fitted threshold by method, or a fixed one by number.

        Raises:
            ConfigError: no such method, or one that needs labels and was never given any.
        """
        if method in self.thresholds_:
            return self.thresholds_[method]
        if method in METHODS:
            raise ConfigError([f"threshold: {method} needs labels, and this detector was trained without any"])
        return make_threshold(method, self.config.detection)

    def detect(
        self,
        series: Series,
        threshold: str | float = PredictConfig.threshold,
        top_features: int = PredictConfig.top_features,
    ) -> pd.DataFrame:
        """Return the prediction table of a series.

        Args:
            series: rows with the features of the training series, in any order.
            threshold: a fitted method, or a number.
            top_features: how many features to name for each row.

        Returns:
            One row for each row of ``series``: ``timestamp`` (or ``row``), ``score``, ``threshold``,
            ``is_anomaly``, ``quality`` (see `mtadgat.detector.quality`), then ``top_feature_1``, ``top_share_1`` ...
            in falling order of their share.

        Raises:
            ConfigError: the threshold is unknown.
            DataError: features are missing or unknown.
        """
        return self.step(series, self.start(threshold), top_features).table

    def start(self, threshold: str | float = PredictConfig.threshold) -> DetectorState:
        """Return the state in which training left the detector: the first one to hand to `step`.

        Args:
            threshold: a fitted method, or a number.

        Raises:
            ConfigError: the threshold is unknown.
        """
        return DetectorState(self.context_, self._scorer.usual_score, self.threshold(str(threshold)))

    def step(
        self, series: Series, state: DetectorState, top_features: int = PredictConfig.top_features
    ) -> DetectorStep:
        """Detect one piece of a stream: cut into any pieces, a stream gives the table that `detect` gives of it whole.

        The rows continue those of the last call, whatever their timestamps say, unless they come after a gap of more
        than ``max_gap`` steps: then they start anew, as after any gap. Who wants to start anew hands over the first
        state again.

        Args:
            series: rows with the features of the training series, in any order.
            state: what the last call returned, or what `start` returns.
            top_features: how many features to name for each row.

        Raises:
            DataError: features are missing or unknown.
        """
        incoming = self._incoming(series, state.context if state.rows_seen else None)
        scored = self._scorer.score(incoming, state.smoothed, state.rows_to_fill)
        for note in self._unusual(series, incoming):
            log.log(logging.WARNING if note.doubtful else logging.INFO, "%s: %s", series.name, note.text)
        stepped = state.threshold.step(scored.scores.total)
        table = prediction_table(series, scored.scores, stepped.values, top_features)
        if not len(series):
            return DetectorStep(table, state)
        context = ScoringContext.of(series, scored.window, len(scored.window.values))
        seen = state.rows_seen + len(series)
        return DetectorStep(table, DetectorState(context, scored.smoothed, stepped.next, seen, scored.rows_to_fill))

    def unusual(self, series: Series) -> list[Note]:
        """Return what people should know of rows before they trust their scores: gaps, dead sensors, news.

        Args:
            series: rows with the features of the training series, in any order.

        Raises:
            DataError: features are missing or unknown, or rows come far too seldom.
        """
        return self._unusual(series, self._incoming(series))

    def _unusual(self, series: Series, incoming: Incoming) -> list[Note]:
        ordered = series.ordered(self.features_)
        before = incoming.context.values[-1] if len(series) else self.usual_.row
        return unusual_notes(ordered, incoming.rows, before, incoming.restarts, self.usual_)

    def with_params(self, **params: Any) -> Detector:
        """Return this detector with other values for parameters that may change after training.

        Args:
            params: parameters of `DetectionConfig` and `ComputeConfig` by name.

        Raises:
            ConfigError: a parameter is fixed by training, or its value is out of range.
        """
        if not params:
            return self
        fixed = [name for name in params if name not in AFTER_TRAINING]
        if fixed:
            raise ConfigError([f"{name}: fixed by training" for name in fixed])
        copy = Detector(self.config.with_params(**params))
        fitted = {name: value for name, value in vars(self).items() if name.endswith("_")}
        vars(copy).update(fitted)
        copy._fit_thresholds()
        return copy

    def save(self, folder: str | Path) -> None:
        """Write the detector as JSON and safetensors into a new or empty folder."""
        parts = {"largest_z": self.max_z_, "error_scale": self.error_scale_}
        archive.write(
            Path(folder),
            {
                "config": parameter_values(self.config),
                "thresholds": {name: threshold.to_dict() for name, threshold in self.thresholds_.items()},
                "clock": self.context_.clock,
                "reading": self.reading_,
                "times": asdict(self.clock_),
                **self.fitted_.metadata(),
                **self.usual_.metadata(),
            },
            {
                "training_scores": self.training_scores_,
                "past.rows": self.context_.rows,
                "past.times": self.context_.times,
                **{f"{part}.{name}": array for part, holder in parts.items() for name, array in vars(holder).items()},
                **self.fitted_.arrays(),
                **self.usual_.arrays(),
            },
        )

    @classmethod
    def load(cls, folder: str | Path) -> Detector:
        """Read a detector that `save` wrote.

        Raises:
            DataError: the folder holds no detector, or one of another format.
        """
        metadata, arrays = archive.read(Path(folder))
        detector = cls(build(DetectorConfig, metadata["config"]))
        detector.fitted_ = FittedNetwork.from_state(detector.config, metadata, arrays)
        detector.error_scale_ = ErrorScale(**below("error_scale.", arrays))
        detector.training_scores_ = arrays["training_scores"]
        detector.context_ = ScoringContext(**below("past.", arrays), clock=metadata["clock"])
        detector.usual_ = _usual(detector, metadata, arrays)
        detector.max_z_ = MaxZBaseline(**below("largest_z.", arrays))
        detector.reading_ = dict(metadata.get("reading", {}))  # models of earlier versions remember nothing
        detector.clock_ = Clock(**metadata.get("times", {}))
        detector.thresholds_ = {
            method: threshold_from_dict(fields) for method, fields in metadata["thresholds"].items()
        }
        return detector


def _usual(detector: Detector, metadata: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> Usual:
    if "pace" in metadata:
        return Usual.from_state(metadata, arrays)
    context, clip = detector.context_, detector.config.windows.clip
    return Usual.of_earlier_model(detector.fitted_.scaler, clip, context.rows, Ticks(context.clock, context.times))
