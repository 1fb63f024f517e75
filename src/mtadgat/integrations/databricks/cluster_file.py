"""Cluster file: the JSON that ``mlflow run --backend-config`` sends, checked before it is sent."""

from __future__ import annotations

import dataclasses
import json
import math
import re
from pathlib import Path
from typing import Any

MIN_RUNTIME = (17, 3)
"""The first long-term runtime whose libraries this project can use: MLflow 3, torch 2.7, numpy 2."""
EXAMPLE_RUNTIME = "18.x-cpu-ml-scala2.13"
"""A runtime to name in errors."""


def cluster_file_faults(file: str) -> list[str]:
    """Return what is wrong with a cluster file, one sentence for each fault; none if a job can be sent with it.

    Args:
        file: path of the JSON file.
    """
    try:
        content = json.loads(Path(file).read_text())
    except OSError as error:
        return [f"cannot be read: {error.strerror}"]
    except ValueError as error:
        return [f"is not valid JSON: {error}"]
    if not isinstance(content, dict):
        return ["is not a JSON object"]
    if "new_cluster" in content or "libraries" in content:
        return [
            "has new_cluster or libraries: MLflow sends the whole file as new_cluster, so keep only what is inside"
        ]
    if "existing_cluster_id" in content:
        return ["names an existing cluster: MLflow starts a new one for each run"]
    return _unknown_fields(content) + _runtime(content) + _nodes(content) + _lifetime(content)


def _unknown_fields(content: dict[str, Any]) -> list[str]:
    from databricks.sdk.service.compute import ClusterSpec

    fields = {field.name for field in dataclasses.fields(ClusterSpec)}
    return [f"{name}: the Jobs API has no such field" for name in content if name not in fields]


def _runtime(content: dict[str, Any]) -> list[str]:
    version = str(content.get("spark_version", ""))
    release = re.match(r"(\d+)\.(\d+|x)\b", version)
    if release is None:
        return [f"spark_version: expected a runtime such as {EXAMPLE_RUNTIME}, got {version!r}"]
    faults = []
    # 18.x is the latest release of 18.
    if (int(release[1]), math.inf if release[2] == "x" else int(release[2])) < MIN_RUNTIME:
        oldest = ".".join(map(str, MIN_RUNTIME))
        faults.append(f"spark_version: expected {oldest} LTS ML or later, such as {EXAMPLE_RUNTIME}, got {version}")
    if "-ml-" not in version and not content.get("use_ml_runtime"):
        faults.append(f"spark_version: expected a runtime for machine learning, which has torch, got {version}")
    return faults


def _nodes(content: dict[str, Any]) -> list[str]:
    faults = []
    if not content.keys() & {"node_type_id", "instance_pool_id"}:
        faults.append("node_type_id: missing")
    faults += _single_node(content) if content.get("is_single_node") else _workers(content)
    return faults


def _single_node(content: dict[str, Any]) -> list[str]:
    faults = []
    if content.get("kind") != "CLASSIC_PREVIEW":
        faults.append("is_single_node: needs kind=CLASSIC_PREVIEW beside it")
    if content.get("num_workers") or "autoscale" in content:
        faults.append("is_single_node: a single node has no workers, leave out num_workers and autoscale")
    return faults


def _workers(content: dict[str, Any]) -> list[str]:
    conf = content.get("spark_conf") or {}
    faults = []
    if len(content.keys() & {"num_workers", "autoscale"}) != 1:
        faults.append("expected one of is_single_node, num_workers and autoscale")
    if content.get("num_workers") == 0 and conf.get("spark.databricks.cluster.profile") != "singleNode":
        faults.append("num_workers: for a single node write kind=CLASSIC_PREVIEW and is_single_node=true instead of 0")
    if "autoscale" in content and "spark.task.cpus" in conf:
        faults.append(
            "autoscale: a search counts the workers when it starts, so give a fixed num_workers beside spark.task.cpus"
        )
    return faults


def _lifetime(content: dict[str, Any]) -> list[str]:
    if content.get("autotermination_minutes"):
        return ["autotermination_minutes: leave it out, the cluster of a job ends with the job"]
    return []
