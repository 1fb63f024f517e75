"""Messy rows give the same table at every door: a file, a data frame, python_function, and a served model."""

from __future__ import annotations

import json
import shutil
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from mlflow import MlflowClient
from mlflow.pyfunc import PyFuncModel
from mlflow.pyfunc.scoring_server import invocations

from checkout import SHARED
from mtadgat import Detector, read_series
from mtadgat.cli import main
from mtadgat.integrations.mlflow.models.choice import ModelChoice
from mtadgat.integrations.mlflow.models.loading import load_model
from stores import use_new_store

CASE = SHARED / "cases" / "reading" / "dead_sensor"
SMALL = ("--window=10", "--epochs=1", "--gru-hidden=4", "--forecast-hidden=4", "--reconstruction-hidden=4")
ROWS = 60


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URI of a model that was trained on the plant's healthy rows; its files lie in the working directory."""
    if not CASE.is_dir():
        pytest.skip(f"cases are absent: no folder {CASE}")
    folder = tmp_path_factory.mktemp("doors")
    for file in CASE.glob("*.csv"):
        shutil.copy(file, folder)
    with pytest.MonkeyPatch.context() as patch:
        use_new_store(folder, patch)
        run("train", "--fpath=plant.csv", "--dataset=plant", "--train-end=300", *SMALL)
        client = MlflowClient()
        ids = [experiment.experiment_id for experiment in client.search_experiments()]
        (trained,) = client.search_runs(ids, "tags.`mtadgat.command` = 'train'")
        yield f"{trained.data.tags['mtadgat.model_uri']} {folder}"


@pytest.fixture
def uri(plant: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URI of the model, in its folder: variables of MLflow are unset before each test."""
    uri, folder = plant.split(" ", 1)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{folder}/mlflow.db")
    return uri


@pytest.fixture(scope="module")
def detector(plant: str) -> Detector:
    return load_model(ModelChoice(plant.split(" ", 1)[0], "the test's")).detector


@pytest.fixture(scope="module")
def served(plant: str) -> PyFuncModel:
    return mlflow.pyfunc.load_model(plant.split(" ", 1)[0])


def run(*words: str) -> str:
    ended = CliRunner().invoke(main, [*words])
    assert ended.exit_code == 0, ended.output
    return ended.output


def in_csv(rows: pd.DataFrame) -> pd.DataFrame:
    rows.to_csv("messy.csv", index=False)
    run("predict", "--fpath=messy.csv", "--dataset=plant", "--output=table.csv")
    return pd.read_csv("table.csv", parse_dates=["timestamp"])


def request(rows: pd.DataFrame, **params: object) -> str:
    return json.dumps({"dataframe_split": json.loads(rows.to_json(orient="split", index=False)), "params": params})


def answered(text: str) -> pd.DataFrame:
    table = pd.DataFrame(json.loads(text)["predictions"])
    return table.assign(timestamp=pd.to_datetime(table["timestamp"]))


def asked_in_process(served: PyFuncModel, rows: pd.DataFrame) -> pd.DataFrame:
    answer = invocations(request(rows), "application/json", served, served.metadata.get_input_schema())
    assert answer.status == 200, answer.response
    return answered(answer.response)


def assert_same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    assert [*one] == [*other]
    for column in one:
        if one[column].dtype.kind == "f":
            np.testing.assert_allclose(one[column], other[column], rtol=1e-5, atol=1e-7, err_msg=column)
        else:
            assert one[column].astype(str).tolist() == other[column].astype(str).tolist(), column


@st.composite
def messes(draw: st.DrawFn) -> dict[str, Any]:
    """What is wrong with the rows of a request."""
    return {
        "order": draw(st.permutations(range(ROWS))),
        "repeated": draw(st.lists(st.integers(0, ROWS - 1), max_size=5, unique=True)),
        "absent": draw(st.sets(st.integers(0, ROWS - 1), max_size=25)),
        "cells": draw(st.sets(st.tuples(st.integers(0, ROWS - 1), st.sampled_from("abcd")), max_size=80)),
        "wrong": draw(st.sampled_from([np.nan, np.inf, -np.inf])),
        "dead": draw(st.sampled_from(["", "b", "d"])),
        "columns": draw(st.permutations(["timestamp", "a", "b", "c", "d", "label"])),
    }


def messy(mess: dict[str, Any]) -> pd.DataFrame:
    rows = pd.read_csv(CASE / "plant.csv").tail(ROWS).reset_index(drop=True).assign(label=0)
    for row, column in mess["cells"]:
        rows.loc[row, column] = mess["wrong"]
    if mess["dead"]:
        rows[mess["dead"]] = np.nan
    kept = [row for row in mess["order"] if row not in mess["absent"]]
    again = [row for row in mess["repeated"] if row not in mess["absent"]][: len(kept) // 10 - 1]
    return pd.concat([rows.loc[again].assign(a=5.0), rows.loc[kept]], ignore_index=True)[mess["columns"]]


@given(mess=messes())
@settings(deadline=None, max_examples=12)
def test_messy_rows_give_the_same_table_at_every_door(
    plant: str, detector: Detector, served: PyFuncModel, mess: dict[str, Any]
) -> None:
    rows = messy(mess)
    rows.to_csv(Path(plant.split(" ", 1)[1]) / "rows.csv", index=False)
    file = detector.detect(read_series(plant.split(" ", 1)[1] + "/rows.csv", split="new", known=detector.known))
    assert_same(detector.detect(read_series(rows, known=detector.known)), file)
    assert_same(served.predict(rows), file)
    assert_same(asked_in_process(served, rows), file)


@pytest.mark.slow
def test_a_really_served_model_answers_what_predict_writes(
    uri: str, detector: Detector, process_environment: dict[str, str], started: Callable[..., Any]
) -> None:
    rows = pd.read_csv("new.csv").iloc[::-1]
    rows["a"] = rows["a"].astype(str)
    rows = rows.drop(index=[*range(20, 45)])
    rows.loc[3, "c"] = np.nan
    command = [sys.executable, "-m", "mlflow", "models", "serve", "-m", uri, "-p", "{port}", "--env-manager", "local"]
    environment = {**process_environment, "MLFLOW_TRACKING_URI": f"sqlite:///{Path.cwd()}/mlflow.db"}
    with started(command, "/ping", environment, Path.cwd() / "server.log") as port:
        table = answered(ask(port, request(rows)))
        halves = [answered(ask(port, request(rows, threshold=threshold))) for threshold in (0.5, "0.5")]
    written = in_csv(rows)
    assert_same(table, written)
    assert_same(detector.detect(read_series(rows)), written)
    assert set(written["quality"]) == {"missing: b", "missing: b, c", "after gap; missing: b"}
    assert [set(half["threshold"]) for half in halves] == [{0.5}, {0.5}]


def ask(port: int, body: str) -> str:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    address = f"http://127.0.0.1:{port}/invocations"
    asked = urllib.request.Request(address, body.encode(), {"Content-Type": "application/json"})
    with opener.open(asked, timeout=60) as answer:
        return str(answer.read().decode())


def test_a_sensor_that_is_dead_in_all_new_rows_is_held_and_named(uri: str) -> None:
    output = run("predict", "--fpath=new.csv", "--dataset=plant", "--output=predictions.csv", "--top-features=4")
    table = pd.read_csv("predictions.csv")
    assert len(table) == 60
    assert set(table["quality"]) == {"missing: b"}
    blamed = table.filter(like="top_feature").eq("b").to_numpy()
    assert set(table.filter(like="top_share").to_numpy()[blamed]) == {0.0}
    assert "60 of 60 rows not ok: 60 missing: b" in output
