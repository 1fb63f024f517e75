"""What a run takes and where its results go."""

from __future__ import annotations

from dataclasses import dataclass

from mtadgat.config.parameter import Checked, parameter


@dataclass(frozen=True)
class TrackingConfig(Checked):
    """Where results go."""

    experiment: str | None = parameter(
        None,
        "MLflow experiment; none: MLFLOW_EXPERIMENT_NAME, else <dataset>_training or <dataset>_inference.",
        group="Tracking",
        aliases=("experiment-name",),
    )
    run_name: str | None = parameter(None, "Name of the run; none: made up by MLflow.", group="Tracking")
    register: str | None = parameter(
        None,
        "Register the trained model under this name, and make it the champion.",
        group="Tracking",
        aliases=("registered-model-name",),
    )
    conda_env: str | None = parameter(
        None, "conda.yaml, path or URL, stored as the environment of the model that is trained.", group="Tracking"
    )


@dataclass(frozen=True)
class ModelConfig(Checked):
    """Which trained model to take."""

    model: str | None = parameter(
        None,
        "URI of a logged or registered model; none: the champion alias of --registered-model, "
        "else the latest finished training run.",
        group="Model",
        aliases=("model-uri",),
    )
    registered_model: str | None = parameter(
        None, "Registered model whose champion alias is wanted; none: named after the data set.", group="Model"
    )
    run: str | None = parameter(
        None, "Training run: its id, its name, or -1 for the latest, -2 for the one before ...", group="Model"
    )


@dataclass(frozen=True)
class PredictConfig(Checked):
    """What to predict, and where the table goes."""

    split: str | None = parameter(
        None,
        "Part to predict; none: new, or eval where there is no new.",
        group="Prediction",
        choices=("train", "eval", "new"),
    )
    threshold: str = parameter(
        "pot",
        "pot, epsilon, a number, or best_f1 / best_f1_pa from an evaluation of the model.",
        group="Prediction",
    )
    output: str = parameter(
        "predictions.csv", "File or URL of the table, .csv or .parquet.", group="Prediction", aliases=("out",)
    )
    top_features: int = parameter(3, "How many features to name for each row.", group="Prediction", low=0)


@dataclass(frozen=True)
class EvaluateConfig(Checked):
    """What to evaluate."""

    split: str = parameter("eval", "Labelled part to evaluate.", group="Evaluation", choices=("train", "eval", "new"))
    skip: int = parameter(
        0,
        "Rows at the start of the part that are left out, such as those that a search has seen.",
        group="Evaluation",
        low=0,
    )
    scores: str | None = parameter(
        None,
        "File of scores from any detector, one for each row; they are evaluated and no model is needed.",
        group="Evaluation",
    )


@dataclass(frozen=True)
class ReportConfig(Checked):
    """Where the report goes."""

    report: str | None = parameter(
        "report.html", "File of the interactive report; none: only with the run.", group="Report"
    )
