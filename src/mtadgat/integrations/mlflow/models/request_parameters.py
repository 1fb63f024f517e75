"""Request parameters: what a request may ask for beside its rows, as a number or as text.

MLflow checks each parameter of a request against one type before the model sees it, and has no type for a method or a
number: ``"threshold": 0.5`` would be refused, and so would ``"top_features": "2"``. So where a served model is loaded,
a number becomes text and text a number before MLflow checks these two parameters, and no others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from mlflow.types.schema import DataType, ParamSchema, ParamSpec

from mtadgat.config import PredictConfig
from mtadgat.errors import DataError

THRESHOLD, TOP_FEATURES = "threshold", "top_features"
MARK = "reads_numbers_and_text"
"""Attribute of MLflow's check where it has been widened already."""


class RequestParameters(NamedTuple):
    """What a request asks for.

    Args:
        threshold: a method, or a number as text.
        top_features: how many features to name for each row.
    """

    threshold: str
    top_features: int


def parameter_schema() -> ParamSchema:
    """Describe the parameters of a request."""
    return ParamSchema(
        [
            ParamSpec(THRESHOLD, DataType.string, PredictConfig.threshold),
            ParamSpec(TOP_FEATURES, DataType.long, PredictConfig.top_features),
        ]
    )


def requested_parameters(given: Mapping[str, Any] | None) -> RequestParameters:
    """Return what a request asks for; what it omits, or has as null, has its default.

    Raises:
        DataError: the number of features is below 0.
    """
    present = {name: value for name, value in (given or {}).items() if value is not None}
    top_features = int(present.get(TOP_FEATURES, PredictConfig.top_features))
    if top_features < 0:
        raise DataError("top_features of at least 0", f"{top_features}", "Omit it to get the default.")
    return RequestParameters(str(present.get(THRESHOLD, PredictConfig.threshold)), top_features)


def accept_numbers_and_text() -> None:
    """Let MLflow read numbers and text alike for the parameters of `parameter_schema`."""
    strict = ParamSpec.validate_param_spec
    if hasattr(strict, MARK):
        return
    own = parameter_schema().params

    def validate_param_spec(value: Any, param_spec: ParamSpec) -> Any:
        return strict(_as_text_or_number(value, param_spec) if param_spec in own else value, param_spec)

    setattr(validate_param_spec, MARK, True)
    ParamSpec.validate_param_spec = staticmethod(validate_param_spec)


def _as_text_or_number(value: Any, spec: ParamSpec) -> Any:
    if spec.name == THRESHOLD and isinstance(value, (int, float, np.number)) and not isinstance(value, bool):
        return str(value)
    if spec.name == TOP_FEATURES and isinstance(value, (str, float)):
        try:
            return int(value) if float(value).is_integer() else value
        except (ValueError, OverflowError):
            return value
    return value
