"""Commands: what the command line does with data and models, each from its request to what it says at its end.

What a command needs is imported when it runs: ``mtadgat --help`` answers at once.
"""

from __future__ import annotations

import logging
from importlib.util import find_spec
from typing import TYPE_CHECKING

import click

from mtadgat.cli.options import command
from mtadgat.config import SearchConfig
from mtadgat.config.requests import (
    CheckRequest,
    CompareRequest,
    EvaluateRequest,
    HyperoptRequest,
    PredictRequest,
    RunRequest,
    TrainRequest,
)
from mtadgat.errors import MissingExtraError

if TYPE_CHECKING:
    from mtadgat.search.trial_runner import TrialRunner


def _check(request: CheckRequest) -> str:
    from mtadgat.cli.summaries import check as summary
    from mtadgat.integrations.mlflow.quiet import minimum_level
    from mtadgat.integrations.mlflow.runs.mlflow_tracking import MlflowTracking, joins_project
    from mtadgat.integrations.spark.tables import SparkTables
    from mtadgat.tracking.protocols import NullTracking
    from mtadgat.workflows.check import check

    # The table below says what the log of the reading would: once is enough.
    with minimum_level(logging.ERROR, "mtadgat"):
        result = check(request, MlflowTracking() if joins_project() else NullTracking(), SparkTables())
    return summary(result)


def _run(request: RunRequest) -> str:
    from mtadgat.cli.progress_bar import terminal_progress
    from mtadgat.cli.summaries import job
    from mtadgat.integrations.mlflow.runs.mlflow_tracking import MlflowTracking
    from mtadgat.integrations.spark.tables import SparkTables
    from mtadgat.workflows.run import run

    with terminal_progress() as progress:
        result = run(request, MlflowTracking(), progress, tables=SparkTables())
    return job(result)


def _train(request: TrainRequest) -> str:
    from mtadgat.cli.progress_bar import terminal_progress
    from mtadgat.cli.summaries import training
    from mtadgat.integrations.mlflow.runs.mlflow_tracking import MlflowTracking
    from mtadgat.integrations.spark.tables import SparkTables
    from mtadgat.workflows.train import train

    with terminal_progress() as progress:
        result = train(request, MlflowTracking(), progress, tables=SparkTables())
    return training(result)


def _evaluate(request: EvaluateRequest) -> str:
    from mtadgat.cli.progress_bar import terminal_progress
    from mtadgat.cli.summaries import evaluation
    from mtadgat.integrations.mlflow.runs.mlflow_tracking import MlflowTracking
    from mtadgat.integrations.spark.tables import SparkTables
    from mtadgat.workflows.evaluate import evaluate

    with terminal_progress() as progress:
        result = evaluate(request, MlflowTracking(), progress, tables=SparkTables())
    return evaluation(result)


def _predict(request: PredictRequest) -> str:
    from mtadgat.cli.progress_bar import terminal_progress
    from mtadgat.cli.summaries import prediction
    from mtadgat.integrations.mlflow.runs.mlflow_tracking import MlflowTracking
    from mtadgat.integrations.spark.tables import SparkTables
    from mtadgat.workflows.predict import predict

    with terminal_progress() as progress:
        result = predict(request, MlflowTracking(), progress, tables=SparkTables())
    return prediction(result)


def _hyperopt(request: HyperoptRequest) -> str:
    _require_hyperopt()
    from mtadgat.cli.progress_bar import trials_progress
    from mtadgat.cli.summaries import search
    from mtadgat.integrations.mlflow.searches.search_tracking import MlflowSearchTracking
    from mtadgat.integrations.spark.tables import SparkTables
    from mtadgat.workflows.hyperopt import hyperopt

    with trials_progress() as progress:
        result = hyperopt(request, MlflowSearchTracking(), progress, runner_for, SparkTables())
    return search(result)


def _require_hyperopt() -> None:
    """Refuse a search where its library is missing, as no runtime of Databricks ships it.

    Raises:
        MissingExtraError: hyperopt is not installed.
    """
    if find_spec("hyperopt") is None:
        raise MissingExtraError(
            "hyperopt for a search",
            "no such library",
            "Run: pip install 'mtadgat[search]'; in a job on Databricks, name hyperopt as a library of its task.",
        )


def runner_for(config: SearchConfig) -> TrialRunner:
    """Return what runs the trials of a search: this process or Spark, as its parameters say."""
    if config.trials == "spark":
        from mtadgat.integrations.spark.runner import spark_runner

        return spark_runner(config)
    from mtadgat.search.trial_runner import local_runner

    return local_runner(config)


ENTRY_POINTS = [
    command(CheckRequest, _check),
    command(RunRequest, _run),
    command(TrainRequest, _train),
    command(EvaluateRequest, _evaluate),
    command(PredictRequest, _predict),
    command(HyperoptRequest, _hyperopt),
]
"""The commands that MLproject names, in the order of work."""


@click.command()
@click.argument("runs", nargs=-1, required=True, metavar="RUN RUN...")
@click.option(
    "--output", "--out", default=CompareRequest.output, help="The page to write.", metavar="FILE", show_default=True
)
@click.option("--threshold", help="Method at which flags are compared.  [default: the first that all runs recorded]")
def compare(runs: tuple[str, ...], output: str, threshold: str | None) -> None:
    """Compare several evaluations of the same rows; RUN is the id or the name of an MLflow run."""
    from mtadgat.cli.summaries import comparison
    from mtadgat.integrations.mlflow.runs.mlflow_tracking import MlflowTracking
    from mtadgat.workflows.compare import compare as work

    click.echo(comparison(work(CompareRequest(runs, output, threshold), MlflowTracking())))
