"""``mtadgat hyperopt``"""

from __future__ import annotations

import click

from mtadgat.cli.options import command
from mtadgat.workflows.requests import HyperoptRequest


def _work(request: HyperoptRequest) -> None:
    from mtadgat.cli.trials import search_summary, trials_progress
    from mtadgat.integrations.mlflow.searches import MlflowSearchTracking
    from mtadgat.workflows.hyperopt import hyperopt as work

    with trials_progress() as progress:
        result = work(request, MlflowSearchTracking(), progress)
    click.echo(search_summary(result))


hyperopt = command(HyperoptRequest, _work)
