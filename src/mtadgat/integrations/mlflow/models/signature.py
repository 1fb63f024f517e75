"""Signature: what a served model reads and answers."""

from __future__ import annotations

import pandas as pd
from mlflow.models import ModelSignature
from mlflow.types.schema import ColSpec, DataType, ParamSchema, ParamSpec, Schema

from mtadgat.config import PredictConfig
from mtadgat.detector.detector import Detector
from mtadgat.series import Series

TIME = "timestamp"
"""The column of a request that may hold the time."""


def signature(detector: Detector) -> ModelSignature:
    """Describe the rows of a request, its parameters and the prediction table.

    Columns are found by name, in any order; the time is optional. It is a string, which holds ISO 8601 or a number:
    MLflow's server reads no other type from JSON and CSV alike. A threshold is a method, or a number as a string.
    """
    inputs = [ColSpec(DataType.double, name) for name in detector.features_]
    if TIME not in detector.features_:
        inputs.append(ColSpec(DataType.string, TIME, required=False))
    return ModelSignature(
        inputs=Schema(inputs),
        outputs=Schema(_prediction_columns(min(PredictConfig.top_features, len(detector.targets_)))),
        params=ParamSchema(
            [
                ParamSpec("threshold", DataType.string, PredictConfig.threshold),
                ParamSpec("top_features", DataType.long, PredictConfig.top_features),
            ]
        ),
    )


def request_rows(series: Series) -> pd.DataFrame:
    """Return a series as the rows of a request: a column for each feature, after the time where there is one."""
    table = pd.DataFrame(series.values, columns=list(series.features)).astype("float64")
    if series.timestamps is not None and TIME not in series.features:
        table.insert(0, TIME, pd.Series(series.timestamps).astype(str))
    return table


def _prediction_columns(top_features: int) -> list[ColSpec]:
    return [
        ColSpec(DataType.long, "row", required=False),
        ColSpec(DataType.datetime, TIME, required=False),
        ColSpec(DataType.double, "score"),
        ColSpec(DataType.double, "threshold"),
        ColSpec(DataType.boolean, "is_anomaly"),
        *(
            ColSpec(kind, f"{name}_{rank}")
            for rank in range(1, top_features + 1)
            for name, kind in (("top_feature", DataType.string), ("top_share", DataType.double))
        ),
    ]
