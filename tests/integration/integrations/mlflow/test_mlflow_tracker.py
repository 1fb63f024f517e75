"""What a run records can be read back from MLflow."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import mlflow
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from mlflow import MlflowClient
from mlflow.entities import Run

from mtadgat.config import TrackingConfig
from mtadgat.integrations.mlflow.runs.mlflow_tracking import MlflowTracking
from mtadgat.integrations.mlflow.service import redacted_urls
from mtadgat.series import Series
from mtadgat.tracking.protocols import RunLabel, Tracker


@pytest.fixture
def tracker(tracking: MlflowTracking) -> Iterator[Tracker]:
    with tracking.run(RunLabel("train", "plant", "pump-1"), TrackingConfig()) as tracker:
        yield tracker


def recorded(tracker: Tracker) -> Run:
    return MlflowClient().get_run(tracker.run_id)


def artifact(tracker: Tracker, path: str) -> Path:
    return Path(mlflow.artifacts.download_artifacts(run_id=tracker.run_id, artifact_path=path))


def test_parameters_are_recorded_as_text(tracker: Tracker) -> None:
    tracker.log_parameters({"window": 100, "clip": None, "dynamic_pot": True, "fpath": "demo"})
    assert recorded(tracker).data.params == {"window": "100", "clip": "none", "dynamic_pot": "true", "fpath": "demo"}


def test_any_number_of_parameters_of_any_length_is_recorded(tracker: Tracker) -> None:
    tracker.log_parameters({f"p{number}": number for number in range(250)} | {"long": "x" * 7000})
    params = recorded(tracker).data.params
    assert len(params) == 251
    assert params["long"] == "x" * 6000


def test_a_parameter_that_the_project_spelled_otherwise_keeps_its_value(tracker: Tracker) -> None:
    MlflowClient().log_param(tracker.run_id, "learning_rate", "1e-3")
    tracker.log_parameters({"learning_rate": 0.001, "window": 10})
    assert recorded(tracker).data.params == {"learning_rate": "1e-3", "window": "10"}


def test_figures_that_are_no_numbers_are_left_out(tracker: Tracker) -> None:
    tracker.log_metrics({"loss": 0.5, "validation": float("nan")})
    assert recorded(tracker).data.metrics == {"loss": 0.5}


def test_figures_have_steps_from_zero_on(tracker: Tracker) -> None:
    for step, loss in enumerate([3.0, 2.0, 1.0]):
        tracker.log_metrics({"loss": loss}, step=step)
    history = MlflowClient().get_metric_history(tracker.run_id, "loss")
    assert [(entry.step, entry.value) for entry in history] == [(0, 3.0), (1, 2.0), (2, 1.0)]


def test_figures_of_features_with_odd_names_are_recorded(tracker: Tracker) -> None:
    tracker.log_metrics({"share/cpu (%)": 0.5, "best_f1/threshold": 2.0})
    assert recorded(tracker).data.metrics == {"share/cpu ___": 0.5, "best_f1/threshold": 2.0}


def test_more_figures_than_mlflow_takes_at_once_are_recorded(tracker: Tracker) -> None:
    tracker.log_metrics({f"m{number}": float(number) for number in range(1200)})
    assert len(recorded(tracker).data.metrics) == 1200


def test_a_series_is_recorded_with_source_digest_and_schema(tracker: Tracker, series: Series) -> None:
    tracker.log_series(series, "https://me:secret@host/plant.csv?sig=abc", "eval")
    (used,) = recorded(tracker).inputs.dataset_inputs
    assert (used.dataset.name, used.dataset.digest) == ("plant-pump-1", series.digest)
    assert used.tags[0].value == "eval"
    assert json.loads(used.dataset.schema)["mlflow_colspec"][0] == {"type": "double", "name": "load", "required": True}
    assert json.loads(used.dataset.profile) == {"num_rows": 120, "num_elements": 360}
    assert mlflow.data.get_source(used.dataset).url == "https://***@host/plant.csv?***"


@pytest.mark.parametrize("source", ["demo", "/data/plant.csv", "file:///data/plant.csv"])
def test_a_local_source_is_recorded_as_such(tracker: Tracker, series: Series, source: str) -> None:
    tracker.log_series(series, source, "train")
    (used,) = recorded(tracker).inputs.dataset_inputs
    assert (used.dataset.source_type, json.loads(used.dataset.source)) == ("local", {"uri": source})


def test_sources_in_any_storage_are_recorded(tracker: Tracker, series: Series) -> None:
    tracker.log_series(series, "abfs://container@account/plant", "train")
    (used,) = recorded(tracker).inputs.dataset_inputs
    assert used.dataset.source_type == "abfs"


@given(user=st.text("abcXYZ019._-%:", min_size=1), rest=st.sampled_from(["", "/x", "/x?sig=tell", "/x?a=1&key=tell"]))
def test_no_password_survives(user: str, rest: str) -> None:
    text = redacted_urls(f"API request to https://{user}:tell@host{rest} failed")
    assert "tell" not in text
    assert text.startswith("API request to https://***@host")
    assert text.endswith(" failed")


@pytest.mark.parametrize("path", ["tables/scores.csv", "scores.parquet"])
def test_tables_are_recorded_in_the_format_of_their_name(tracker: Tracker, path: str) -> None:
    table = pd.DataFrame({"row": [0, 1], "score": [0.5, 1.5]})
    tracker.log_table(table, path)
    read = pd.read_parquet if path.endswith("parquet") else pd.read_csv
    pd.testing.assert_frame_equal(read(artifact(tracker, path)), table)


def test_figures_files_and_plain_content_are_recorded(tracker: Tracker, tmp_path: Path) -> None:
    tracker.log_figure(Figure(), "figures/losses.png")
    tracker.log_json({"events": [1, 2]}, "facts.json")
    (tmp_path / "notes.txt").write_text("hello")
    tracker.log_file(tmp_path / "notes.txt", "texts")
    assert artifact(tracker, "figures/losses.png").read_bytes().startswith(b"\x89PNG")
    assert json.loads(artifact(tracker, "facts.json").read_text()) == {"events": [1, 2]}
    assert artifact(tracker, "texts/notes.txt").read_text() == "hello"


def test_a_tracker_records_its_own_run_while_a_child_is_open(tracking: MlflowTracking, series: Series) -> None:
    with (
        tracking.run(RunLabel("run", "plant"), TrackingConfig()) as outer,
        tracking.run(RunLabel("train", "plant"), TrackingConfig()) as inner,
    ):
        outer.log_metrics({"rows": 1})
        outer.log_series(series, "demo", "train")
        outer.set_tags({"note": "outer"})
    assert recorded(outer).data.metrics == {"rows": 1.0}
    assert len(recorded(outer).inputs.dataset_inputs) == 1
    assert recorded(outer).data.tags["note"] == "outer"
    assert recorded(inner).data.metrics == {}
