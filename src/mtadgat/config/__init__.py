"""Every parameter of the project, once: name, type, default, range and help.

The values are plain; nothing here imports numpy, torch or mlflow.
"""

from mtadgat.config.command_options import (
    CheckConfig,
    EvaluateConfig,
    ModelConfig,
    PredictConfig,
    ReportConfig,
    TrackingConfig,
)
from mtadgat.config.data import DataConfig
from mtadgat.config.detector import (
    ComputeConfig,
    DetectionConfig,
    DetectorConfig,
    NetworkConfig,
    ScoringConfig,
    TrainingConfig,
    WindowConfig,
)
from mtadgat.config.file import FileConfig
from mtadgat.config.search import SearchConfig

__all__ = [
    "CheckConfig",
    "ComputeConfig",
    "DataConfig",
    "DetectionConfig",
    "DetectorConfig",
    "EvaluateConfig",
    "FileConfig",
    "ModelConfig",
    "NetworkConfig",
    "PredictConfig",
    "ReportConfig",
    "ScoringConfig",
    "SearchConfig",
    "TrackingConfig",
    "TrainingConfig",
    "WindowConfig",
]
