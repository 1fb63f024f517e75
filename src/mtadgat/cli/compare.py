"""``mtadgat compare``"""

from __future__ import annotations

import click

from mtadgat.config.requests import CompareRequest


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
