"""Options that several commands share: where results go, which model, what to predict and to evaluate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from mtadgat.config.detector import THRESHOLD_HELP
from mtadgat.config.parameter import Checked, parameter


@dataclass(frozen=True)
class TrackingConfig(Checked):
    """Where results go."""

    heading: ClassVar[str] = "Tracking"

    experiment: str | None = parameter(
        None,
        "MLflow experiment; if omitted MLFLOW_EXPERIMENT_NAME, else <dataset>_training or <dataset>_inference.",
        aliases=("experiment-name",),
    )
    run_name: str | None = parameter(None, "Name of the run; MLflow makes one up if omitted.")
    register: str | None = parameter(
        None,
        "Register the trained model under this name, and make it the champion.",
        aliases=("registered-model-name",),
    )
    conda_env: str | None = parameter(
        None, "conda.yaml, path or URL, stored as the environment of the trained model.", is_path=True
    )
    torch_index: str | None = parameter(
        None,
        "Package index of the torch build that is installed here, stored with the model: with PyTorch's index for "
        "CPUs an endpoint without a GPU installs no CUDA.",
    )

    def contradictions(self) -> list[str]:
        if self.conda_env is None or self.torch_index is None:
            return []
        return ["torch-index: expected none beside --conda-env, which lists the libraries of the model itself"]


@dataclass(frozen=True)
class ModelConfig(Checked):
    """Which trained model to use."""

    heading: ClassVar[str] = "Model"

    model: str | None = parameter(
        None,
        "URI of a logged or registered model; none: the champion alias of --registered-model, "
        "else the latest finished training run.",
        aliases=("model-uri",),
    )
    registered_model: str | None = parameter(
        None, "Registered model whose champion is taken; named after the data set if omitted."
    )
    run: str | None = parameter(
        None, "Training run: its id, its name, or -1 for the latest, -2 for the one before ..."
    )


@dataclass(frozen=True)
class PredictConfig(Checked):
    """What to predict, and where the table goes."""

    heading: ClassVar[str] = "Prediction"

    split: str | None = parameter(
        None,
        "Split to predict; new if omitted, or eval where there is no new.",
        choices=("train", "eval", "new"),
    )
    threshold: str = parameter(
        "pot",
        THRESHOLD_HELP,
    )
    output: str = parameter(
        "predictions.csv",
        "File or URL of the table, .csv or .parquet, or catalog.schema.table on a cluster.",
        aliases=("out",),
        is_path=True,
        is_output=True,
    )
    top_features: int = parameter(3, "How many features to name for each row.", low=0)
    carry: str | None = parameter(
        None, "Columns of the input to carry along into the table, names or numbers separated by commas."
    )


@dataclass(frozen=True)
class EvaluateConfig(Checked):
    """What to evaluate."""

    heading: ClassVar[str] = "Evaluation"

    split: str = parameter("eval", "Labelled split to evaluate.", choices=("train", "eval", "new"))
    skip: int = parameter(
        0,
        "Rows to leave out at the start of the split, such as those that a search has seen.",
        low=0,
    )
    scores: str | None = parameter(
        None,
        "File of scores from any detector, one for each row: they are evaluated, and no model is needed.",
        is_path=True,
    )


@dataclass(frozen=True)
class ReportConfig(Checked):
    """Where the report goes."""

    heading: ClassVar[str] = "Report"

    report: str | None = parameter(
        "report.html",
        "File of the interactive report, .html; none keeps it with the run only.",
        is_path=True,
        is_output=True,
    )


@dataclass(frozen=True)
class CheckConfig(Checked):
    """Where the page of a check goes."""

    heading: ClassVar[str] = "Check"

    output: str | None = parameter(
        "check.html",
        "File of the page that draws each feature, .html; none writes no file.",
        aliases=("out",),
        is_path=True,
        is_output=True,
    )
