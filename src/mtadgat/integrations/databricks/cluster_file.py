"""Cluster file: the JSON that ``mlflow run --backend-config`` sends, checked before it is sent."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

MIN_RUNTIME = 15
"""The first major version of the Databricks Runtime with Python 3.11."""


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
    return _unknown_fields(content) + _runtime(content) + _size(content)


def _unknown_fields(content: dict[str, Any]) -> list[str]:
    from databricks.sdk.service.compute import ClusterSpec

    fields = {field.name for field in dataclasses.fields(ClusterSpec)}
    return [f"{name}: the Jobs API has no such field" for name in content if name not in fields]


def _runtime(content: dict[str, Any]) -> list[str]:
    version = str(content.get("spark_version", ""))
    major = re.match(r"(\d+)\.", version)
    if major is None:
        return [f"spark_version: expected a runtime such as 17.3.x-cpu-ml-scala2.13, got {version!r}"]
    if int(major[1]) < MIN_RUNTIME:
        return [f"spark_version: expected {MIN_RUNTIME}.4 or later, which have Python 3.11, got {version}"]
    return []


def _size(content: dict[str, Any]) -> list[str]:
    faults = []
    if not content.keys() & {"node_type_id", "instance_pool_id"}:
        faults.append("node_type_id: missing")
    if len(content.keys() & {"num_workers", "autoscale"}) != 1:
        faults.append("expected one of num_workers and autoscale")
    single = (content.get("spark_conf") or {}).get("spark.databricks.cluster.profile") == "singleNode"
    if content.get("num_workers") == 0 and not single:
        faults.append("num_workers: 0 needs spark_conf spark.databricks.cluster.profile=singleNode")
    return faults
