"""The notebooks run: their widgets are the options of the commands, and they give back the run that they made."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import mlflow
import pandas as pd
import pytest

from checkout import ROOT
from mtadgat.cli import main
from mtadgat.cli.notebook import SECRET_SCOPE, command_widgets
from mtadgat.config import DetectorConfig
from mtadgat.data.storage.azure import VARIABLES
from mtadgat.errors import ConfigError
from mtadgat.integrations.databricks.secrets import load_azure_secrets
from workspace.dbutils import DbUtils, Driver

FOLDER = ROOT / "scripts" / "databricks"
NOTEBOOKS = sorted(FOLDER.glob("*.py"))
PINS = (ROOT / "envs" / "requirements.txt").read_text().split()
COMMANDS = ("train", "evaluate", "predict", "hyperopt")
SMALL = {"epochs": "1", "gru_hidden": "8", "forecast_hidden": "8", "reconstruction_hidden": "8", "stride": "40"}
PRINCIPAL = {"tenant-id": "tenant", "client-id": "client", "client-secret": "hidden-secret"}


@pytest.fixture(scope="module")
def tracked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A tracking database for this file."""
    folder = tmp_path_factory.mktemp("tracking")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{folder}/tracking.db")
        experiment = mlflow.create_experiment("notebooks", artifact_location=(folder / "artifacts").as_uri())
        patched.setenv("MLFLOW_EXPERIMENT_ID", experiment)
        yield


@pytest.fixture
def driver(tmp_path: Path) -> Driver:
    return Driver(tmp_path / "Workspace", {"storage": PRINCIPAL, "empty": {}})


@pytest.fixture
def dbutils(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> DbUtils:
    for variable in VARIABLES.values():
        monkeypatch.setenv(variable, "")
    # A copy: notebooks leave the reports that they write beside them.
    project = driver.workspace / "Users" / "someone@example.com" / "mtadgat"
    copy = shutil.copytree(FOLDER, project / "scripts" / "databricks")
    (project / "src").symlink_to(ROOT / "src")
    return DbUtils(driver, copy)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_a_widget(name: str) -> None:
    options = {option.name.replace("-", "_") for option in main.commands[name].params if not option.hidden}
    assert {widget.name for widget in command_widgets(name)} == options
    assert SECRET_SCOPE.name not in options


def test_widgets_show_their_defaults_and_offer_choices() -> None:
    widgets = {widget.name: widget for widget in command_widgets("train")}
    assert widgets["window"].label == f"window [default: {DetectorConfig().window}]"
    assert widgets["shuffle"].choices == ("true", "false")
    assert "gat" in widgets["attention"].choices
    assert "lookback" in widgets["window"].aliases


def test_notebooks_install_no_more_than_what_runtimes_lack() -> None:
    installed = {
        file.stem: re.findall(r"^# MAGIC %pip install (.*)$", file.read_text(), re.MULTILINE) for file in NOTEBOOKS
    }
    (hyperopt,) = [pin for pin in PINS if pin.startswith("hyperopt==")]
    assert installed.pop("hyperopt") == [f"--quiet {hyperopt}"]
    assert not any(installed.values())


@pytest.mark.parametrize("change", [{"working_folder": Path("/")}, {"shows_paths": False}])
def test_notebooks_find_the_project_by_their_own_path_or_the_working_folder(
    driver: Driver, dbutils: DbUtils, monkeypatch: pytest.MonkeyPatch, change: dict[str, object]
) -> None:
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if Path(entry) != ROOT / "src"])
    for name, value in change.items():
        setattr(driver, name, value)
    (dbutils.folder / "probe.py").write_text(
        "# Databricks notebook source\n# MAGIC %run ./project\n\n# COMMAND ----------\n\n"
        "dbutils.notebook.exit(sys.path[0])\n"
    )
    assert dbutils.run("probe", {}) == str(dbutils.folder.parents[1] / "src")


