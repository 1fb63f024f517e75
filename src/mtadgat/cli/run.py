"""``mtadgat run``"""

from __future__ import annotations

import click

from mtadgat.cli.options import command
from mtadgat.workflows.requests import RunRequest


def _work(request: RunRequest) -> None:
    from mtadgat.cli.progress import terminal_progress
    from mtadgat.cli.summaries import job
    from mtadgat.integrations.mlflow import MlflowTracking
    from mtadgat.workflows.run import run as work

    with terminal_progress() as progress:
        result = work(request, MlflowTracking(), progress)
    click.echo(job(result))


run = command(RunRequest, _work)
