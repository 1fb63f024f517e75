"""MLproject, the environment files and the launcher agree with each other and with the command line."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import venv
from pathlib import Path

import mlflow
import pytest
import yaml

from checkout import ROOT
from mtadgat.cli import main


def test_the_project_has_the_one_form_that_serves_both_backends() -> None:
    project = yaml.safe_load((ROOT / "MLproject").read_text())
    assert not {"python_env", "conda_env", "docker_env"} & project.keys()
    assert set(project["entry_points"]) == {"check", "main", "train", "evaluate", "predict", "hyperopt"}
    for entry in project["entry_points"].values():
        launcher, command = entry["command"].removeprefix("python ").split(" ")
        assert (ROOT / launcher).is_file()
        assert command in main.commands


def test_continuous_integration_calls_the_test_command_of_the_readme() -> None:
    (line,) = [line for line in (ROOT / ".ci" / "run").read_text().splitlines() if "envs/test.txt" in line]
    assert line in (ROOT / "README.md").read_text().splitlines()


def launched(
    *words: str, python: str = sys.executable, folder: Path = ROOT, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run the launcher, in a process that sees this environment but for the path and the runtime."""
    bare = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [python, "launch.py", *words],
        cwd=folder,
        env={**bare, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def library(folder: Path, name: str, version: str) -> None:
    """Make an installed library of a version, as far as its metadata go."""
    (folder / name).mkdir(parents=True)
    (folder / name / "__init__.py").touch()
    metadata = folder / f"{name}-{version}.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The launcher, the sources, and the least versions of two libraries."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "pyproject.toml").write_text('[project]\ndependencies = ["click>=8.1.7", "torch>=2.7"]\n')
    (folder / "launch.py").write_text((ROOT / "launch.py").read_text())
    (folder / "src").symlink_to(ROOT / "src")
    return folder


def test_an_environment_without_our_libraries_is_told_how_to_install_them(tmp_path: Path) -> None:
    venv.create(tmp_path / "bare")
    ended = launched("train", python=str(tmp_path / "bare" / "bin" / "python"))
    assert ended.returncode == 1
    assert re.search(r"expected torch\S*, got none", ended.stderr)
    assert "pip install -r envs/requirements.txt" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_libraries_that_are_too_old_are_told_with_their_versions(project: Path, tmp_path: Path) -> None:
    library(tmp_path / "old", "torch", "2.3.1+cpu")
    ended = launched("train", folder=project, PYTHONPATH=str(tmp_path / "old"))
    assert ended.returncode == 1
    assert "expected torch>=2.7, got 2.3.1+cpu, for " in ended.stderr
    assert "click" not in ended.stderr
    assert "pip install -r envs/requirements.txt" in ended.stderr


def test_the_launcher_starts_where_versions_suffice(project: Path) -> None:
    assert launched("--version", folder=project).returncode == 0


def test_an_old_runtime_is_told_to_be_replaced_and_not_to_be_patched(project: Path, tmp_path: Path) -> None:
    tracking = f"sqlite:///{tmp_path}/m.db"
    client = mlflow.MlflowClient(tracking)
    run_id = client.create_run(client.create_experiment("old")).info.run_id
    library(tmp_path / "old", "torch", "2.3.1+cpu")
    job = {"DATABRICKS_RUNTIME_VERSION": "15.4", "MLFLOW_TRACKING_URI": tracking, "MLFLOW_RUN_ID": run_id}
    ended = launched("train", folder=project, PYTHONPATH=str(tmp_path / "old"), **job)
    assert ended.returncode == 1
    assert "Databricks Runtime 15.4 is too old. Set spark_version in the cluster file to 17.3 LTS ML" in ended.stderr
    assert "pip install" not in ended.stderr
    run = client.get_run(run_id)
    assert run.info.status == "FAILED"
    assert "expected torch>=2.7" in run.data.tags["mtadgat.error"]


def test_a_runtime_without_torch_is_told_to_be_none_for_machine_learning(project: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "bare")
    ended = launched(
        "train",
        python=str(tmp_path / "bare" / "bin" / "python"),
        folder=project,
        DATABRICKS_RUNTIME_VERSION="18.2",
    )
    assert ended.returncode == 1
    assert "Databricks Runtime 18.2 is none for machine learning: only those have torch" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_an_old_python_is_told_in_a_sentence(project: Path) -> None:
    ast.parse((project / "launch.py").read_text(), feature_version=(3, 7))
    started = "import sys; sys.version_info = (3, 10, 1); exec(open('launch.py').read())"
    ended = subprocess.run([sys.executable, "-c", started], cwd=project, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "expected Python 3.11 or later, got 3.10, for" in ended.stderr
    assert "Install a newer Python" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_launcher_puts_words_of_a_quoted_value_together_again(tmp_path: Path) -> None:
    words = ["train", "--fpath", "'a", "folder/with", "", "spaces.csv'"]
    ended = launched(*words, DATABRICKS_RUNTIME_VERSION="18.2", MLFLOW_TRACKING_URI=f"sqlite:///{tmp_path}/m.db")
    assert ended.returncode == 2
    assert "a folder/with  spaces.csv" in ended.stderr
