"""Signature: what a served model reads and answers."""

from __future__ import annotations

import pandas as pd
from mlflow.models import ModelSignature
from mlflow.types.schema import ColSpec, DataType, ParamSchema, ParamSpec, Schema

from mtadgat.detector.detector import Detector
from mtadgat.series import Series

TIME = "timestamp"
"""The column of a request that may hold the time."""
THRESHOLD = "pot"
"""Threshold of a request that names none: a method, or a number as text."""
TOP_FEATURES = 3
"""How many features are named for each row where a request does not say."""


def signature(detector: Detector) -> ModelSignature:
    """Describe rows of features, in any order and with or without the time, and the prediction table.

    The time is text, ISO 8601 or a number: MLflow's server reads no other kind from JSON and CSV alike.
    """
    inputs = [ColSpec(DataType.double, name) for name in detector.features_]
    if TIME not in detector.features_:
        inputs.append(ColSpec(DataType.string, TIME, required=False))
    return ModelSignature(
        inputs=Schema(inputs),
        outputs=Schema(_answer(min(TOP_FEATURES, len(detector.targets_)))),
        params=ParamSchema(
            [
                ParamSpec("threshold", DataType.string, THRESHOLD),
                ParamSpec("top_features", DataType.long, TOP_FEATURES),
            ]
        ),
    )


def request_rows(series: Series) -> pd.DataFrame:
    """Return a series as the rows of a request."""
    table = pd.DataFrame(series.values, columns=list(series.features)).astype("float64")
    if series.timestamps is not None and TIME not in series.features:
        table.insert(0, TIME, pd.Series(series.timestamps).astype(str))
    return table


def _answer(named: int) -> list[ColSpec]:
    return [
        ColSpec(DataType.long, "row", required=False),
        ColSpec(DataType.datetime, TIME, required=False),
        ColSpec(DataType.double, "score"),
        ColSpec(DataType.double, "threshold"),
        ColSpec(DataType.boolean, "is_anomaly"),
        *(
            ColSpec(kind, f"{name}_{place}")
            for place in range(1, named + 1)
            for name, kind in (("top_feature", DataType.string), ("top_share", DataType.double))
        ),
    ]
