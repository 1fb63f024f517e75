"""Detector: a fitted network, the scale of its errors, and thresholds: what a healthy series teaches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from mtadgat.clock import Clock
from mtadgat.config import ComputeConfig, DetectionConfig, DetectorConfig, PredictConfig
from mtadgat.config.parameter import build, declared, parameter_values
from mtadgat.detector import archive
from mtadgat.detector.context import DetectorState, DetectorStep, RowsInContext, ScoringContext
from mtadgat.detector.fitted_network import FittedNetwork, below
from mtadgat.detector.prediction_table import prediction_table
from mtadgat.detector.scoring import ErrorScale, RowErrors, Scores, row_scores, smoothed, total_scores, trailing_means
from mtadgat.detector.thresholds import LABEL_FREE, METHODS, Threshold, make_threshold, threshold_from_dict
from mtadgat.detector.training import EpochLosses, History
from mtadgat.errors import ConfigError
from mtadgat.metrics.baselines import MaxZBaseline
from mtadgat.reading import Known
from mtadgat.series import Series

if TYPE_CHECKING:
    from jaxtyping import Bool, Float

SPANS_REMEMBERED = 8
"""Spans of smoothing after which a row counts for a ten millionth."""

AFTER_TRAINING = declared(DetectionConfig).keys() | declared(ComputeConfig).keys()
"""Parameters that may change after training."""


class _Scored(NamedTuple):
    """The scores of some rows, and the smoothed total of the last one, unrounded."""

    scores: Scores
    smoothed: float


class Detector:
    """Finds anomalies in a multivariate series with MTAD-GAT (Zhao et al. 2020, arXiv 2009.02040).

    Args:
        config: every parameter; kept as it is.

    Attributes that `fit` sets:
        fitted_: scaler and network, and how their training went.
        error_scale_: what a healthy error of each target is.
        training_scores_: (time,) float32 unsmoothed totals of the training rows after the first window.
        thresholds_: fitted thresholds by method.
        context_: the last training rows, to read before the rows of a series that continues them.
        clock_: how the times of the training rows were written.
        reading_: parameters of `FileConfig` by name, as the training rows were read.
        max_z_: the max-|z| baseline fitted on the same rows, for comparison.
    """

    fitted_: FittedNetwork
    error_scale_: ErrorScale
    training_scores_: Float[np.ndarray, " time"]
    thresholds_: dict[str, Threshold]
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
            DataError: the series is too short for the window.
        """
        window = self.config.windows.window
        self.fitted_ = FittedNetwork.fit(series, self.config, on_epoch, on_batch)
        rows = self.fitted_.rows(series)
        outputs = self.fitted_.outputs(rows[:window], rows[window:], self.config.compute)
        errors = self.fitted_.errors(rows[window:], outputs)
        self.error_scale_ = ErrorScale.fit(errors, self.config.scoring.normalization)
        self.training_scores_ = self._totals(self._per_feature(errors))
        self.context_ = ScoringContext.of(series, rows, window)
        self.max_z_ = MaxZBaseline.fit(series.values)
        self.reading_ = dict(series.reading.options)
        self.clock_ = series.clock
        self._fit_thresholds(None if series.labels is None else series.labels[window:])
        return self

    def _fit_thresholds(self, labels: np.ndarray | None = None) -> None:
        labelled = labels is not None and bool(labels.any()) and not bool(labels.all())
        scores = self._smoothed(self.training_scores_)
        self.thresholds_ = {
            method: make_threshold(method, self.config.detection).fit(scores, labels)
            for method in METHODS
            if method in LABEL_FREE or labelled
        }

    def _per_feature(self, errors: RowErrors) -> Float[np.ndarray, "time targets"]:
        scoring = self.config.scoring
        return row_scores(self.error_scale_.apply(errors), scoring.gamma, scoring.error)

    def _totals(self, per_feature: Float[np.ndarray, "time targets"]) -> Float[np.ndarray, " time"]:
        scoring = self.config.scoring
        return total_scores(per_feature, scoring.aggregation, scoring.top, scoring.power)

    def _smoothed(self, totals: Float[np.ndarray, " time"]) -> Float[np.ndarray, " time"]:
        return smoothed(totals, self.config.detection.smoothing, before=self._usual_score)

    @property
    def _usual_score(self) -> float:
        """The smoothed score before the first row, as if the rows before had been like half of the training rows."""
        return float(np.median(self.training_scores_))

    def score(self, series: Series, before: Series | None = None) -> Scores:
        """Return the scores of every row.

        Args:
            series: rows with the features of the training series, in any order.
            before: rows just before the first, if there are any: a series scored in pieces, each with what came
                before, gives what it gives at once. None: see `ScoringContext.before`.

        Raises:
            DataError: features are missing or unknown.
        """
        context, rows = self._in_context(series, before)
        return self._scored(context, rows, self._usual_score, len(rows) - len(series)).scores

    def _scored(
        self,
        context: Float[np.ndarray, "window features"],
        rows: Float[np.ndarray, "time features"],
        smoothed_before: float,
        skipped: int = 0,
    ) -> _Scored:
        """Score scaled rows that come after one window of context; the first few only warm up the smoothing."""
        outputs = self.fitted_.outputs(context, rows, self.config.compute)
        per_feature = self._per_feature(self.fitted_.errors(rows, outputs))
        totals = self._totals(per_feature)
        means = trailing_means(totals, self.config.detection.smoothing, smoothed_before)
        scores = Scores(
            total=means.astype(totals.dtype)[skipped:],
            per_feature=per_feature[skipped:],
            forecast=self.fitted_.inverse_transform(outputs.forecast[skipped:]),
            reconstruction=self.fitted_.inverse_transform(outputs.reconstruction[skipped:]),
            features=self.fitted_.target_names,
        )
        return _Scored(scores, float(means[-1]) if len(means) else smoothed_before)

    def _in_context(self, series: Series, before: Series | None) -> RowsInContext:
        """Return the rows of a series, after as many of those before it as count for its scores."""
        rows = self.fitted_.rows(series)
        if before is None:
            return RowsInContext(self.context_.before(series, rows), rows)
        window, memory = self.config.windows.window, SPANS_REMEMBERED * self.config.detection.smoothing
        earlier = before.rows(-min(len(before), window + memory))
        earlier_rows = self.fitted_.rows(earlier)
        if len(earlier_rows) < window + memory:
            return RowsInContext(self.context_.before(earlier, earlier_rows), np.concatenate((earlier_rows, rows)))
        return RowsInContext(earlier_rows[:window], np.concatenate((earlier_rows[window:], rows)))

    def feature_attention(
        self, series: Series, chosen: Bool[np.ndarray, " time"], max_windows: int
    ) -> Float[np.ndarray, "features features"]:
        """Return how much each feature (row) attends to each feature (column), averaged over windows.

        Args:
            series: rows with the features of the training series, in any order.
            chosen: (time,) true for the last rows of the windows to average over, at least one.
            max_windows: how many windows to average over at most, evenly spaced among them.
        """
        context, rows = self._in_context(series, None)
        ends = np.concatenate((np.zeros(len(context), dtype=bool), chosen))
        return self.fitted_.feature_attention(np.concatenate((context, rows)), ends, max_windows)

    @property
    def features_(self) -> tuple[str, ...]:
        """Names of the features, in the order of the columns."""
        return self.fitted_.features

    @property
    def known(self) -> Known:
        """What new rows are read by: ``read_series(path, known=detector.known)``."""
        return Known(self.features_, self.reading_)

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
            ``is_anomaly``, then ``top_feature_1``, ``top_share_1`` ... in falling order of their share.

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
        return DetectorState(self.context_, self._usual_score, self.threshold(str(threshold)))

    def step(
        self, series: Series, state: DetectorState, top_features: int = PredictConfig.top_features
    ) -> DetectorStep:
        """Detect one piece of a stream: cut into any pieces, a stream gives the table that `detect` gives of it whole.

        The rows continue those of the last call, whatever their timestamps say: who wants to start anew hands over the
        first state again.

        Args:
            series: rows with the features of the training series, in any order.
            state: what the last call returned, or what `start` returns.
            top_features: how many features to name for each row.

        Raises:
            DataError: features are missing or unknown.
        """
        rows = self.fitted_.rows(series)
        window = state.context.rows if state.rows_seen else state.context.before(series, rows)
        scores, smoothed_score = self._scored(window, rows, state.smoothed)
        stepped = state.threshold.step(scores.total)
        context = ScoringContext.of(series, np.concatenate((window, rows[-len(window) :])), len(window))
        after = DetectorState(context, smoothed_score, stepped.next, state.rows_seen + len(series))
        return DetectorStep(
            prediction_table(series, scores, stepped.values, top_features), after if len(series) else state
        )

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
            },
            {
                "training_scores": self.training_scores_,
                "past.rows": self.context_.rows,
                "past.times": self.context_.times,
                **{f"{part}.{name}": array for part, holder in parts.items() for name, array in vars(holder).items()},
                **self.fitted_.arrays(),
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
        detector.max_z_ = MaxZBaseline(**below("largest_z.", arrays))
        detector.reading_ = dict(metadata.get("reading", {}))  # models of earlier versions remember nothing
        detector.clock_ = Clock(**metadata.get("times", {}))
        detector.thresholds_ = {
            method: threshold_from_dict(fields) for method, fields in metadata["thresholds"].items()
        }
        return detector
