"""Requests: what each command is asked to do, as configurations side by side.

Nothing here imports torch, so that the command line can show its help at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from mtadgat.config import (
    CheckConfig,
    ComputeConfig,
    DataConfig,
    DetectionConfig,
    DetectorConfig,
    EvaluateConfig,
    ModelConfig,
    PredictConfig,
    ReportConfig,
    SearchConfig,
    TrackingConfig,
)
from mtadgat.config.parameter import Overrides

_DETECTION_AS_TRAINED = partial(Overrides, DetectionConfig)
_COMPUTE_AS_TRAINED = partial(Overrides, ComputeConfig)


@dataclass(frozen=True)
class CheckRequest:
    """Say what is understood of the data, draw each feature, and tell what would go wrong in training.

    ``detector`` is what would be trained: its windows have to fit the rows.
    """

    data: DataConfig = field(default_factory=DataConfig)
    check: CheckConfig = field(default_factory=CheckConfig)
    detector: DetectorConfig = field(default_factory=DetectorConfig)


@dataclass(frozen=True)
class TrainRequest:
    """Train a detector on the training split of a data set."""

    data: DataConfig = field(default_factory=DataConfig)
    detector: DetectorConfig = field(default_factory=DetectorConfig)
    tracking: TrackingConfig = field(default_factory=TrackingConfig)


@dataclass(frozen=True)
class EvaluateRequest:
    """Evaluate a trained detector, or given scores, against labels.

    ``detection`` and ``compute`` override what the detector was trained with.
    """

    data: DataConfig = field(default_factory=DataConfig)
    evaluation: EvaluateConfig = field(default_factory=EvaluateConfig)
    report: ReportConfig = field(default_factory=ReportConfig)
    model: ModelConfig = field(default_factory=ModelConfig)
    detection: Overrides[DetectionConfig] = field(default_factory=_DETECTION_AS_TRAINED)
    compute: Overrides[ComputeConfig] = field(default_factory=_COMPUTE_AS_TRAINED)
    tracking: TrackingConfig = field(default_factory=TrackingConfig)


@dataclass(frozen=True)
class PredictRequest:
    """Flag new rows with a trained detector.

    ``detection`` and ``compute`` override what the detector was trained with.
    """

    data: DataConfig = field(default_factory=DataConfig)
    prediction: PredictConfig = field(default_factory=PredictConfig)
    model: ModelConfig = field(default_factory=ModelConfig)
    detection: Overrides[DetectionConfig] = field(default_factory=_DETECTION_AS_TRAINED)
    compute: Overrides[ComputeConfig] = field(default_factory=_COMPUTE_AS_TRAINED)
    tracking: TrackingConfig = field(default_factory=TrackingConfig)


@dataclass(frozen=True)
class RunRequest:
    """Train, evaluate and predict, one after the other."""

    data: DataConfig = field(default_factory=DataConfig)
    detector: DetectorConfig = field(default_factory=DetectorConfig)
    report: ReportConfig = field(default_factory=ReportConfig)
    prediction: PredictConfig = field(default_factory=PredictConfig)
    tracking: TrackingConfig = field(default_factory=TrackingConfig)


@dataclass(frozen=True)
class HyperoptRequest:
    """Search for the best configuration, and train with it."""

    data: DataConfig = field(default_factory=DataConfig)
    detector: DetectorConfig = field(default_factory=DetectorConfig)
    search: SearchConfig = field(default_factory=SearchConfig)
    tracking: TrackingConfig = field(default_factory=TrackingConfig)


@dataclass(frozen=True)
class CompareRequest:
    """Compare several evaluations of the same rows.

    Args:
        runs: ids or names of the evaluations, or of the runs that they are nested in.
        output: the page to write.
        threshold: method at which flags are compared; None: the first that all runs have.
    """

    runs: tuple[str, ...]
    output: str = "compare.html"
    threshold: str | None = None
