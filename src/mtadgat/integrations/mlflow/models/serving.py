"""Serving: a detector behind MLflow's common interface, rows in, prediction table out.

It imports nothing that scoring does not need: a logged model is loaded where this project is not installed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float, Shaped
from mlflow.exceptions import MlflowException
from mlflow.pyfunc import PythonModel, PythonModelContext

from mtadgat.data.times import as_timestamps
from mtadgat.detector.detector import Detector
from mtadgat.errors import DataError, MtadGatError
from mtadgat.integrations.mlflow.models.signature import THRESHOLD, TIME, TOP_FEATURES
from mtadgat.series import Series

DETECTOR = "detector"
"""Name of the artifact that holds the detector."""


class ServedDetector(PythonModel):
    """A detector as a model of MLflow's python_function flavor."""

    def load_context(self, context: PythonModelContext) -> None:
        """Read the detector from the artifacts of the model."""
        self.detector = stored_detector(context.artifacts[DETECTOR])

    def predict(
        self, context: PythonModelContext, model_input: pd.DataFrame, params: dict[str, Any] | None = None
    ) -> pd.DataFrame:
        """Return the prediction table of rows that follow the training rows.

        Args:
            context: unused, MLflow's.
            model_input: one column for each feature, in any order; ``timestamp`` may be there too.
            params: ``threshold`` and ``top_features``.

        Raises:
            MlflowException: the rows do not fit the model; a server answers 400.
        """
        wanted = params or {}
        try:
            series = requested_series(model_input, self.detector.features_)
            top_features = _count(wanted.get("top_features", TOP_FEATURES))
            return self.detector.detect(series, wanted.get("threshold", THRESHOLD), top_features)
        except MtadGatError as error:
            raise MlflowException.invalid_parameter_value(str(error)) from error


def stored_detector(folder: str | Path) -> Detector:
    """Read a detector for this machine: the one that trained it may have had a GPU, and said so.

    Raises:
        DataError: the folder holds no detector, or one of another format.
    """
    detector = Detector.load(folder)
    detector.config = detector.config.with_params(device="auto")
    return detector


def requested_series(rows: pd.DataFrame, features: tuple[str, ...]) -> Series:
    """Read the rows of a request.

    Args:
        rows: one column for each feature, in any order; ``timestamp`` may be there too.
        features: what the model was trained on.

    Raises:
        DataError: no rows, features that are missing or unknown, values that are no finite numbers, times that
            do not rise.
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
    wrong = np.argwhere(~np.isfinite(numbers))
    if len(wrong):
        row, column = wrong[0]
        raise DataError(
            "finite numbers",
            f"{table.iloc[row, column]} in row {row} of {table.columns[column]!r}, {len(wrong)} such values in all",
            "Fill in what is missing, or leave those rows out.",
        )
    return numbers


def _times(column: pd.Series) -> Shaped[np.ndarray, " time"]:
    numeric = pd.to_numeric(column, errors="coerce")
    times = as_timestamps(column if numeric.isna().any() else numeric, TIME)
    if len(times) > 1 and not (np.diff(times) > np.zeros(1, np.diff(times).dtype)).all():
        raise DataError(
            "times that rise from row to row", f"rows out of order or twice in {TIME!r}", "Sort the rows by time."
        )
    return times


def _count(wanted: int) -> int:
    if wanted < 0:
        raise DataError("top_features of at least 0", f"{wanted}", "Leave it out for the default.")
    return wanted
