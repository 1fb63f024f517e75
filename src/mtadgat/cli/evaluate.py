"""``mtadgat evaluate``"""

from __future__ import annotations

import click

from mtadgat.cli.options import command
from mtadgat.workflows.requests import EvaluateRequest


def _work(request: EvaluateRequest) -> None:
    from mtadgat.cli.progress import terminal_progress
    from mtadgat.cli.summaries import evaluation
    from mtadgat.integrations.mlflow import MlflowTracking
    from mtadgat.workflows.evaluate import evaluate as work

    with terminal_progress() as progress:
        result = work(request, MlflowTracking(), progress)
    click.echo(evaluation(result))


evaluate = command(EvaluateRequest, _work)
