"""The check of data: what it tells, when it refuses, and what a run keeps of it."""

from __future__ import annotations

import json
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from mlflow import MlflowClient

from mtadgat.cli import main
from stores import use_new_store


def checked(*options: str) -> Result:
    return CliRunner().invoke(main, ["check", *options])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with a file of three features."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.normal(size=(400, 3)).round(4), columns=["a", "b", "c"])
    table.insert(0, "time", pd.date_range("2024-03-01", periods=400, freq="min"))
    table["label"] = np.isin(np.arange(400), range(300, 320)).astype(int)
    table.to_csv("plant.csv", index=False)
    return tmp_path


def test_the_demo_is_told_and_drawn_without_options(folder: Path) -> None:
    ended = checked()
    assert ended.exit_code == 0
    for title in ("Train rows of demo-machine-1", "Eval rows of demo-machine-1", "New rows of demo-machine-1"):
        assert title in ended.stdout
    assert "Each feature is drawn in check.html" in ended.stdout
    assert (folder / "check.html").is_file()
    assert sorted(file.name for file in folder.iterdir()) == ["check.html", "plant.csv"]


def test_splits_of_one_table_are_told_once_each(folder: Path) -> None:
    ended = checked("--fpath", "plant.csv", "--train-end", "250", "--output", "pages/plant.html")
    assert "Train rows of plant\n  rows      250, every 1 min" in ended.stdout
    assert "Eval and new rows of plant\n  rows      150, every 1 min" in ended.stdout
    assert "20 anomalous rows (13.33%) in 1 event" in ended.stdout
    assert (folder / "pages" / "plant.html").is_file()


def test_rows_that_are_trained_and_evaluated_on_are_told(folder: Path) -> None:
    ended = checked("--fpath", "plant.csv", "--output", "none")
    assert ended.exit_code == 0
    assert "The train and eval rows are the same: split them with --train-end ROW or TIME." in ended.stdout
    assert "20 of 400 train rows are labelled as anomalous" in ended.stdout
    assert [file.name for file in folder.iterdir()] == ["plant.csv"]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--fpath", "nothing.csv"], "nothing.csv"),
        (["--fpath", "plant.csv", "--window", "300"], "at least 600 training rows, two windows of 300"),
        (["--fpath", "plant.csv", "--window", "190"], "training windows"),
        (["--fpath", "plant.csv", "--time-column", "tyme"], "tyme"),
    ],
)
def test_what_training_refuses_is_refused_with_the_same_words(folder: Path, options: list[str], reason: str) -> None:
    ended = checked(*options)
    trained = CliRunner().invoke(main, ["train", *options, "--epochs", "1"])
    assert (ended.exit_code, trained.exit_code) == (2, 2)
    assert reason in ended.output
    assert [line for line in ended.output.splitlines() if line.startswith("Error")] == [
        line for line in trained.output.splitlines() if line.startswith("Error")
    ]
    assert not (folder / "check.html").exists()


def test_a_split_that_cannot_be_used_is_told_and_training_can_go_on(folder: Path) -> None:
    table = pd.read_csv("plant.csv")
    (folder / "plant").mkdir()
    table.head(300).to_csv("plant/train.csv", index=False)
    table.drop(columns="b").to_csv("plant/test.csv", index=False)
    ended = checked("--fpath", "plant")
    assert ended.exit_code == 0
    assert "The eval rows cannot be used: Expected" in ended.stdout
    assert "'b'" in ended.stdout
    assert "The eval rows cannot be used" not in (folder / "check.html").read_text().partition("<header")[0]


def test_a_run_of_a_project_keeps_page_and_profiles(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_new_store(folder, monkeypatch)
    with mlflow.start_run() as run:
        pass
    monkeypatch.setenv("MLFLOW_RUN_ID", run.info.run_id)
    assert checked("--fpath", "plant.csv", "--train-end", "250").exit_code == 0
    client = MlflowClient()
    artifacts = {file.path for file in client.list_artifacts(run.info.run_id)}
    assert artifacts == {"check.html", "profile-train.json", "profile-eval.json", "profile-new.json"}
    profile = json.loads(Path(client.download_artifacts(run.info.run_id, "profile-train.json")).read_text())
    assert (profile["rows"], profile["time"], profile["splits"]) == (250, "time", ["train"])
    assert client.get_run(run.info.run_id).data.tags["mtadgat.command"] == "check"
