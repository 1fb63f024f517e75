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

LARGE_MEGABYTES = 100


@click.command()
@click.option("--experiment", envvar="MLFLOW_EXPERIMENT_NAME", help="Experiment that runs shall go to.")
@click.option("--fpath", help="Data that shall be read, file, folder or URL.")
@click.option("--cluster", help="Cluster file for --backend-config.")
@click.pass_context
def doctor(context: click.Context, experiment: str | None, fpath: str | None, cluster: str | None) -> None:
    """Check host, token, tracking, experiment, data and cluster file before a job is sent to Databricks."""
    wrong = 0
    for finding in _findings(experiment, fpath, cluster):
        wrong += not finding.ok
        click.echo(f"{'ok   ' if finding.ok else 'WRONG'}  {finding.subject:<10}  {finding.words}")
    if wrong:
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
        return True, f"{fpath} is seen by clusters only: not tried"
    from mtadgat.data.storage.location import open_location

    try:
        return True, f"{fpath}: {len(open_location(fpath).files)} files can be listed"
    except MtadGatError as error:
        return False, str(error)


def _cluster(file: str) -> tuple[bool, str]:
    from mtadgat.integrations.databricks.cluster_file import cluster_file_faults

    faults = cluster_file_faults(file)
    return not faults, f"{file} {'; '.join(faults)}" if faults else f"{file} can be sent"


def _project(folder: Path) -> tuple[bool, str]:
    """Weigh what MLflow uploads: everything in the project's folder but ``mlruns``."""
    sizes: dict[str, int] = {}
    for file in folder.rglob("*"):
        first = file.relative_to(folder).parts[0]
        if file.is_file() and not file.is_symlink() and first != "mlruns":
            sizes[first] = sizes.get(first, 0) + file.stat().st_size
    megabytes = sum(sizes.values()) / 1e6
    if megabytes < LARGE_MEGABYTES:
        return True, f"{megabytes:.0f} MB are uploaded with each run"
    most = ", ".join(f"{name} {sizes[name] / 1e6:.0f} MB" for name in sorted(sizes, key=sizes.__getitem__)[:-4:-1])
    return False, f"{megabytes:.0f} MB are uploaded with each run ({most}): run from a clean clone"
