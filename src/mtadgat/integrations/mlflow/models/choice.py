"""Choice: which logged model a command uses.

The first of these that the command names: a model URI; a run, whose model is used; a registered model, whose champion
is used. Where it names none of them: the champion of the registered model that is named after the data set, else the
model of the latest finished training run on the data set.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from mlflow import MlflowClient
from mlflow.entities import Run
from mlflow.exceptions import MlflowException

from mtadgat.config import ModelConfig
from mtadgat.errors import ModelNotFoundError
from mtadgat.integrations.mlflow.models.registry import CHAMPION, champion, registered_names
from mtadgat.integrations.mlflow.run_lookup import children, runs_by_id_or_name, training_runs
from mtadgat.integrations.mlflow.service import fail_fast, is_not_found, service
from mtadgat.tracking import names
from mtadgat.tracking.protocols import RunLabel

MAX_RUNS_OF_A_NAME = 5
"""Of the runs that share a name, how many of the latest are searched for a model."""
MAX_LISTED_RUNS = 5
"""How many runs an error lists."""


class ModelChoice(NamedTuple):
    """The URI of the model to use, and the reason for the choice, to be read by people."""

    uri: str
    reason: str


def choose(config: ModelConfig, label: RunLabel) -> ModelChoice:
    """Choose the model to use.

    Args:
        config: what the command names, if anything.
        label: data set and entity, which decide where the command names nothing.

    Raises:
        ModelNotFoundError: no model matches.
        ServiceError: the server or registry does not answer.
    """
    if config.model is not None:
        return _named(config.model)
    if config.run is not None:
        return _of_run(config.run, label)
    name = config.registered_model or label.subject
    version = champion(name)
    if version is not None:
        return ModelChoice(f"models:/{name}/{version.version}", f"version {version.version} of {name}, its {CHAMPION}")
    if config.registered_model is not None:
        raise ModelNotFoundError(
            f"a {CHAMPION} of the registered model {name}",
            _registered_models(),
            f"Train with --register {name}, or set the alias {CHAMPION} in the registry.",
        )
    return _latest(label, 1)


def missing_model(expected: str, registry: bool = False) -> ModelNotFoundError:
    """Return the error for a model that does not exist: it lists those that do.

    Args:
        expected: the model that was looked for, as a noun phrase.
        registry: whether it was looked for among the registered models.
    """
    return ModelNotFoundError(
        expected,
        _registered_models() if registry else _training_runs(),
        "Train one with `mtadgat train`, or name another with --model, --run or --dataset.",
    )


def _registered_models() -> str:
    return f"registered models: {', '.join(registered_names()) or 'none'}"


def _training_runs() -> str:
    runs = [f"{_title(run)} of {_subject(run)}" for run in training_runs(MAX_LISTED_RUNS)]
    return f"latest finished training runs: {', '.join(runs) or 'none'}"


def _named(uri: str) -> ModelChoice:
    match = re.fullmatch(r"models:/([^/@]+)(?:@(.+)|/(\d+))", uri)
    if match is None:
        return ModelChoice(uri, "named by --model")
    name, alias, version = match.groups()
    client = MlflowClient()
    with service(f"look up {uri}", registry=True), fail_fast():
        try:
            found = (
                client.get_model_version_by_alias(name, alias) if alias else client.get_model_version(name, version)
            )
            version = found.version
        except MlflowException as error:
            if not is_not_found(error):
                raise
            version = None
    if version is None:
        raise missing_model(f"a model at {uri}", registry=True)
    reason = f"version {version} of {name}, {f'its {alias}, ' if alias else ''}named by --model"
    return ModelChoice(f"models:/{name}/{version}", reason)


def _of_run(run_option: str, label: RunLabel) -> ModelChoice:
    if re.fullmatch(r"-[1-9]\d*", run_option):
        return _latest(label, -int(run_option))
    # The run of `mtadgat run` has no model of its own: the runs nested in it do.
    for run in runs_by_id_or_name(run_option, MAX_RUNS_OF_A_NAME):
        for candidate in [run, *children(run)]:
            if names.TAG_MODEL_URI in candidate.data.tags:
                return ModelChoice(
                    candidate.data.tags[names.TAG_MODEL_URI], f"the model of run {_title(candidate)}, named by --run"
                )
    raise missing_model(f"a run with a model whose name or id is {run_option}")


def _latest(label: RunLabel, rank: int) -> ModelChoice:
    runs = training_runs(rank, subject=label.subject)
    expected = f"the latest finished training run of {label.subject}"
    if rank > 1:
        expected = f"finished training run {rank} (counted from the latest) of {label.subject}"
    if len(runs) < rank:
        raise missing_model(expected)
    run = runs[rank - 1]
    return ModelChoice(run.data.tags[names.TAG_MODEL_URI], f"the model of {expected}, {_title(run)}")


def _title(run: Run) -> str:
    return f"{run.info.run_name} ({run.info.run_id})"


def _subject(run: Run) -> str:
    return str(run.data.tags.get(names.TAG_SUBJECT, "unknown data"))
