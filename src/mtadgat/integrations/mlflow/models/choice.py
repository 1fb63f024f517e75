"""Choice: which model is meant, and where it lies.

A model URI is taken as it is; else a run that is named; else the champion of a registered model; else the model of
the latest finished training run of the data set.
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
from mtadgat.integrations.mlflow.run_lookup import children, run_by_id, runs_by_name, training_runs
from mtadgat.integrations.mlflow.service import fail_fast, is_not_found, service
from mtadgat.tracking import names
from mtadgat.tracking.protocols import RunLabel

LISTED = 5
"""How many runs a message names."""


class Choice(NamedTuple):
    """Where the model lies, and why this one, in words."""

    uri: str
    reason: str


def choose(wanted: ModelConfig, label: RunLabel) -> Choice:
    """Find out which model is meant.

    Raises:
        ModelNotFoundError: nothing answers to the choice.
        ServiceError: the server or registry does not answer.
    """
    if wanted.model is not None:
        return _named(wanted.model)
    if wanted.run is not None:
        return _of_run(wanted.run, label)
    name = wanted.registered_model or label.subject
    found = champion(name)
    if found is not None:
        return Choice(f"models:/{name}/{found.version}", f"version {found.version} of {name}, its {CHAMPION}")
    if wanted.registered_model is not None:
        raise ModelNotFoundError(
            f"a {CHAMPION} of the registered model {name}",
            f"registered models: {', '.join(registered_names()) or 'none'}",
            f"Train with --register {name}, or set the alias {CHAMPION} in the registry.",
        )
    return _latest(label, 1)


def missing_model(expected: str, registry: bool = False) -> ModelNotFoundError:
    """Return the error for a model that is not there: it lists what is there.

    Args:
        expected: what was looked for.
        registry: whether it was looked for among the registered models.
    """
    if registry:
        there = f"registered models: {', '.join(registered_names()) or 'none'}"
    else:
        runs = [f"{_called(run)} of {_subject(run)}" for run in training_runs(LISTED)]
        there = f"latest finished training runs: {', '.join(runs) or 'none'}"
    return ModelNotFoundError(
        expected, there, "Train one with `mtadgat train`, or name another with --model, --run or --dataset."
    )


def _named(uri: str) -> Choice:
    alias = re.fullmatch(r"models:/([^/@]+)@(.+)", uri)
    if alias is None:
        return Choice(uri, "named by --model")
    name, word = alias.groups()
    with service(f"look up {uri}", registry=True), fail_fast():
        try:
            version = MlflowClient().get_model_version_by_alias(name, word).version
        except MlflowException as error:
            if not is_not_found(error):
                raise
            version = None
    if version is None:
        raise missing_model(f"a model at {uri}", registry=True)
    return Choice(f"models:/{name}/{version}", f"version {version} of {name}, its {word}, named by --model")


def _of_run(wanted: str, label: RunLabel) -> Choice:
    if re.fullmatch(r"-[1-9]\d*", wanted):
        return _latest(label, -int(wanted))
    runs = run_by_id(wanted) if re.fullmatch(r"[0-9a-f]{32}", wanted) else runs_by_name(LISTED, wanted)
    # The run of `mtadgat run` has no model itself: those in it do.
    for run in runs:
        for known in [run, *children(run)]:
            if names.TAG_MODEL_URI in known.data.tags:
                return Choice(
                    known.data.tags[names.TAG_MODEL_URI], f"the model of run {_called(known)}, named by --run"
                )
    raise missing_model(f"a run with a model whose name or id is {wanted}")


def _latest(label: RunLabel, place: int) -> Choice:
    found = training_runs(place, subject=label.subject)
    expected = f"the latest finished training run of {label.subject}"
    if place > 1:
        expected += f" but {place - 1}"
    if len(found) < place:
        raise missing_model(expected)
    run = found[place - 1]
    return Choice(run.data.tags[names.TAG_MODEL_URI], f"of {expected}, {_called(run)}")


def _called(run: Run) -> str:
    return f"{run.info.run_name} ({run.info.run_id})"


def _subject(run: Run) -> str:
    return str(run.data.tags.get(names.TAG_SUBJECT, "unknown data"))
