"""MLflow: runs, models, the registry and serving.

`MlflowTracking` is what workflows are given. Importing MLflow takes more than a second: it waits until somebody asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mtadgat.integrations.mlflow.tracking import MlflowTracking

__all__ = ["MlflowTracking"]


def __getattr__(name: str) -> Any:
    # Lazily also because a served model imports this package without needing the tracking side of it.
    if name != "MlflowTracking":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from mtadgat.integrations.mlflow.tracking import MlflowTracking

    return MlflowTracking
