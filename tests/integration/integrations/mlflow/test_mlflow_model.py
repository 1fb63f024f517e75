"""A logged model says what it reads, loads anywhere, and becomes the champion of its name."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest
import torch
import yaml
from mlflow import MlflowClient
from mlflow.models import Model

from checkout import ROOT
from mtadgat.config import ModelConfig, TrackingConfig
from mtadgat.detector.detector import Detector
from mtadgat.errors import ConfigError, ServiceError
from mtadgat.integrations.mlflow.models.environment import conda_environment, requirements
from mtadgat.integrations.mlflow.runs.mlflow_tracking import MlflowTracking
from mtadgat.series import Series
from mtadgat.tracking import names
from mtadgat.tracking.protocols import LoggedModel, RunLabel
from stores import use_new_store

TRAIN = RunLabel("train", "plant", "pump-1")
LOAD_ALONE = ROOT / "tests" / "support" / "load_alone.py"


def logged(detector: Detector, series: Series, config: TrackingConfig) -> LoggedModel:
    with MlflowTracking().run(TRAIN, config) as tracker:
        return tracker.log_detector(detector, series.rows(-5), config)


@pytest.fixture
def model(store: Path, detector: Detector, series: Series) -> LoggedModel:
    return logged(detector, series, TrackingConfig())


def content(model: LoggedModel) -> Path:
    return Path(mlflow.artifacts.download_artifacts(model.uri))


def test_the_signature_names_features_time_answer_and_parameters(model: LoggedModel) -> None:
    signature = Model.load(content(model)).signature
    assert {column.name: (str(column.type), column.required) for column in signature.inputs} == {
        "load": ("DataType.double", True),
        "heat": ("DataType.double", True),
        "speed": ("DataType.double", True),
        "timestamp": ("DataType.string", False),
    }
    assert {"timestamp", "score", "threshold", "is_anomaly", "top_feature_1", "top_share_3"} <= set(
        signature.outputs.input_names()
    )
    assert {parameter.name: parameter.default for parameter in signature.params} == {
        "threshold": "pot",
        "top_features": 3,
    }


def test_the_input_example_is_rows_of_the_series(model: LoggedModel, series: Series) -> None:
    example = Model.load(content(model)).load_input_example(content(model))
    assert example["heat"].tolist() == pytest.approx(series.values[-5:, 1].tolist())
    assert example["timestamp"].astype(str).tolist()[-1] == "2026-01-01 01:59:00"


def test_nothing_in_the_model_is_pickled(model: LoggedModel) -> None:
    files = [file for file in content(model).rglob("*") if file.is_file()]
    assert not {file.suffix for file in files} & {".pkl", ".pickle", ".pt", ".pth", ".bin", ".npy", ".pyc", ".joblib"}
    assert not [file for file in files if file.read_bytes().startswith((b"\x80\x04", b"\x80\x05", b"PK"))]
    assert {file.name for file in files} >= {"detector.json", "weights.safetensors", "served.py"}


def test_the_run_names_its_model(model: LoggedModel) -> None:
    (run,) = MlflowClient().search_runs([MlflowClient().get_experiment_by_name("plant_training").experiment_id])
    assert run.data.tags[names.TAG_MODEL_URI] == model.uri
    assert run.data.tags[names.TAG_MODEL_ID] == model.model_id
    assert model.uri == f"models:/{model.model_id}"
    assert model.version is None


def test_figures_are_linked_to_the_model(store: Path, detector: Detector, series: Series) -> None:
    model = logged(detector, series, TrackingConfig())
    with MlflowTracking().run(RunLabel("evaluate", "plant", "pump-1"), TrackingConfig()) as tracker:
        tracker.log_metrics({"pot/f1": 0.75}, model_id=model.model_id)
    (metric,) = MlflowClient().get_logged_model(model.model_id).metrics
    assert (metric.key, metric.value, metric.run_id) == ("pot/f1", 0.75, tracker.run_id)


@dataclass(frozen=True)
class Alone:
    """What a model answered in an interpreter with nothing but its requirements, and the code that it brought."""

    score: list[float]
    modules: set[str]
    stored: set[str]


@pytest.fixture(scope="module")
def alone(
    tmp_path_factory: pytest.TempPathFactory,
    detector: Detector,
    series: Series,
    process_environment: dict[str, str],
) -> Alone:
    folder = tmp_path_factory.mktemp("alone")
    with pytest.MonkeyPatch.context() as patch:
        use_new_store(folder, patch)
        model = content(logged(detector, series, TrackingConfig()))
    pd.DataFrame(series.values, columns=list(series.features)).to_csv(folder / "rows.csv", index=False)
    done = subprocess.run(
        [sys.executable, "-P", str(LOAD_ALONE), str(model), "rows.csv", "answer.json"],
        cwd=folder,
        env={**process_environment, "PYTHONPATH": "", "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    answer = json.loads((folder / "answer.json").read_text())
    files = {file.relative_to(model / "code") for file in (model / "code").rglob("*.py")}
    stored = {".".join(file.with_suffix("").parts).removesuffix(".__init__") for file in files}
    return Alone(answer["score"], set(answer["modules"]), stored)


@pytest.mark.slow
def test_the_model_loads_and_scores_where_only_its_requirements_are_installed(
    alone: Alone, detector: Detector, series: Series
) -> None:
    assert np.array(alone.score) == pytest.approx(detector.score(series).total, abs=1e-5)


@pytest.mark.slow
def test_the_code_of_the_model_is_what_scoring_imports_and_two_whole_packages(alone: Alone) -> None:
    assert alone.modules <= alone.stored
    unused = alone.stored - alone.modules
    assert not [name for name in unused if not name.startswith(("mtadgat.config.", "mtadgat.detector."))]


def test_a_detector_that_was_trained_on_a_gpu_scores_without_one(
    store: Path, detector: Detector, series: Series
) -> None:
    abroad = Detector.__new__(Detector)
    vars(abroad).update(vars(detector), config=replace(detector.config, device="cuda"))
    model = logged(abroad, series, TrackingConfig())
    rows = pd.DataFrame(series.values, columns=list(series.features))
    assert len(mlflow.pyfunc.load_model(model.uri).predict(rows)) == len(rows)
    found = MlflowTracking().find_model(ModelConfig(), TRAIN)
    assert len(found.detector.score(series).total) == len(rows)


def test_the_model_brings_what_scoring_needs_and_no_more(model: LoggedModel) -> None:
    lines = (content(model) / "requirements.txt").read_text().split()
    assert lines == requirements()
    assert {line.partition("==")[0] for line in lines} == {
        *("mlflow", "numpy", "pandas", "safetensors", "scipy", "torch"),
    }
    assert not [line for line in lines if "+" in line]


def test_the_build_of_torch_is_stored_with_its_index(store: Path, detector: Detector, series: Series) -> None:
    model = logged(detector, series, TrackingConfig(torch_index="http://127.0.0.1:9/cpu"))
    lines = (content(model) / "requirements.txt").read_text().splitlines()
    assert lines[0] == "--extra-index-url http://127.0.0.1:9/cpu"
    assert f"torch=={torch.__version__}" in lines


@pytest.fixture
def conda_file(tmp_path: Path) -> Iterator[Path]:
    file = tmp_path / "conda.yaml"
    file.write_text("name: mine\nchannels: [conda-forge]\ndependencies:\n  - python=3.11\n  - pip: [mlflow==3.17.2]\n")
    return file


@pytest.mark.parametrize("form", ["{}", "file://{}"])
def test_a_conda_environment_is_stored_with_the_model(
    store: Path, detector: Detector, series: Series, conda_file: Path, form: str
) -> None:
    model = logged(detector, series, TrackingConfig(conda_env=form.format(conda_file)))
    assert yaml.safe_load((content(model) / "conda.yaml").read_text())["name"] == "mine"


@pytest.mark.parametrize("text", ["- a\n- b\n", "name: mine\n", "{", ""])
def test_a_file_that_is_no_conda_environment_is_an_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "conda.yaml").write_text(text)
    with pytest.raises(ConfigError, match=r"conda-env: expected a conda\.yaml"):
        conda_environment(str(tmp_path / "conda.yaml"))


def test_a_registered_version_becomes_the_champion(
    store: Path,
    detector: Detector,
    series: Series,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level("INFO", "mtadgat")
    config = TrackingConfig(register="pumps")
    first, second = logged(detector, series, config), logged(detector, series, config)
    assert (first.version, second.version) == ("1", "2")
    champion = MlflowClient().get_model_version_by_alias("pumps", "champion")
    assert (str(champion.version), champion.source) == ("2", second.uri)
    assert "registered as version 2 of pumps, now its champion" in caplog.text
    assert capfd.readouterr() == ("", "")


def test_a_registry_that_does_not_answer_is_an_error(
    store: Path, detector: Detector, series: Series, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_REGISTRY_URI", "http://me:secret@127.0.0.1:1")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
    with pytest.raises(
        ServiceError, match=r"MLflow at http://\*\*\*@127.0.0.1:1 to register the model as pumps"
    ) as caught:
        logged(detector, series, TrackingConfig(register="pumps"))
    assert caught.value.remedy.endswith("MLFLOW_REGISTRY_URI.")


def test_the_signature_can_be_read_by_people(model: LoggedModel) -> None:
    described = json.loads(Model.load(content(model)).signature.to_dict()["inputs"])
    assert [column["name"] for column in described] == ["load", "heat", "speed", "timestamp"]
