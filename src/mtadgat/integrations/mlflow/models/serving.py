"""Serving: a detector behind MLflow's python_function interface, rows in, prediction table out.

It is stored with every logged model, and loaded where this project is not installed: it may import only what
`model_logging.SCORING_CODE` and `environment.LIBRARIES` list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
from mlflow.exceptions import MlflowException
from mlflow.pyfunc import PythonModel, PythonModelContext

from mtadgat.config import DataConfig
from mtadgat.data.remembered import remembering
from mtadgat.data.table_series import series_of
from mtadgat.detector.detector import Detector
from mtadgat.errors import DataError, MtadGatError
from mtadgat.integrations.mlflow.models.request_parameters import accept_numbers_and_text, requested_parameters
from mtadgat.integrations.mlflow.models.signature import TIME
from mtadgat.reading import Known, Notes
from mtadgat.series import Series

DETECTOR = "detector"
"""Name of the artifact that holds the detector."""


class ServedDetector(PythonModel):
    """A detector as a model of MLflow's python_function flavor."""

    def load_context(self, context: PythonModelContext) -> None:
        """Read the detector from the artifacts of the model."""
        accept_numbers_and_text()
        self.detector = load_detector(context.artifacts[DETECTOR])

    def predict(
        self, context: PythonModelContext, model_input: pd.DataFrame, params: dict[str, Any] | None = None
    ) -> pd.DataFrame:
        """Return the prediction table of rows that follow the training rows.

        Args:
            context: required by MLflow, not used.
            model_input: one column for each feature, in any order, and optionally the time.
            params: ``threshold`` and ``top_features``; `PredictConfig` has the defaults.

        Raises:
            MlflowException: the rows do not fit the model; a server answers 400.
        """
        try:
            asked = requested_parameters(params)
            series = requested_series(model_input, self.detector.known)
            return self.detector.detect(series, asked.threshold, asked.top_features)
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


def requested_series(rows: pd.DataFrame, known: Known) -> Series:
    """Read the rows of a request, as messy as those of a file may be.

    Args:
        rows: one column for each feature, in any order, and optionally the time.
        known: what the model knows of its rows.

    Raises:
        DataError: there are no rows, features are missing or unknown or no numbers, or too many rows share a time.
    """
    if not len(rows):
        raise DataError("at least one row", "none", "Send one or more rows.")
    file = remembering(DataConfig(), known).file
    if file.time_format is not None and _are_iso_dates(rows, (file.time_column, TIME)):
        file = replace(file, time_format=None)
    return series_of(rows, file, Notes("request"), known)


def _are_iso_dates(rows: pd.DataFrame, names: Sequence[str | None]) -> bool:
    """Whether the time of a request is in ISO 8601, which needs no description."""
    columns = [rows[name] for name in names if name in rows.columns]
    return bool(columns) and bool(
        pd.to_datetime(columns[0], format="ISO8601", errors="coerce", utc=True).notna().all()
    )
