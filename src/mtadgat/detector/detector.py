"""Detector: a fitted network, the scale of its errors, and thresholds: what a healthy series teaches."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float

from mtadgat.config import DetectorConfig
from mtadgat.config.parameter import build, declared
from mtadgat.detector import archive
from mtadgat.detector.context import RowsInContext, ScoringContext
from mtadgat.detector.fitted_network import FittedNetwork, below
from mtadgat.detector.prediction_table import prediction_table
from mtadgat.detector.scores import Scores
from mtadgat.detector.scoring import ErrorScale, RowErrors, row_scores, smoothed, total_scores
from mtadgat.detector.thresholds import LABEL_FREE, METHODS, Threshold, make_threshold
from mtadgat.detector.training import EpochLosses, History
from mtadgat.errors import ConfigError
from mtadgat.metrics.baselines import MaxZBaseline
from mtadgat.series import Series

SPANS_REMEMBERED = 8
"""Spans of smoothing after which a row counts for a ten millionth."""


class Detector:
    """Finds anomalies in a multivariate series with MTAD-GAT (Zhao et al. 2020, arXiv 2009.02040).

    Args:
        config: every parameter; kept as it is.

    Attributes that `fit` sets:
        fitted_: scaler and network, and how their training went.
        error_scale_: what a healthy error of each target is.
        training_scores_: (time,) float32 unsmoothed totals of the training rows after the first window.
        thresholds_: fitted thresholds by method.
        past_: the last training rows, to read before the rows of a series that goes on from them.
        largest_z_: the trivial detector fitted on the same rows, for comparison.
    """

    fitted_: FittedNetwork
    error_scale_: ErrorScale
    training_scores_: Float[np.ndarray, " time"]
    thresholds_: dict[str, Threshold]
    context_: ScoringContext
    max_z_: MaxZBaseline

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
        window = self.config.window
        self.fitted_ = FittedNetwork.fit(series, self.config, on_epoch, on_batch)
        rows = self.fitted_.rows(series)
        errors = self.fitted_.errors(rows[window:], self.fitted_.outputs(rows[:window], rows[window:], self.config))
        self.error_scale_ = ErrorScale.fit(errors, self.config.normalization)
        self.training_scores_ = self._totals(self._per_feature(errors))
        self.context_ = ScoringContext.of(series, rows, window)
        self.max_z_ = MaxZBaseline.fit(series.values)
        self._fit_thresholds(None if series.labels is None else series.labels[window:])
        return self

    def _fit_thresholds(self, labels: np.ndarray | None = None) -> None:
        labelled = labels is not None and bool(labels.any()) and not bool(labels.all())
        scores = self._smoothed(self.training_scores_)
        self.thresholds_ = {
            method: make_threshold(method, self.config).fit(scores, labels)
            for method in METHODS
            if method in LABEL_FREE or labelled
        }

    def _per_feature(self, errors: RowErrors) -> Float[np.ndarray, "time targets"]:
        return row_scores(self.error_scale_.apply(errors), self.config.gamma, self.config.error)

    def _totals(self, per_feature: Float[np.ndarray, "time targets"]) -> Float[np.ndarray, " time"]:
        return total_scores(per_feature, self.config.aggregation, self.config.top, self.config.power)

    def _smoothed(self, totals: Float[np.ndarray, " time"]) -> Float[np.ndarray, " time"]:
        """Return smoothed totals, as if the rows before the first had been like half of the training rows."""
        return smoothed(totals, self.config.smoothing, before=float(np.median(self.training_scores_)))

    def score(self, series: Series, before: Series | None = None) -> Scores:
        """Return the scores of every row.

        Args:
            series: rows with the features of the training series, in any order.
            before: rows just before the first, where they are known: a series scored in parts, each with what came
                before, gives what it gives at once. None: see `ScoringContext.before`.

        Raises:
            DataError: features are missing or unknown.
        """
        context, rows = self._in_context(series, before)
        outputs = self.fitted_.outputs(context, rows, self.config)
        per_feature = self._per_feature(self.fitted_.errors(rows, outputs))
        total = self._smoothed(self._totals(per_feature))
        known = len(rows) - len(series)
        return Scores(
            total=total[known:],
            per_feature=per_feature[known:],
            forecast=self.fitted_.inverse_transform(outputs.forecast[known:]),
            reconstruction=self.fitted_.inverse_transform(outputs.reconstruction[known:]),
            features=self.fitted_.target_names,
        )

    def _in_context(self, series: Series, before: Series | None) -> RowsInContext:
        """Return the rows of a series, after as many of those before it as count for its scores."""
        rows = self.fitted_.rows(series)
        if before is None:
            return RowsInContext(self.context_.before(series, rows), rows)
        window, memory = self.config.window, SPANS_REMEMBERED * self.config.smoothing
        earlier = before.rows(-min(len(before), window + memory))
        known = self.fitted_.rows(earlier)
        if len(known) < window + memory:
            return RowsInContext(self.context_.before(earlier, known), np.concatenate((known, rows)))
        return RowsInContext(known[:window], np.concatenate((known[window:], rows)))

    def feature_attention(
        self, series: Series, chosen: Bool[np.ndarray, " time"], most: int
    ) -> Float[np.ndarray, "features features"]:
        """Return how much each feature (row) listens to each feature (column), averaged over windows.

        Args:
            series: rows with the features of the training series, in any order.
            chosen: (time,) true for the last rows of the windows to average over, at least one.
            most: windows to average over at most, evenly spaced among them.
        """
        context, rows = self._in_context(series, None)
        ends = np.concatenate((np.zeros(len(context), dtype=bool), chosen))
        return self.fitted_.feature_attention(np.concatenate((context, rows)), ends, most)

    @property
    def features_(self) -> tuple[str, ...]:
        """Names of the features, in the order of the columns."""
        return self.fitted_.features

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
        return {method: known.value for method, known in self.thresholds_.items() if known.value is not None}

    def threshold(self, method: str) -> Threshold:
        """Return a fitted threshold by method, or a fixed one by number.

        Raises:
            ConfigError: no such method, or one that needs labels and was never given any.
        """
        if method in self.thresholds_:
            return self.thresholds_[method]
        if method in METHODS:
            raise ConfigError([f"threshold: {method} needs labels, and this detector was trained without any"])
        return make_threshold(method, self.config)

    def detect(self, series: Series, threshold: str | float = "pot", top_features: int = 3) -> pd.DataFrame:
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
        return prediction_table(series, self.score(series), self.threshold(str(threshold)), top_features)

    def with_params(self, **changes: Any) -> Detector:
        """Return this detector with other values for parameters that may change after training.

        Raises:
            ConfigError: a parameter is fixed by training, or its value is out of range.
        """
        if not changes:
            return self
        known = declared(DetectorConfig)
        fixed = [name for name in changes if name not in known or not known[name].parameter.after_training]
        if fixed:
            raise ConfigError([f"{name}: fixed by training" for name in fixed])
        copy = Detector(replace(self.config, **changes))
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
                "config": dataclasses.asdict(self.config),
                "thresholds": {name: threshold.to_dict() for name, threshold in self.thresholds_.items()},
                "clock": self.context_.clock,
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
        detector.thresholds_ = {name: Threshold.from_dict(known) for name, known in metadata["thresholds"].items()}
        return detector
