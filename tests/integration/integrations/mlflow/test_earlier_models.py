"""A model that an earlier version logged still loads, and scores as it did.

The fixture is the folder of a model that commit ce0775d logged (``mtadgat train --fpath demo --window 12 --epochs 2
--stride 4 --gru-hidden 8 --forecast-hidden 8 --reconstruction-hidden 8 --seed 7 --device cpu``, paths of its machine
taken out), with the predictions of that commit for the first 300 rows of the demo's eval split.
"""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from checkout import ROOT
from mtadgat import DetectorConfig, read_series
from mtadgat.detector.detector import Detector
from mtadgat.integrations.mlflow.models.choice import ModelChoice
from mtadgat.integrations.mlflow.models.loading import load_model
from mtadgat.series import Series

FIXTURES = ROOT / "tests" / "fixtures"
ROWS = 300


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    with zipfile.ZipFile(FIXTURES / "model-ce0775d.zip") as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture(scope="module")
def rows() -> Series:
    return read_series("demo", split="eval").rows(0, ROWS)


@pytest.fixture(scope="module")
def expected() -> pd.DataFrame:
    return pd.read_csv(FIXTURES / "model-ce0775d-predictions.csv", parse_dates=["timestamp"])


def assert_same(table: pd.DataFrame, expected: pd.DataFrame) -> None:
    assert [*table] == [*expected]
    assert (table["timestamp"].to_numpy() == expected["timestamp"].to_numpy()).all()
    assert (table["is_anomaly"] == expected["is_anomaly"]).all()
    assert (table["top_feature_1"] == expected["top_feature_1"]).all()
    # Other processors round the last digits of float32 in other ways.
    for column in ("score", "threshold", "top_share_1", "top_share_3"):
        np.testing.assert_allclose(table[column], expected[column], rtol=1e-4, atol=1e-6)


def test_the_commands_load_it(folder: Path, rows: Series, expected: pd.DataFrame) -> None:
    table = load_model(ModelChoice(str(folder), "named by the test")).detector.detect(rows)
    assert set(table.pop("quality")) == {"ok"}
    assert_same(table, expected)


def test_its_own_code_serves_it_where_this_version_is_installed(
    folder: Path, rows: Series, expected: pd.DataFrame, tmp_path: Path
) -> None:
    code = (
        "import sys, mlflow, pandas as pd\n"
        "table = mlflow.pyfunc.load_model(sys.argv[1]).predict(pd.read_parquet(sys.argv[2]))\n"
        "table.to_parquet(sys.argv[3])\n"
    )
    request = pd.DataFrame(rows.values, columns=list(rows.features))
    request.insert(0, "timestamp", pd.Series(rows.timestamps).astype(str))
    request.to_parquet(tmp_path / "request.parquet")
    subprocess.run(
        [sys.executable, "-c", code, str(folder), str(tmp_path / "request.parquet"), str(tmp_path / "table.parquet")],
        env={**os.environ, "OMP_NUM_THREADS": "1", "MLFLOW_TRACKING_URI": f"sqlite:///{tmp_path}/mlflow.db"},
        check=True,
    )
    assert_same(pd.read_parquet(tmp_path / "table.parquet"), expected)


def test_training_with_its_seed_gives_its_weights(folder: Path) -> None:
    logged = load_model(ModelChoice(str(folder), "named by the test")).detector
    config = DetectorConfig(
        window=12, epochs=2, stride=4, gru_hidden=8, forecast_hidden=8, reconstruction_hidden=8, seed=7, device="cpu"
    )
    trained = Detector(config).fit(read_series("demo", split="train"))
    assert trained.config.training == logged.config.training
    for name, weights in trained.fitted_.arrays().items():
        np.testing.assert_allclose(weights, logged.fitted_.arrays()[name], rtol=1e-3, atol=1e-5, err_msg=name)
