"""Registry: versions of a model under one name, and the champion among them."""

from __future__ import annotations

import io
import logging
import re
from contextlib import redirect_stderr
from dataclasses import replace

import mlflow
from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException

from mtadgat.errors import ConfigError
from mtadgat.integrations.mlflow.models.model_files import model_files
from mtadgat.integrations.mlflow.service import fail_fast, is_not_found, service
from mtadgat.tracking.protocols import LoggedModel

log = logging.getLogger(__name__)

CHAMPION = "champion"
"""The alias of the version that is used where no other is named."""
MAX_LISTED_MODELS = 20
"""How many registered models an error lists."""


def check_name(name: str | None) -> None:
    """Refuse a name that cannot be registered, before any work is done.

    Raises:
        ConfigError: it is empty, holds a slash or a colon, or is not ``catalog.schema.model`` in Unity Catalog.
    """
    if name is None:
        return
    if not name.strip() or set(name) & set("/:"):
        raise ConfigError([f"register: expected a name without `/` and `:`, got {name!r}"])
    if _registry_scheme() == "databricks-uc" and not re.fullmatch(r"[^. ]+\.[^. ]+\.[^. ]+", name):
        raise ConfigError(
            [
                f"register: expected catalog.schema.model, as Unity Catalog names models, got {name!r}; "
                "or set MLFLOW_REGISTRY_URI=databricks for the workspace's own registry"
            ]
        )


def register(model: LoggedModel, name: str) -> LoggedModel:
    """Register a logged model as the next version of a name, and make it the champion where the registry has aliases.

    Raises:
        ServiceError: the registry did not answer, or refused.
        MissingExtraError: see `model_files`.
    """
    # MLflow prints its progress to stderr; a failure arrives as an exception.
    with service(f"register the model as {name}", registry=True), model_files(), redirect_stderr(io.StringIO()):
        version = mlflow.register_model(model.uri, name)
        if _keeps_aliases():
            MlflowClient().set_registered_model_alias(name, CHAMPION, version.version)
    if _keeps_aliases():
        log.info("registered as version %s of %s, now its %s", version.version, name, CHAMPION)
    else:
        log.warning("registered; this registry keeps no aliases: ask for --model models:/%s/%s", name, version.version)
    return replace(model, version=str(version.version))


def champion(name: str) -> ModelVersion | None:
    """Return the champion of a name, or None where the name or the alias does not exist.

    Raises:
        ServiceError: the registry did not answer, or refused.
    """
    if not _keeps_aliases():
        return None
    with service(f"look up the {CHAMPION} of {name}", registry=True), fail_fast():
        try:
            return MlflowClient().get_model_version_by_alias(name, CHAMPION)
        except MlflowException as error:
            if is_not_found(error):
                return None
            raise


def registered_names() -> list[str]:
    """Return the first registered models by name, each as in ``demo (champion: 3)``, in Unity Catalog by name alone.

    Raises:
        ServiceError: the registry did not answer, or refused.
    """
    with service("list the registered models", registry=True), fail_fast():
        models = MlflowClient().search_registered_models(max_results=MAX_LISTED_MODELS)
    if _registry_scheme() == "databricks-uc":  # a search there finds no aliases
        return [str(model.name) for model in models]
    return [f"{model.name} ({CHAMPION}: {model.aliases.get(CHAMPION, 'none')})" for model in models]


def _keeps_aliases() -> bool:
    """Whether versions can have aliases: those of a Databricks workspace's own registry cannot."""
    return _registry_scheme() != "databricks"


def _registry_scheme() -> str:
    return str(mlflow.get_registry_uri()).partition(":")[0]
