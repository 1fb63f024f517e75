"""Runs: those of this project, found by their tags over all experiments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mlflow import MlflowClient
from mlflow.entities import Run
from mlflow.exceptions import MlflowException

from mtadgat.integrations.mlflow.service import fail_fast, is_not_found, service
from mtadgat.tracking import names

EXPERIMENTS_AT_ONCE = 100
"""How many experiments one search names: servers bound the size of a request."""


def training_runs(most: int, **known: str) -> list[Run]:
    """Return the latest finished runs that trained a model, newest first.

    Args:
        most: how many.
        known: what is known of them, see `finished_runs`.
    """
    return finished_runs(most, names.TRAINING_COMMANDS, **known)


def finished_runs(most: int, commands: Iterable[str], **known: str) -> list[Run]:
    """Return the latest finished runs that name a model, newest first.

    Args:
        most: how many.
        commands: which commands opened them.
        known: what is known of them: ``subject``, ``model_uri`` or ``model_id``.

    Raises:
        ServiceError: the tracking server does not answer.
    """
    conditions = [f"attributes.status = 'FINISHED' AND tags.`{names.TAG_MODEL_URI}` != ''"]
    conditions += [f"{_FIELDS[field]} = {_quoted(value)}" for field, value in known.items()]
    found = [
        run
        for command in sorted(commands)
        for run in _search(" AND ".join([*conditions, f"tags.`{names.TAG_COMMAND}` = '{command}'"]), most)
    ]
    return _newest(found, most)


def runs_by_name(most: int, name: str) -> list[Run]:
    """Return the latest runs of this project that have a name, newest first, finished or not.

    Raises:
        ServiceError: the tracking server does not answer.
    """
    return _newest(_search(f"attributes.run_name = {_quoted(name)} AND tags.`{names.TAG_COMMAND}` != ''", most), most)


def run_by_id(run_id: str) -> list[Run]:
    """Return the run of this id, or nothing.

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
    """Return the runs that are nested in a run and name a model, newest first."""
    with service(f"look up the runs in {run.info.run_id}"), fail_fast():
        condition = f"tags.`mlflow.parentRunId` = '{run.info.run_id}' AND tags.`{names.TAG_MODEL_URI}` != ''"
        return list(MlflowClient().search_runs([run.info.experiment_id], condition, order_by=_ORDER))


_ORDER = ["attributes.start_time DESC"]
_FIELDS = {
    "subject": f"tags.`{names.TAG_SUBJECT}`",
    "model_uri": f"tags.`{names.TAG_MODEL_URI}`",
    "model_id": f"tags.`{names.TAG_MODEL_ID}`",
}


def _search(condition: str, most: int) -> list[Run]:
    client = MlflowClient()
    with service("search the runs"), fail_fast():
        return [
            run
            for experiments in _experiments(client)
            for run in client.search_runs(experiments, condition, max_results=most, order_by=_ORDER)
        ]


def _newest(runs: list[Run], most: int) -> list[Run]:
    return sorted(runs, key=lambda run: int(run.info.start_time), reverse=True)[:most]


def _experiments(client: MlflowClient) -> Iterator[list[str]]:
    token: str | None = None
    while True:
        page = client.search_experiments(max_results=EXPERIMENTS_AT_ONCE, page_token=token)
        if page:
            yield [experiment.experiment_id for experiment in page]
        token = page.token
        if not token:
            return


def _quoted(value: str) -> str:
    # MLflow's filters know no escapes: a value may hold one kind of quotes.
    quote = '"' if "'" in value else "'"
    return f"{quote}{value.replace(quote, '_')}{quote}"
