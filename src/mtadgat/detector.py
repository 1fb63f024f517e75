"""Detector: scaler, network, error scale and thresholds, fitted together on a healthy series."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from jaxtyping import Bool, Float

from mtadgat import archive
from mtadgat.config import DetectorConfig
from mtadgat.errors import ConfigError, DataError
from mtadgat.metrics import LargestZ
from mtadgat.model import Network, build_network
from mtadgat.parameters import build, declared
from mtadgat.prediction import prediction_table
from mtadgat.scaling import Scaler
from mtadgat.scores import Scores
from mtadgat.scoring import (
    ErrorScale,
    RowErrors,
    RowOutputs,
    row_errors,
    row_outputs,
    row_scores,
    smoothed,
    total_scores,
)
from mtadgat.series import Series
from mtadgat.thresholds import LABEL_FREE, METHODS, Threshold, make_threshold
from mtadgat.training import EpochLosses, History, fit_network
from mtadgat.windows import sliding_windows


class Detector:
    """Finds anomalies in a multivariate series with MTAD-GAT (Zhao et al. 2020, arXiv 2009.02040).

    Args:
        config: every parameter; kept as it is.

    Attributes that `fit` sets:
        features_: names of the features, in the order of the columns.
        targets_: columns that are forecast and reconstructed.
        scaler_: brings features to a like range.
        network_: the trained network, in eval mode.
        error_scale_: what a healthy error of each target is.
        training_scores_: (time,) float32 unsmoothed totals of the training rows after the first window.
        thresholds_: fitted thresholds by method.
        tail_: (window, features) float32, the last scaled training rows: context of the first scored row.
        largest_z_: the trivial detector fitted on the same rows, for comparison.
        history_: losses of every epoch.
    """

    features_: tuple[str, ...]
    targets_: tuple[int, ...]
    scaler_: Scaler
    network_: Network
    error_scale_: ErrorScale
    training_scores_: Float[np.ndarray, " time"]
    thresholds_: dict[str, Threshold]
    tail_: Float[np.ndarray, "window features"]
    largest_z_: LargestZ
    history_: History

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
            series: training rows, at least two windows.
            on_epoch: called after each epoch.
            on_batch: called after each batch with batches done and batches in the epoch.

        Raises:
            DataError: the series is too short for the window.
        """
        self.fit_network(series, on_epoch, on_batch)
        rows = self.scaler_.transform(series.values)
        self.tail_ = rows[-self.config.window :]
        self.largest_z_ = LargestZ.fit(series.values)
        self._fit_scores(rows, None if series.labels is None else series.labels[self.config.window :])
        return self

    def fit_network(
        self,
        series: Series,
        on_epoch: Callable[[EpochLosses], None] | None = None,
        on_batch: Callable[[int, int], None] | None = None,
    ) -> None:
        """Fit scaler and network, which is all that the validation loss needs; scores and thresholds stay unfitted.

        Args:
            series: training rows, at least two windows.
            on_epoch: called after each epoch.
            on_batch: called after each batch with batches done and batches in the epoch.

        Raises:
            DataError: the series is too short for the window.
        """
        config = self.config
        if len(series) < 2 * config.window:
            raise DataError(
                f"at least {2 * config.window} training rows, two windows of {config.window}",
                f"{len(series)}",
                "Give more rows or a smaller --window.",
            )
        self.features_ = series.features
        self.targets_ = tuple(series.features.index(name) for name in series.targets or series.features)
        self.scaler_ = Scaler.fit(series.values, config.scaling, config.clip)
        rows = self.scaler_.transform(series.values)
        self.network_ = build_network(config, len(self.features_), self.targets_)
        self.history_ = fit_network(
            self.network_, torch.from_numpy(rows), config, on_epoch=on_epoch, on_batch=on_batch
        )

    def _fit_scores(self, rows: Float[np.ndarray, "time features"], labels: np.ndarray | None) -> None:
        window = self.config.window
        errors, _ = self._errors(rows[:window], rows[window:])
        self.error_scale_ = ErrorScale.fit(errors, self.config.normalization)
        self.training_scores_ = self._totals(self._per_feature(errors))
        self._fit_thresholds(labels)

    def _fit_thresholds(self, labels: np.ndarray | None = None) -> None:
        labelled = labels is not None and bool(labels.any()) and not bool(labels.all())
        scores = smoothed(self.training_scores_, self.config.smoothing)
        self.thresholds_ = {
            method: make_threshold(method, self.config).fit(scores, labels)
            for method in METHODS
            if method in LABEL_FREE or labelled
        }

    def _errors(
        self, context: Float[np.ndarray, "window features"], rows: Float[np.ndarray, "time features"]
    ) -> tuple[RowErrors, RowOutputs]:
        outputs = row_outputs(self.network_, context, rows, self.config.batch_size, self.config.device)
        targets = rows[:, list(self.targets_)]
        return row_errors(targets, outputs), outputs

    def _per_feature(self, errors: RowErrors) -> Float[np.ndarray, "time targets"]:
        return row_scores(self.error_scale_.apply(errors), self.config.gamma, self.config.error)

    def _totals(self, per_feature: Float[np.ndarray, "time targets"]) -> Float[np.ndarray, " time"]:
        return total_scores(per_feature, self.config.aggregation, self.config.top, self.config.power)

    def score(self, series: Series) -> Scores:
        """Return the scores of every row; the rows before the first are the last training rows.

        Args:
            series: rows with the features of the training series, in any order.

        Raises:
            DataError: features are missing or unknown.
        """
        rows = self.scaler_.transform(series.ordered(self.features_).values)
        errors, outputs = self._errors(self.tail_, rows)
        per_feature = self._per_feature(errors)
        return Scores(
            total=smoothed(self._totals(per_feature), self.config.smoothing),
            per_feature=per_feature,
            forecast=self.scaler_.inverse(outputs.forecast, self.targets_),
            reconstruction=self.scaler_.inverse(outputs.reconstruction, self.targets_),
            features=self.target_names,
        )

    def feature_attention(
        self, series: Series, chosen: Bool[np.ndarray, " time"], most: int
    ) -> Float[np.ndarray, "features features"]:
        """Return how much each feature (row) listens to each feature (column), averaged over windows.

        Args:
            series: rows with the features of the training series, in any order.
            chosen: (time,) true for the last rows of the windows to average over, at least one.
            most: windows to average over at most, evenly spaced among them.
        """
        rows = np.concatenate((self.tail_, self.scaler_.transform(series.ordered(self.features_).values)))
        ends = np.flatnonzero(chosen)
        ends = ends[np.linspace(0, len(ends) - 1, min(len(ends), most)).astype(np.int64)]
        # The window that ends at row t begins at row t + 1 of the context and the series together.
        windows = sliding_windows(torch.from_numpy(rows), self.config.window)[torch.from_numpy(ends + 1)]
        with torch.inference_mode():
            weights = self.network_.feature_attention(windows.to(self.network_.device))
        return weights.mean(dim=0).numpy(force=True)

    @property
    def target_names(self) -> tuple[str, ...]:
        """Names of the features that are forecast and reconstructed."""
        return tuple(self.features_[column] for column in self.targets_)

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

    def changed(self, **changes: Any) -> Detector:
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
        weights = {f"network.{name}": tensor.numpy(force=True) for name, tensor in self.network_.state_dict().items()}
        fitted = {"scaler": self.scaler_, "largest_z": self.largest_z_, "error_scale": self.error_scale_}
        archive.write(
            Path(folder),
            {
                "config": dataclasses.asdict(self.config),
                "features": list(self.features_),
                "targets": list(self.targets_),
                "thresholds": {name: threshold.to_dict() for name, threshold in self.thresholds_.items()},
                "history": {
                    "best_epoch": self.history_.best_epoch,
                    "epochs": [losses._asdict() for losses in self.history_.epochs],
                },
            },
            {
                **weights,
                **{f"{part}.{name}": array for part, holder in fitted.items() for name, array in vars(holder).items()},
                "training_scores": self.training_scores_,
                "tail": self.tail_,
            },
        )

    @classmethod
    def load(cls, folder: str | Path) -> Detector:
        """Read a detector that `save` wrote.

        Raises:
            DataError: the folder holds no detector, or one of another format.
        """
        facts, arrays = archive.read(Path(folder))
        detector = cls(build(DetectorConfig, facts["config"]))
        detector.features_ = tuple(facts["features"])
        detector.targets_ = tuple(facts["targets"])
        detector.scaler_ = Scaler(**_below("scaler.", arrays))
        detector.network_ = build_network(detector.config, len(detector.features_), detector.targets_)
        weights = _below("network.", arrays)
        detector.network_.load_state_dict({name: torch.from_numpy(array) for name, array in weights.items()})
        detector.network_.eval()
        detector.error_scale_ = ErrorScale(**_below("error_scale.", arrays))
        detector.training_scores_ = arrays["training_scores"]
        detector.tail_ = arrays["tail"]
        detector.largest_z_ = LargestZ(**_below("largest_z.", arrays))
        detector.thresholds_ = {name: Threshold.from_dict(known) for name, known in facts["thresholds"].items()}
        history = facts["history"]
        detector.history_ = History(
            epochs=tuple(EpochLosses(**losses) for losses in history["epochs"]), best_epoch=history["best_epoch"]
        )
        return detector


def _below(prefix: str, arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
