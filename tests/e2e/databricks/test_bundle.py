"""The bundle's jobs are jobs that the Jobs API takes, and run commands and options that exist."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from databricks.sdk.service.jobs import JobSettings

from checkout import ROOT
from mtadgat.cli import main
from workspace.strict import cluster_faults, faults

BUNDLE = yaml.safe_load((ROOT / "scripts" / "databricks" / "databricks.yml").read_text())
JOBS = BUNDLE["resources"]["jobs"]


@pytest.mark.parametrize("name", JOBS)
def test_the_jobs_api_takes_it(name: str) -> None:
    assert faults(JobSettings, JOBS[name], name) == []
    for cluster in JOBS[name]["job_clusters"]:
        assert cluster_faults(cluster["new_cluster"]) == []


def test_the_jobs_are_the_entry_points_of_the_project() -> None:
    assert set(JOBS) == set(yaml.safe_load((ROOT / "MLproject").read_text())["entry_points"])


@pytest.mark.parametrize("name", JOBS)
def test_its_command_and_options_exist(name: str) -> None:
    (task,) = JOBS[name]["tasks"]
    command, *words = task["python_wheel_task"]["parameters"]
    options = {word for option in main.commands[command].params for word in option.opts}
    assert {word for word in words if word.startswith("--")} <= options
    known = {parameter["name"] for parameter in JOBS[name]["parameters"]}
    assert set(re.findall(r"job\.parameters\.(\w+)", " ".join(words))) <= known
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    assert task["python_wheel_task"]["entry_point"] in scripts


@pytest.mark.slow
def test_its_build_command_makes_a_wheel_that_holds_the_whole_package(checkout: Path) -> None:
    ended = subprocess.run(
        ["bash", "-c", BUNDLE["artifacts"]["wheel"]["build"]],
        cwd=checkout,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    (wheel,) = (checkout / "dist").glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    sources = {str(file.relative_to(checkout / "src")) for file in (checkout / "src").rglob("*.py")}
    assert sources <= names
