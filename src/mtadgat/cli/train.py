"""``mtadgat train``"""

from __future__ import annotations

import click

from mtadgat.cli.options import command
from mtadgat.workflows.requests import TrainRequest


def _work(request: TrainRequest) -> None:
    from mtadgat.cli.progress import terminal_progress
    from mtadgat.cli.summaries import training
    from mtadgat.integrations.mlflow import MlflowTracking
    from mtadgat.workflows.train import train as work

    with terminal_progress() as progress:
        result = work(request, MlflowTracking(), progress)
    click.echo(training(result))


train = command(TrainRequest, _work)
