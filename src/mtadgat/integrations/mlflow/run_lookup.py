"""Run lookup: the runs of this project by tag, name or id, in all experiments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mlflow import MlflowClient
from mlflow.entities import Run
from mlflow.exceptions import MlflowException

from mtadgat.integrations.mlflow.service import fail_fast, is_not_found, service
from mtadgat.tracking import names

MAX_EXPERIMENTS_PER_SEARCH = 100
"""How many experiments one search names: servers limit the size of a request."""
RUN_ID = re.compile(r"[0-9a-f]{32}")


def training_runs(max_runs: int, **tags: str) -> list[Run]:
    """Return the latest finished runs that trained a model, newest first.

    Args:
        max_runs: how many to return at most.
        tags: values that their tags have, see `finished_runs`.

    Raises:
        ServiceError: the tracking server does not answer.
    """
    return finished_runs(max_runs, names.TRAINING_COMMANDS, **tags)


def finished_runs(max_runs: int, commands: Iterable[str], **tags: str) -> list[Run]:
    """Return the latest finished runs that name a model, newest first.

    Args:
        max_runs: how many to return at most.
        commands: the commands that opened them.
        tags: values that their tags have: ``subject``, ``model_uri`` or ``model_id``.

    Raises:
        ServiceError: the tracking server does not answer.
    """
    conditions = [f"attributes.status = 'FINISHED' AND tags.`{names.TAG_MODEL_URI}` != ''"]
    conditions += [f"{_FIELDS[tag]} = {_quoted(value)}" for tag, value in tags.items()]
    matches = [
        run
        for command in sorted(commands)
        for run in _search(" AND ".join([*conditions, f"tags.`{names.TAG_COMMAND}` = '{command}'"]), max_runs)
    ]
    return _newest(matches, max_runs)


def runs_by_id_or_name(id_or_name: str, max_runs: int) -> list[Run]:
    """Return the run of an id, or the latest runs of this project of a name, newest first, finished or not.

    Args:
        id_or_name: what looks like an id is one.
        max_runs: how many runs of a name to return at most.

    Raises:
        ServiceError: the tracking server does not answer.
    """
    if RUN_ID.fullmatch(id_or_name):
        return run_by_id(id_or_name)
    condition = f"attributes.run_name = {_quoted(id_or_name)} AND tags.`{names.TAG_COMMAND}` != ''"
    return _newest(_search(condition, max_runs), max_runs)


def run_by_id(run_id: str) -> list[Run]:
    """Return the run of an id in a list, which is empty where there is no such run.

    Raises:
        ServiceError: the tracking server does not answer.
    """
    with service(f"look up run {run_id}"), fail_fast():
        try:
            return [MlflowClient().get_run(run_id)]
        except MlflowException as error:
            if is_not_found(error):
                return []
            raise


def children(run: Run) -> list[Run]:
    """Return the runs nested in a run that name a model, newest first.

    Raises:
        ServiceError: the tracking server does not answer.
    """
    with service(f"look up the runs in {run.info.run_id}"), fail_fast():
        condition = f"tags.`mlflow.parentRunId` = '{run.info.run_id}' AND tags.`{names.TAG_MODEL_URI}` != ''"
        return list(MlflowClient().search_runs([run.info.experiment_id], condition, order_by=_ORDER))


_ORDER = ["attributes.start_time DESC"]
_FIELDS = {
    "subject": f"tags.`{names.TAG_SUBJECT}`",
    "model_uri": f"tags.`{names.TAG_MODEL_URI}`",
    "model_id": f"tags.`{names.TAG_MODEL_ID}`",
}


def _search(condition: str, max_runs: int) -> list[Run]:
    client = MlflowClient()
    with service("search the runs"), fail_fast():
        return [
            run
            for experiments in _experiments(client)
            for run in client.search_runs(experiments, condition, max_results=max_runs, order_by=_ORDER)
        ]


def _newest(runs: list[Run], max_runs: int) -> list[Run]:
    return sorted(runs, key=lambda run: int(run.info.start_time), reverse=True)[:max_runs]


def _experiments(client: MlflowClient) -> Iterator[list[str]]:
    token: str | None = None
    while True:
        page = client.search_experiments(max_results=MAX_EXPERIMENTS_PER_SEARCH, page_token=token)
        if page:
            yield [experiment.experiment_id for experiment in page]
        token = page.token
        if not token:
            return


def _quoted(value: str) -> str:
    # MLflow's filters have no escapes: a value may hold one kind of quotes.
    quote = '"' if "'" in value else "'"
    return f"{quote}{value.replace(quote, '_')}{quote}"
