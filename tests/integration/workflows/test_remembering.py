"""A model remembers how its training rows were read: evaluation and prediction need no repetition."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from mlflow import MlflowClient

from mtadgat import Detector, read_series
from mtadgat.cli import main
from mtadgat.integrations.mlflow.models.choice import ModelChoice
from mtadgat.integrations.mlflow.models.loading import load_model
from searching import fresh_store

SMALL = (
    "--window=8",
    "--epochs=1",
    "--stride=4",
    "--gru-hidden=4",
    "--forecast-hidden=4",
    "--reconstruction-hidden=4",
)
READING = ("--delimiter=|", "--time-column=t", "--label-column=broken", "--ignore-columns=Row")


def told(*words: str) -> Result:
    ended = CliRunner().invoke(main, [*words])
    assert ended.exit_code == 0, ended.output
    return ended


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A store with a model of rows that are written in an unusual way, and files of such rows."""
    with pytest.MonkeyPatch.context() as patch:
        for folder in fresh_store(tmp_path_factory.mktemp("remembering"), patch):
            rng = np.random.default_rng(0)
            table = pd.DataFrame(
                {"t": pd.date_range("2024-03-01", periods=400, freq="min"), "Row": rng.integers(9, size=400)}
            )
            table = table.assign(load=np.sin(np.arange(400) / 5), heat=rng.normal(size=400), broken=0)
            table.loc[300:320, "broken"] = 1
            table.head(250).drop(columns="broken").assign(broken=0).to_csv("train.csv", sep="|", index=False)
            table.tail(150).to_csv("test.csv", sep="|", index=False)
            table.tail(150).drop(columns="broken").to_csv("new.csv", sep="|", index=False)
            told("train", "--fpath=train.csv", "--dataset=plant", *READING, *SMALL)
            yield folder


def detector() -> Detector:
    client = MlflowClient()
    ids = [experiment.experiment_id for experiment in client.search_experiments()]
    (run,) = client.search_runs(ids, "tags.`mtadgat.command` = 'train'")
    return load_model(ModelChoice(run.data.tags["mtadgat.model_uri"], "the test's")).detector


def test_the_stored_model_says_how_its_rows_were_read(folder: Path, tmp_path: Path) -> None:
    detector().save(tmp_path)
    stored = json.loads((tmp_path / "detector.json").read_text())["reading"]
    given = {"delimiter": "|", "time_column": "t", "label_column": "broken", "ignore_columns": "Row"}
    assert given.items() <= stored.items()


def test_evaluation_needs_no_repetition(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    ended = told("evaluate", "--fpath=test.csv", "--dataset=plant", "--report=none")
    assert "labels    column broken: 21 anomalous rows (14.00%) in 1 event" in ended.output
    assert "features  2: load, heat" in ended.output
    assert caplog.text.count("read like the training rows") == 1


def test_prediction_needs_no_repetition_and_no_labels(folder: Path) -> None:
    ended = told("predict", "--fpath=new.csv", "--dataset=plant", "--output=out.csv")
    assert len(pd.read_csv("out.csv")) == 150
    assert "New rows of plant" in ended.output


def test_python_reads_new_rows_with_one_argument(folder: Path) -> None:
    series = read_series("new.csv", split="new", known=detector().known)
    assert series.features == ("load", "heat")


def test_the_whole_job_reads_all_splits_as_the_training_rows(folder: Path) -> None:
    (folder / "all").mkdir()
    for split in ("train", "test", "new"):
        (folder / "all" / f"{split}.csv").write_bytes((folder / f"{split}.csv").read_bytes())
    ended = told("run", "--fpath=all", *READING, *SMALL, "--report=none", "--output=all.csv")
    shown = [line for line in ended.output.splitlines() if line.startswith("  features  ")]
    assert shown == ["  features  2: load, heat"] * 3
    tables = [line for line in ended.output.splitlines() if " rows of all" in line and "  " not in line]
    assert [line.split()[0] for line in tables if line[0].isupper()] == ["Train", "Eval", "New"]


def test_every_run_keeps_what_was_understood_of_its_rows(folder: Path) -> None:
    client = MlflowClient()
    ids = [experiment.experiment_id for experiment in client.search_experiments()]
    for command, split in (("train", "train"), ("evaluate", "eval"), ("predict", "new")):
        run = client.search_runs(ids, f"tags.`mtadgat.command` = '{command}'")[0]
        path = client.download_artifacts(run.info.run_id, f"profile-{split}.json")
        assert [feature["name"] for feature in json.loads(Path(path).read_text())["features"]] == ["load", "heat"]
