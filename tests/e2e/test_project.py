"""MLproject, the environment files and the launcher agree with each other and with the command line."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import yaml

from checkout import ROOT
from mtadgat.cli import main


def test_the_project_has_the_one_form_that_serves_both_backends() -> None:
    project = yaml.safe_load((ROOT / "MLproject").read_text())
    assert not {"python_env", "conda_env", "docker_env"} & project.keys()
    assert set(project["entry_points"]) == {"main", "train", "evaluate", "predict", "hyperopt"}
    for entry in project["entry_points"].values():
        launcher, command = entry["command"].removeprefix("python ").split(" ")
        assert (ROOT / launcher).is_file()
        assert command in main.commands


def test_continuous_integration_calls_the_test_command_of_the_readme() -> None:
    (line,) = [line for line in (ROOT / ".ci" / "run").read_text().splitlines() if "envs/test.txt" in line]
    assert line in (ROOT / "README.md").read_text().splitlines()


def test_an_environment_without_our_libraries_is_told_how_to_install_them(tmp_path: Path) -> None:
    venv.create(tmp_path / "bare")
    ended = subprocess.run(
        [str(tmp_path / "bare" / "bin" / "python"), "launch.py", "train"],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert "pip install -r envs/requirements.txt" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_launcher_puts_words_of_a_quoted_value_together_again(tmp_path: Path) -> None:
    words = ["train", "--fpath", "'a", "folder/with", "", "spaces.csv'"]
    ended = subprocess.run(
        [sys.executable, "launch.py", *words],
        cwd=ROOT,
        env={**os.environ, "DATABRICKS_RUNTIME_VERSION": "15.4", "MLFLOW_TRACKING_URI": f"sqlite:///{tmp_path}/m.db"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert "a folder/with  spaces.csv" in ended.stderr
