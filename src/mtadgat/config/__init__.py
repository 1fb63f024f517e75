"""Every parameter of the project, once: name, type, default, range and help.

The values are plain; nothing here imports numpy, torch or mlflow.
"""

from mtadgat.config.command_options import EvaluateConfig, ModelConfig, PredictConfig, ReportConfig, TrackingConfig
from mtadgat.config.data import DataConfig
from mtadgat.config.detector import DetectorConfig
from mtadgat.config.search import SearchConfig

__all__ = [
    "DataConfig",
    "DetectorConfig",
    "EvaluateConfig",
    "ModelConfig",
    "PredictConfig",
    "ReportConfig",
    "SearchConfig",
    "TrackingConfig",
]
