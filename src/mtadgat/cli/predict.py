"""``mtadgat predict``"""

from __future__ import annotations

import click

from mtadgat.cli.options import command
from mtadgat.workflows.requests import PredictRequest


def _work(request: PredictRequest) -> None:
    from mtadgat.cli.progress import terminal_progress
    from mtadgat.integrations.mlflow import MlflowTracking
    from mtadgat.reporting.terminal import predict_summary
    from mtadgat.workflows.predict import predict as work

    with terminal_progress() as progress:
        result = work(request, MlflowTracking(), progress)
    click.echo(predict_summary(result.table, result.events, result.output, result.run_id))


predict = command(PredictRequest, _work)
