"""Cluster file: the JSON that ``mlflow run --backend-config`` sends, looked at before it is sent."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

OLDEST_RUNTIME = 15
"""The first major version of the runtime that has Python 3.11."""


def cluster_file_faults(file: str) -> list[str]:
    """Return what is wrong with a cluster file, in words; nothing where a job can be sent with it.

    Args:
        file: path of the JSON file.
    """
    try:
        content = json.loads(Path(file).read_text())
    except OSError as error:
        return [f"cannot be read: {error.strerror}"]
    except ValueError as error:
        return [f"is no JSON: {error}"]
    if not isinstance(content, dict):
        return ["is no JSON object"]
    if "new_cluster" in content or "libraries" in content:
        return ["holds new_cluster or libraries: MLflow sends the whole file as new_cluster, so keep only its inside"]
    if "existing_cluster_id" in content:
        return ["names an existing cluster: MLflow starts a new one for each run"]
    return _unknown(content) + _runtime(content) + _size(content)


def _unknown(content: dict[str, Any]) -> list[str]:
    from databricks.sdk.service.compute import ClusterSpec

    known = {field.name for field in dataclasses.fields(ClusterSpec)}
    return [f"{name}: the Jobs API knows no such field" for name in content if name not in known]


def _runtime(content: dict[str, Any]) -> list[str]:
    version = str(content.get("spark_version", ""))
    found = re.match(r"(\d+)\.", version)
    if found is None:
        return [f"spark_version: expected a runtime such as 17.3.x-cpu-ml-scala2.13, got {version!r}"]
    if int(found[1]) < OLDEST_RUNTIME:
        return [f"spark_version: expected {OLDEST_RUNTIME}.4 or later, which have Python 3.11, got {version}"]
    return []


def _size(content: dict[str, Any]) -> list[str]:
    wrong = []
    if not content.keys() & {"node_type_id", "instance_pool_id"}:
        wrong.append("node_type_id: missing")
    if len(content.keys() & {"num_workers", "autoscale"}) != 1:
        wrong.append("expected one of num_workers and autoscale")
    single = (content.get("spark_conf") or {}).get("spark.databricks.cluster.profile") == "singleNode"
    if content.get("num_workers") == 0 and not single:
        wrong.append("num_workers: 0 needs spark_conf spark.databricks.cluster.profile=singleNode")
    return wrong
