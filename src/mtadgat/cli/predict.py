"""``mtadgat predict``"""

from __future__ import annotations

import click

from mtadgat.cli.options import command
from mtadgat.workflows.requests import PredictRequest


def _work(request: PredictRequest) -> None:
    from mtadgat.cli.progress import terminal_progress
    from mtadgat.cli.summaries import prediction
    from mtadgat.integrations.mlflow import MlflowTracking
    from mtadgat.workflows.predict import predict as work

    with terminal_progress() as progress:
        result = work(request, MlflowTracking(), progress)
    click.echo(prediction(result))


predict = command(PredictRequest, _work)
