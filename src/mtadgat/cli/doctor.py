"""``mtadgat doctor``"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mtadgat.errors import MtadGatError

if TYPE_CHECKING:
    from mtadgat.integrations.databricks.workspace_checks import Finding

MAX_UPLOAD_MEGABYTES = 100
"""A larger project takes too long to upload with each run."""


@click.command()
@click.option("--experiment", envvar="MLFLOW_EXPERIMENT_NAME", help="Experiment in which runs will be recorded.")
@click.option("--fpath", help="Data to read: file, folder, URL or table.")
@click.option("--cluster", help="Cluster file for --backend-config.")
@click.pass_context
def doctor(context: click.Context, experiment: str | None, fpath: str | None, cluster: str | None) -> None:
    """Check host, token, tracking, experiment, data and cluster file before sending a job to Databricks."""
    failures = 0
    for finding in _findings(experiment, fpath, cluster):
        failures += not finding.ok
        click.echo(f"{'ok   ' if finding.ok else 'WRONG'}  {finding.subject:<10}  {finding.message}")
    if failures:
        context.exit(1)


def _findings(experiment: str | None, fpath: str | None, cluster: str | None) -> Iterator[Finding]:
    from mtadgat.integrations.databricks.workspace_checks import Finding, workspace_findings

    yield from workspace_findings(experiment)
    if fpath is not None:
        yield Finding("data", *_data(fpath))
    if cluster is not None:
        yield Finding("cluster", *_cluster(cluster))
    if Path("MLproject").is_file():
        yield Finding("project", *_project(Path.cwd()))


def _data(fpath: str) -> tuple[bool, str]:
    if fpath.startswith(("/dbfs/", "/Volumes/", "dbfs:/")) and "DATABRICKS_RUNTIME_VERSION" not in os.environ:
        return True, f"{fpath} can be read on clusters only: not checked"
    from mtadgat.data.storage.location import has_delta_log, open_location
    from mtadgat.data.storage.table_store import table_name

    if table_name(fpath) is not None:
        return True, f"{fpath} is a table, which Spark reads on clusters: not checked"
    try:
        if has_delta_log(fpath):
            return True, f"{fpath} is a Delta table"
        return True, f"{fpath}: {len(open_location(fpath).files)} files can be listed"
    except MtadGatError as error:
        return False, str(error)


def _cluster(file: str) -> tuple[bool, str]:
    from mtadgat.integrations.databricks.cluster_file import cluster_file_faults

    faults = cluster_file_faults(file)
    return not faults, f"{file} {'; '.join(faults)}" if faults else f"{file} can be sent"


def _project(folder: Path) -> tuple[bool, str]:
    """Measure what MLflow uploads: everything in the project's folder except ``mlruns``."""
    sizes: dict[str, int] = {}
    for file in folder.rglob("*"):
        entry = file.relative_to(folder).parts[0]
        if file.is_file() and not file.is_symlink() and entry != "mlruns":
            sizes[entry] = sizes.get(entry, 0) + file.stat().st_size
    megabytes = sum(sizes.values()) / 1e6
    if megabytes < MAX_UPLOAD_MEGABYTES:
        return True, f"{megabytes:.0f} MB are uploaded with each run"
    largest = ", ".join(f"{name} {sizes[name] / 1e6:.0f} MB" for name in sorted(sizes, key=sizes.__getitem__)[:-4:-1])
    return False, f"{megabytes:.0f} MB are uploaded with each run ({largest}): run from a clean clone"
