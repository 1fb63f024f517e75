"""The code file of a logged model: MLflow runs it when the model is loaded."""

from __future__ import annotations

import mlflow

from mtadgat.integrations.mlflow.models.serving import ServedDetector

mlflow.models.set_model(ServedDetector())
