"""Serving: a detector behind MLflow's python_function interface, rows in, prediction table out.

It is stored with every logged model, and loaded where this project is not installed: it may import only what
`model_logging.SCORING_CODE` and `environment.LIBRARIES` list.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from mlflow.exceptions import MlflowException
from mlflow.pyfunc import PythonModel, PythonModelContext

from mtadgat.config import FileConfig, PredictConfig
from mtadgat.data.times import as_times
from mtadgat.detector.detector import Detector
from mtadgat.errors import DataError, MtadGatError
from mtadgat.integrations.mlflow.models.signature import TIME
from mtadgat.reading import Notes
from mtadgat.series import Series

if TYPE_CHECKING:
    from jaxtyping import Float, Shaped

DETECTOR = "detector"
"""Name of the artifact that holds the detector."""


class ServedDetector(PythonModel):
    """A detector as a model of MLflow's python_function flavor."""

    def load_context(self, context: PythonModelContext) -> None:
        """Read the detector from the artifacts of the model."""
        self.detector = load_detector(context.artifacts[DETECTOR])

    def predict(
        self, context: PythonModelContext, model_input: pd.DataFrame, params: dict[str, Any] | None = None
    ) -> pd.DataFrame:
        """Return the prediction table of rows that follow the training rows.

        Args:
            context: required by MLflow, not used.
            model_input: one column for each feature, in any order, and optionally ``timestamp``.
            params: ``threshold`` and ``top_features``; `PredictConfig` has the defaults.

        Raises:
            MlflowException: the rows do not fit the model; a server answers 400.
        """
        given = params or {}
        try:
            series = requested_series(model_input, self.detector.features_)
            top_features = _checked_count(given.get("top_features", PredictConfig.top_features))
            return self.detector.detect(series, given.get("threshold", PredictConfig.threshold), top_features)
        except MtadGatError as error:
            raise MlflowException.invalid_parameter_value(str(error)) from error


def load_detector(folder: str | Path) -> Detector:
    """Read a detector for this machine: the one that trained it may have named a GPU.

    Raises:
        DataError: there is no detector in the folder, or one of another format.
    """
    detector = Detector.load(folder)
    detector.config = detector.config.with_params(device="auto")
    return detector


def requested_series(rows: pd.DataFrame, features: tuple[str, ...]) -> Series:
    """Read the rows of a request.

    Args:
        rows: one column for each feature, in any order, and optionally ``timestamp``.
        features: the features that the model was trained on, in their order.

    Raises:
        DataError: there are no rows, features are missing or unknown, values are not finite numbers, or times do not
            increase.
    """
    if not len(rows):
        raise DataError("at least one row", "none", "Send one or more rows in time order.")
    timed = TIME in rows.columns and TIME not in features
    table = rows.drop(columns=TIME) if timed else rows
    return Series(
        values=_numbers(table),
        features=tuple(str(name) for name in table.columns),
        dataset="request",
        timestamps=_times(rows[TIME]) if timed else None,
    ).ordered(features)


def _numbers(table: pd.DataFrame) -> Float[np.ndarray, "time features"]:
    numeric = table.apply(pd.to_numeric, errors="coerce")
    numbers: Float[np.ndarray, "time features"] = numeric.to_numpy(dtype=np.float64, na_value=np.nan)
    invalid = np.argwhere(~np.isfinite(numbers))
    if len(invalid):
        row, column = invalid[0]
        raise DataError(
            "finite numbers",
            f"{table.iloc[row, column]} in row {row} of {table.columns[column]!r}, {len(invalid)} such values in all",
            "Fill in the missing values, or leave those rows out.",
        )
    return numbers


def _times(column: pd.Series) -> Shaped[np.ndarray, " time"]:
    times = as_times(pd.DataFrame({TIME: column}), FileConfig(), Notes("request")).timestamps
    if len(times) > 1 and not (np.diff(times) > np.zeros(1, np.diff(times).dtype)).all():
        raise DataError(
            "times that rise from row to row", f"rows out of order or twice in {TIME!r}", "Sort the rows by time."
        )
    return times


def _checked_count(top_features: int) -> int:
    if top_features < 0:
        raise DataError("top_features of at least 0", f"{top_features}", "Omit it to get the default.")
    return top_features
