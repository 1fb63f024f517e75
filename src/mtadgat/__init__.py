"""Anomalies in multivariate time series with MTAD-GAT (Zhao et al. 2020), as an MLflow Project.

```python
from mtadgat import Detector, DetectorConfig, read_series

detector = Detector(DetectorConfig(window=30, epochs=2)).fit(read_series("demo", split="train"))
table = detector.detect(read_series("demo", split="new"))
```

`read_series` reads a `Series` from files and URLs; a `Detector` learns from a healthy one and gives the `Scores` of
others, or the table of flagged rows; with a `DetectorState` it goes on from call to call. Every parameter is a field
of one of the configurations. All errors raised on purpose are `MtadGatError`s that say what was expected, what came,
and what to do.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mtadgat.config import (
        ComputeConfig,
        DataConfig,
        DetectionConfig,
        DetectorConfig,
        NetworkConfig,
        ScoringConfig,
        TrainingConfig,
        WindowConfig,
    )
    from mtadgat.data.reader import read_series
    from mtadgat.detector.context import DetectorState, DetectorStep
    from mtadgat.detector.detector import Detector
    from mtadgat.detector.reference_checkpoint import load_reference_checkpoint
    from mtadgat.detector.scoring import Scores
    from mtadgat.detector.training import EpochLosses, History
    from mtadgat.errors import (
        ConfigError,
        DataError,
        MissingExtraError,
        ModelNotFoundError,
        MtadGatError,
        ServiceError,
        TrainingError,
    )
    from mtadgat.series import Cause, Event, Series, events

__version__ = "0.1.0"
__all__ = [
    "Cause",
    "ComputeConfig",
    "ConfigError",
    "DataConfig",
    "DataError",
    "DetectionConfig",
    "Detector",
    "DetectorConfig",
    "DetectorState",
    "DetectorStep",
    "EpochLosses",
    "Event",
    "History",
    "MissingExtraError",
    "ModelNotFoundError",
    "MtadGatError",
    "NetworkConfig",
    "Scores",
    "ScoringConfig",
    "Series",
    "ServiceError",
    "TrainingConfig",
    "TrainingError",
    "WindowConfig",
    "events",
    "load_reference_checkpoint",
    "read_series",
]

_MODULES = {
    "Detector": "detector.detector",
    "DetectorState": "detector.context",
    "DetectorStep": "detector.context",
    "EpochLosses": "detector.training",
    "History": "detector.training",
    "Scores": "detector.scoring",
    "load_reference_checkpoint": "detector.reference_checkpoint",
    "read_series": "data.reader",
    **dict.fromkeys(("Cause", "Event", "Series", "events"), "series"),
    **dict.fromkeys((name for name in __all__ if name.endswith("Error")), "errors"),
    **dict.fromkeys((name for name in __all__ if name.endswith("Config")), "config"),
}


def __getattr__(name: str) -> Any:
    # Lazily: `mtadgat --help` must not import torch.
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"mtadgat.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
