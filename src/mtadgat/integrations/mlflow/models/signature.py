"""Signature: what a served model reads and answers."""

from __future__ import annotations

import pandas as pd
from mlflow.models import ModelSignature
from mlflow.types.schema import ColSpec, DataType, Schema

from mtadgat.config import PredictConfig
from mtadgat.detector.detector import Detector
from mtadgat.integrations.mlflow.models.request_parameters import parameter_schema
from mtadgat.series import Series

TIME = "timestamp"
"""A column of a request that may hold the time; so may the one that held it in training."""


def signature(detector: Detector) -> ModelSignature:
    """Describe the rows of a request, its parameters and the prediction table.

    Columns are found by name, in any order; the time is optional. It is a string, which holds a date as the training
    rows had it, ISO 8601 or a number: MLflow's server reads no other type from JSON and CSV alike. A value that is
    missing is null. `mtadgat.integrations.mlflow.models.request_parameters` describes the parameters.
    """
    inputs = [ColSpec(DataType.double, name) for name in detector.features_]
    inputs += [ColSpec(DataType.string, name, required=False) for name in _time_columns(detector)]
    return ModelSignature(
        inputs=Schema(inputs),
        outputs=Schema(_prediction_columns(detector)),
        params=parameter_schema(),
    )


def request_rows(series: Series) -> pd.DataFrame:
    """Return a series as the rows of a request: a column for each feature, after the time where there is one."""
    table = pd.DataFrame(series.values, columns=list(series.features)).astype("float64")
    if series.timestamps is not None and series.clock.column not in series.features:
        table.insert(0, series.clock.column, series.clock.written(series.timestamps).astype(str))
    return table


def _time_columns(detector: Detector) -> list[str]:
    """Return the columns that may hold the time: those of date and time of day too, where training had these."""
    column = detector.clock_.column
    pair = str(detector.reading_.get("time_column") or "").split(",")
    names = dict.fromkeys((*(pair if " ".join(pair) == column else ()), column, TIME))
    return [name for name in names if name not in detector.features_]


def _prediction_columns(detector: Detector) -> list[ColSpec]:
    top_features = min(PredictConfig.top_features, len(detector.targets_))
    return [
        ColSpec(DataType.long, "row", required=False),
        *(ColSpec(DataType.datetime, name, required=False) for name in _time_columns(detector)),
        ColSpec(DataType.double, "score"),
        ColSpec(DataType.double, "threshold"),
        ColSpec(DataType.boolean, "is_anomaly"),
        ColSpec(DataType.string, "quality"),
        *(
            ColSpec(kind, f"{name}_{rank}")
            for rank in range(1, top_features + 1)
            for name, kind in (("top_feature", DataType.string), ("top_share", DataType.double))
        ),
    ]
