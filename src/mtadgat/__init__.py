"""Anomalies in multivariate time series with MTAD-GAT (Zhao et al. 2020), as an MLflow Project."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mtadgat.config import DetectorConfig
    from mtadgat.data.reader import read_series
    from mtadgat.detector.detector import Detector
    from mtadgat.series import Series

__version__ = "0.1.0"
__all__ = ["Detector", "DetectorConfig", "Series", "read_series"]

_HOMES = {
    "Detector": "mtadgat.detector.detector",
    "DetectorConfig": "mtadgat.config",
    "Series": "mtadgat.series",
    "read_series": "mtadgat.data.reader",
}


def __getattr__(name: str) -> Any:
    # Lazily: `mtadgat --help` must not import torch.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