def test_a_notebook_outside_of_the_project_is_told(driver: Driver, dbutils: DbUtils) -> None:
    elsewhere = shutil.copytree(dbutils.folder, driver.workspace / "Shared" / "copied" / "notebooks")
    with pytest.raises(FileNotFoundError, match="expected the notebook in scripts/databricks of the project"):
        DbUtils(driver, elsewhere).run("train", {})


@pytest.mark.slow
@pytest.mark.usefixtures("tracked")
def test_notebooks_of_an_experiment_train_and_evaluate_each_choice(
    dbutils: DbUtils, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = pd.DataFrame({name: range(300) for name in ("a", "b", "c")}) % 17
    rows.to_csv(tmp_path / "train.csv", index=False)
    rows.assign(label=[0] * 290 + [1] * 10).to_csv(tmp_path / "eval.csv", index=False)
    run = dbutils.run
    monkeypatch.setattr(DbUtils, "run", lambda self, path, given: run(path, {**given, **small_for(path)}))
    ended = dbutils.run("experiment", {"fpath": str(tmp_path), "windows": "10,12", "epochs": "1"})
    evaluations = json.loads(ended)
    assert list(evaluations) == ["10", "12"]
    for run_id in evaluations.values():
        made = mlflow.get_run(run_id)
        assert made.info.status == "FINISHED"
        assert made.data.tags["mtadgat.command"] == "evaluate"
    assert "window 12: run" in capsys.readouterr().out


def small_for(path: str) -> dict[str, str]:
    return {key: value for key, value in SMALL.items() if key != "epochs"} if path == "./train" else {}


@pytest.mark.usefixtures("tracked")
def test_legacy_names_and_words_mean_what_they_meant(dbutils: DbUtils, tmp_path: Path) -> None:
    given = {"fpath": "demo", "lookback": "10", "use_gatv2": "False", "patience": "None", **SMALL}
    trained = mlflow.get_run(dbutils.run("train", given))
    assert trained.data.params["window"] == "10"
    assert trained.data.params["attention"] == "gat"
    output = tmp_path / "p.csv"
    dbutils.run("predict", {"fpath": "demo", "run": "-1", "output": str(output)})
    assert len(pd.read_csv(output)) > 0


def test_a_wrong_value_is_told_as_on_the_command_line(dbutils: DbUtils) -> None:
    with pytest.raises(click.ClickException, match="window: expected an integer of at least 2"):
        dbutils.run("train", {"window": "1"})


def test_secrets_of_a_scope_become_credentials(
    dbutils: DbUtils, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(click.ClickException, match="window"):
        dbutils.run("train", {"secret_scope": "storage", "window": "1"})
    assert os.environ["AZURE_STORAGE_CLIENT_SECRET"] == "hidden-secret"
    assert "hidden-secret" not in "".join(capsys.readouterr())


@pytest.mark.parametrize(("scope", "reason"), [("none", "Scope none does not exist"), ("empty", "expected keys such")])
def test_a_scope_that_gives_nothing_is_told(dbutils: DbUtils, scope: str, reason: str) -> None:
    with pytest.raises(ConfigError, match=reason):
        load_azure_secrets(dbutils, scope)


def test_a_container_is_mounted_once(dbutils: DbUtils) -> None:
    given = {"account": "fleet", "container": "data", "secret_scope": "storage", "mount_point": "/mnt/fleet"}
    source = "abfss://data@fleet.dfs.core.windows.net/"
    assert dbutils.run("mount_adls", given) == f"mounted {source} at /mnt/fleet"
    assert dbutils.run("mount_adls", given) == f"{source} is mounted at /mnt/fleet already"
    (configuration,) = dbutils.fs.configurations
    assert configuration["fs.azure.account.oauth2.client.secret"] == "hidden-secret"
    assert configuration["fs.azure.account.oauth2.client.endpoint"].endswith("/tenant/oauth2/token")
    with pytest.raises(ConfigError, match="expected a free folder"):
        dbutils.run("mount_adls", {**given, "container": "other"})
    with pytest.raises(ConfigError, match="expected values for account"):
        dbutils.run("mount_adls", {})
