"""Requests held against the dataclasses of databricks-sdk: unknown keys, wrong types and unknown words are faults."""

from __future__ import annotations

import dataclasses
import enum
import typing

from databricks.sdk.service import compute, jobs, serving

MLFLOW_KEYS = {"ENV_MANAGER", "SYNCHRONOUS", "DOCKER_ARGS", "STORAGE_DIR", "build_image", "docker_auth"}
"""Keys of its own that the MLflow client leaves in the cluster specification; the Jobs API ignores them."""


def faults(kind: type, value: object, path: str) -> list[str]:
    """Return one sentence for everything in a JSON value that a databricks-sdk type does not hold."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Union:
        return [] if value is None else faults(inner[0], value, path)
    if origin is list:
        return _each(value, list, path, lambda items: (faults(inner[0], item, f"{path}[{i}]") for i, item in items))
    if origin is dict:
        return _each(value, dict, path, lambda items: (faults(inner[1], item, f"{path}.{key}") for key, item in items))
    if dataclasses.is_dataclass(kind):
        return _record_faults(kind, value, path)
    if isinstance(kind, enum.EnumMeta):
        words = [member.value for member in kind]
        return [] if value in words else [f"{path}: {value!r} is none of {', '.join(words)}"]
    right = type(value) is kind or (kind is float and type(value) is int)
    return [] if kind is typing.Any or right else [f"{path}: expected {kind.__name__}, got {value!r}"]


def _each(value: object, kind: type, path: str, check: typing.Callable) -> list[str]:
    if not isinstance(value, kind):
        return [f"{path}: expected a {kind.__name__}, got {value!r}"]
    items = value.items() if isinstance(value, dict) else enumerate(typing.cast(list, value))
    return [fault for found in check(items) for fault in found]


def _record_faults(kind: type, value: object, path: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{path}: expected an object, got {value!r}"]
    module = __import__(kind.__module__, fromlist=["_"])
    # Both namespaces: a field that is called `compute` would hide the module of that name.
    hints = typing.get_type_hints(kind, vars(module), vars(module))
    found = [f"{path}.{key}: no such field of {kind.__name__}" for key in value if key not in hints]
    for field in dataclasses.fields(kind):
        required = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        if field.name in value:
            found += faults(hints[field.name], value[field.name], f"{path}.{field.name}")
        elif required:
            found.append(f"{path}.{field.name}: required")
    return found


def cluster_faults(cluster: object) -> list[str]:
    """Return what the Jobs API refuses in the specification of a new cluster."""
    if not isinstance(cluster, dict):
        return [f"new_cluster: expected an object, got {cluster!r}"]
    known = {key: value for key, value in cluster.items() if key not in MLFLOW_KEYS}
    found = faults(compute.ClusterSpec, known, "new_cluster")
    if not known.get("spark_version"):
        found.append("new_cluster.spark_version: required")
    if not (known.get("node_type_id") or known.get("instance_pool_id")):
        found.append("new_cluster: node_type_id or instance_pool_id is required")
    found += _single_node_faults(known) if known.get("is_single_node") else _worker_faults(known)
    if known.get("use_ml_runtime") and known.get("kind") != "CLASSIC_PREVIEW":
        found.append("new_cluster.use_ml_runtime: only with kind CLASSIC_PREVIEW")
    if known.get("autotermination_minutes"):
        found.append("new_cluster.autotermination_minutes: not for job clusters")
    return found


def _single_node_faults(cluster: dict) -> list[str]:
    found = []
    if cluster.get("kind") != "CLASSIC_PREVIEW":
        found.append("new_cluster.is_single_node: only with kind CLASSIC_PREVIEW")
    if cluster.get("num_workers") or "autoscale" in cluster:
        found.append("new_cluster: is_single_node with workers")
    return found


def _worker_faults(cluster: dict) -> list[str]:
    found = []
    if ("num_workers" in cluster) == ("autoscale" in cluster):
        found.append("new_cluster: exactly one of num_workers and autoscale is required")
    if cluster.get("num_workers") == 0:
        confs = cluster.get("spark_conf") or {}
        single = confs.get("spark.databricks.cluster.profile") == "singleNode"
        tagged = (cluster.get("custom_tags") or {}).get("ResourceClass") == "SingleNode"
        if not (single and tagged and str(confs.get("spark.master", "")).startswith("local[")):
            found.append("new_cluster: num_workers is 0 without the Spark confs and tag of a single node")
    return found


def submit_faults(body: object) -> list[str]:
    """Return what the Jobs API 2.0 refuses in the body of ``runs/submit`` for a single Python task."""
    if not isinstance(body, dict):
        return [f"body: expected an object, got {body!r}"]
    task = {key: value for key, value in body.items() if key not in ("run_name", "new_cluster")}
    found = faults(jobs.SubmitTask, {"task_key": "main", **task}, "body")
    if not isinstance(body.get("run_name"), str):
        found.append("body.run_name: expected a text")
    if "new_cluster" in body:
        found += cluster_faults(body["new_cluster"])
    else:
        found.append("body.new_cluster: required")
    if "spark_python_task" not in body:
        found.append("body: expected one task, a spark_python_task")
    for library in body.get("libraries") or []:
        if len(library) != 1:
            found.append(f"body.libraries: expected one kind for each, got {library!r}")
    return found


def job_faults(job: object) -> list[str]:
    """Return what the Jobs API 2.2 refuses in the settings of a job whose tasks run wheels."""
    found = faults(jobs.JobSettings, job, "job")
    if found or not isinstance(job, dict):
        return found
    clusters = {cluster["job_cluster_key"]: cluster["new_cluster"] for cluster in job.get("job_clusters", [])}
    environments = {each["environment_key"]: each["spec"] for each in job.get("environments", [])}
    for cluster in clusters.values():
        found += cluster_faults(cluster)
    for key, spec in environments.items():
        if ("environment_version" in spec) == ("base_environment" in spec):
            found.append(f"job: environment {key} needs exactly one of environment_version and base_environment")
    for task in job["tasks"]:
        loop = task.get("for_each_task")
        found += _compute_faults(loop["task"] if loop else task, clusters, environments)
    return found


def _compute_faults(task: dict, clusters: dict, environments: dict) -> list[str]:
    given = {key: task[key] for key in ("job_cluster_key", "environment_key") if task.get(key)}
    if len(given) != 1:
        return [f"task {task['task_key']}: exactly one of job_cluster_key and environment_key is required"]
    found = []
    known = {"job_cluster_key": ("job cluster", clusters), "environment_key": ("environment", environments)}
    for key, name in given.items():
        what, defined = known[key]
        if name not in defined:
            found.append(f"task {task['task_key']}: {what} {name} is not defined")
    if "environment_key" in given and task.get("libraries"):
        found.append(f"task {task['task_key']}: libraries: not with an environment, which has dependencies")
    return found


def endpoint_faults(endpoint: object) -> list[str]:
    """Return what the serving API refuses in a new endpoint."""
    if not isinstance(endpoint, dict) or not isinstance(endpoint.get("config"), dict):
        return [f"endpoint: expected a name and a config, got {endpoint!r}"]
    config = {"name": endpoint.get("name"), **endpoint["config"]}  # databricks-sdk repeats the name in the address
    found = faults(serving.EndpointCoreConfigInput, config, "endpoint.config")
    for served in endpoint["config"].get("served_entities", []):
        if not {"entity_name", "entity_version"} <= served.keys():
            found.append(f"endpoint: expected a model and its version, got {served!r}")
        if served.get("workload_size") not in ("Small", "Medium", "Large"):
            found.append(f"endpoint: workload_size {served.get('workload_size')!r} is none of Small, Medium, Large")
    return found
