"""Environment: the libraries that are stored with a logged model."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

import fsspec
import mlflow
import yaml

from mtadgat.errors import ConfigError

LIBRARIES = ("mlflow", "numpy", "pandas", "safetensors", "scipy", "torch")
"""What scoring needs, and no more: a served model is small and starts fast."""


def requirements(torch_index: str | None = None) -> list[str]:
    """Return pip's lines for what scoring needs, in the versions that are installed here.

    A build of torch for one kind of machine, such as ``2.13.0+cpu``, is not on the package index, where the same
    version brings gigabytes of CUDA to Linux. So it is listed by its plain version, which every machine can install,
    unless its own index is known.

    Args:
        torch_index: URL of a package index that has this build of torch; it is listed too.
    """
    versions = {name: version(name) for name in LIBRARIES if name != "mlflow"}
    # A runtime of Databricks has mlflow-skinny, the same version without what a server needs.
    versions["mlflow"] = mlflow.__version__
    if torch_index is None:
        versions["torch"] = versions["torch"].partition("+")[0]
    index = [] if torch_index is None else [f"--extra-index-url {torch_index}"]
    return index + [f"{name}=={versions[name]}" for name in LIBRARIES]


def conda_environment(path: str) -> dict[str, Any]:
    """Read a conda.yaml.

    Args:
        path: path or URL.

    Raises:
        ConfigError: the file cannot be read, or is not a conda.yaml.
    """
    try:
        with fsspec.open(path, "rt", encoding="utf-8") as file:
            content = yaml.safe_load(file)
    except Exception as error:  # each kind of storage has its own errors
        raise ConfigError([f"conda-env: expected a conda.yaml that can be read, got {path}: {error}"]) from error
    if not isinstance(content, dict) or not isinstance(content.get("dependencies"), list):
        raise ConfigError([f"conda-env: expected a conda.yaml with `dependencies`, got other content in {path}"])
    return content
