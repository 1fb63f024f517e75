"""pyproject.toml says which libraries the project needs, at least and exactly; every other list agrees with it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from checkout import ROOT
from mtadgat.data.storage.filesystem import ADLFS_OF_RUNTIMES

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
MINIMUM = PYPROJECT["project"]["dependencies"]
EXTRAS = PYPROJECT["project"]["optional-dependencies"]
PINS = PYPROJECT["dependency-groups"]
RUNTIMES = sorted((ROOT / "envs" / "runtimes").glob("*.txt"))
ON_CLUSTERS = yaml.safe_load((ROOT / "MLproject").read_text())["databricks_spark_job"]["python_libraries"]
NEVER_REPLACED = {"torch", "numpy", "pandas", "pyarrow", "scipy", "scikit-learn", "mlflow", "mlflow-skinny"}


def lines(file: Path) -> list[str]:
    return [line for line in file.read_text().splitlines() if line and not line.startswith(("#", "-r"))]


def versions(requirements: list[str]) -> dict[str, str]:
    """The version of each library of a list of exact requirements."""
    pinned = [Requirement(line) for line in requirements]
    return {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in pinned}


@pytest.mark.parametrize("group", ["requirements", "azure", "spark", "delta"])
def test_pip_installs_exactly_what_was_tested(group: str) -> None:
    assert lines(ROOT / "envs" / f"{group}.txt") == PINS[group]
    assert all("==" in pin for pin in PINS[group])


def test_conda_installs_what_pip_installs() -> None:
    conda = yaml.safe_load((ROOT / "envs" / "conda.yaml").read_text())
    assert conda["dependencies"][-1]["pip"] == PINS["requirements"]


def test_each_pin_keeps_to_its_minimum_and_none_is_left_out() -> None:
    pins = versions([*PINS["requirements"], *PINS["azure"], *PINS["spark"], *PINS["delta"]])
    pins["mlflow-skinny"] = pins["mlflow"]  # the whole brings it along
    minimum = [Requirement(line) for line in [*MINIMUM, *(line for extra in EXTRAS.values() for line in extra)]]
    assert {canonicalize_name(library.name) for library in minimum} == pins.keys()
    for library in minimum:
        assert library.specifier.contains(pins[canonicalize_name(library.name)]), library


@pytest.mark.parametrize("runtime", RUNTIMES, ids=lambda file: file.stem)
def test_a_runtime_has_all_that_the_wheel_needs(runtime: Path) -> None:
    shipped = versions(lines(runtime))
    for library in map(Requirement, MINIMUM):
        assert library.specifier.contains(shipped[canonicalize_name(library.name)]), library


@pytest.mark.parametrize("runtime", RUNTIMES, ids=lambda file: file.stem)
def test_a_job_installs_only_what_a_runtime_lacks(runtime: Path) -> None:
    assert PINS["cluster"] == ON_CLUSTERS
    added = {canonicalize_name(Requirement(line).name) for line in ON_CLUSTERS}
    assert not added & (versions(lines(runtime)).keys() | NEVER_REPLACED)
    extras = [Requirement(line) for line in [*EXTRAS["search"], *EXTRAS["azure"]]]
    assert added <= {canonicalize_name(extra.name) for extra in extras}
    for extra in extras:
        for line in map(Requirement, ON_CLUSTERS):
            if canonicalize_name(extra.name) == canonicalize_name(line.name):
                assert extra.specifier.contains(str(line.specifier).removeprefix("=="))


def test_a_cluster_without_the_library_for_azure_is_told_the_one_that_jobs_install() -> None:
    assert ADLFS_OF_RUNTIMES in ON_CLUSTERS


def test_the_oldest_versions_are_those_of_the_oldest_runtime() -> None:
    oldest = versions(lines(RUNTIMES[0]))
    for library in map(Requirement, MINIMUM):
        assert str(library.specifier) == f">={oldest[canonicalize_name(library.name)]}"
