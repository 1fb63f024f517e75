"""The check before a deployment that docs/databricks.md names: MLflow makes a model its environment, and asks it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from checkout import ROOT
from load_alone import required
from mtadgat.data.demo import simulate
from wheelhouse import write_wheels

SMALL = ["--epochs=1", "--window=10", "--stride=40", "--gru-hidden=8", "--forecast-hidden=8"]
SMALL += ["--reconstruction-hidden=8"]


@pytest.mark.slow
def test_a_model_answers_in_an_environment_made_of_its_requirements_alone(tmp_path: Path) -> None:
    if shutil.which("uv") is None:
        pytest.skip("uv is absent: pip install -r envs/test.txt")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    bare = {name: text for name, text in os.environ.items() if not name.startswith(("PYTHONPATH", "UV_", "MLFLOW_"))}
    tracked = {**bare, "PATH": path, "MLFLOW_TRACKING_URI": f"sqlite:///{tmp_path}/mlflow.db"}

    def run(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        ended = subprocess.run(
            words, cwd=tmp_path, env={**tracked, **variables}, capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, ended.stderr[-3000:]
        return ended

    trained = run("python", "-m", "mtadgat", "train", "--fpath=demo", *SMALL, PYTHONPATH=str(ROOT / "src"))
    uri = next(word for word in trained.stdout.split() if word.startswith("models:/"))
    run("mlflow", "artifacts", "download", "-u", uri, "-d", "model")
    lines = (tmp_path / "model" / "requirements.txt").read_text().split()
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    write_wheels(required([*lines, "pip", "setuptools", "wheel"]), wheels)
    simulate("machine-1", "new").table.head(60).to_csv(tmp_path / "rows.csv", index=False)
    predict = ("mlflow", "models", "predict", "-m", uri, "-i", "rows.csv", "-t", "csv", "-o", "answer.json")
    run(
        *predict,
        *("--env-manager", "uv"),
        UV_NO_INDEX="1",
        UV_FIND_LINKS=str(wheels),
        UV_CACHE_DIR=str(tmp_path / "cache"),
        MLFLOW_ENV_ROOT=str(tmp_path / "environments"),
    )
    assert len(json.loads((tmp_path / "answer.json").read_text())["predictions"]) == 60
