"""Runs open in the right place, say what they are about, and end as what happened to them."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import mlflow
import pytest
from mlflow import MlflowClient
from mlflow.entities import Run
from mlflow.exceptions import MlflowException

from mtadgat.config import ModelConfig, TrackingConfig
from mtadgat.errors import ConfigError, MissingExtraError, ServiceError
from mtadgat.integrations.mlflow.runs.mlflow_tracking import MlflowTracking
from mtadgat.integrations.mlflow.service import service
from mtadgat.tracking import names
from mtadgat.tracking.protocols import RunLabel

TRAIN = RunLabel("train", "plant", "pump-1")
PREDICT = RunLabel("predict", "plant", "pump-1")
PLAIN = TrackingConfig()


def recorded(run_id: str) -> Run:
    return MlflowClient().get_run(run_id)


def experiment_of(run_id: str) -> str:
    return str(MlflowClient().get_experiment(recorded(run_id).info.experiment_id).name)


def opened(tracking: MlflowTracking, label: RunLabel = TRAIN, config: TrackingConfig = PLAIN) -> str:
    with tracking.run(label, config) as tracker:
        return tracker.run_id


@pytest.mark.parametrize(
    ("command", "experiment"),
    [
        ("train", "plant_training"),
        ("evaluate", "plant_training"),
        ("run", "plant_training"),
        ("hyperopt", "plant_training"),
        ("predict", "plant_inference"),
    ],
)
def test_the_experiment_is_named_after_the_data_set(tracking: MlflowTracking, command: str, experiment: str) -> None:
    assert experiment_of(opened(tracking, RunLabel(command, "plant", "pump-1"))) == experiment


def test_a_named_experiment_wins(tracking: MlflowTracking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "of the team")
    assert experiment_of(opened(tracking, config=TrackingConfig(experiment="mine"))) == "mine"


def test_the_experiment_of_the_environment_is_used(tracking: MlflowTracking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "of the team")
    assert experiment_of(opened(tracking)) == "of the team"


def test_the_experiment_id_of_the_environment_is_used(
    tracking: MlflowTracking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_EXPERIMENT_ID", MlflowClient().create_experiment("by id"))
    assert experiment_of(opened(tracking)) == "by id"


def test_what_was_set_from_python_is_used(store: Path) -> None:
    (store / "mlflow.db").rename(store / "other.db")
    mlflow.set_tracking_uri(f"sqlite:///{store / 'other.db'}")
    mlflow.set_experiment("from python")
    assert experiment_of(opened(MlflowTracking())) == "from python"
    assert not (store / "mlflow.db").exists()


def test_opening_a_run_leaves_the_experiment_of_the_process_alone(tracking: MlflowTracking) -> None:
    opened(tracking)
    assert experiment_of(opened(tracking, PREDICT)) == "plant_inference"


def test_a_deleted_experiment_is_explained(tracking: MlflowTracking) -> None:
    MlflowClient().delete_experiment(MlflowClient().create_experiment("gone"))
    with pytest.raises(ConfigError, match="got gone, which is deleted; restore it with `mlflow experiments restore"):
        opened(tracking, config=TrackingConfig(experiment="gone"))


def test_a_run_says_what_it_is_about(tracking: MlflowTracking) -> None:
    run = recorded(opened(tracking, config=TrackingConfig(run_name="first try")))
    assert run.info.run_name == "first try"
    assert run.info.status == "FINISHED"
    assert {
        name: run.data.tags[name]
        for name in (names.TAG_COMMAND, names.TAG_DATASET, names.TAG_ENTITY, names.TAG_SUBJECT)
    } == {
        names.TAG_COMMAND: "train",
        names.TAG_DATASET: "plant",
        names.TAG_ENTITY: "pump-1",
        names.TAG_SUBJECT: "plant-pump-1",
    }


def test_a_run_in_a_run_is_its_child_in_the_same_experiment(tracking: MlflowTracking) -> None:
    with tracking.run(RunLabel("run", "plant", "pump-1"), PLAIN) as outer, tracking.run(PREDICT, PLAIN) as inner:
        assert inner.run_id != outer.run_id
    child = recorded(inner.run_id)
    assert child.data.tags["mlflow.parentRunId"] == outer.run_id
    assert child.info.experiment_id == recorded(outer.run_id).info.experiment_id
    assert child.info.run_name == "predict-plant-pump-1"
    assert {recorded(run_id).info.status for run_id in (inner.run_id, outer.run_id)} == {"FINISHED"}


def test_a_run_opened_from_python_is_the_parent(tracking: MlflowTracking) -> None:
    mlflow.set_experiment("notebook")
    with mlflow.start_run() as mine:
        child = recorded(opened(tracking))
        assert mlflow.active_run().info.run_id == mine.info.run_id
    assert child.data.tags["mlflow.parentRunId"] == mine.info.run_id


def test_an_exception_marks_the_run_failed_and_says_why(tracking: MlflowTracking) -> None:
    with pytest.raises(ValueError), tracking.run(TRAIN, PLAIN) as tracker:
        raise ValueError("no rows at https://me:secret@host/x.csv")
    run = recorded(tracker.run_id)
    assert run.info.status == "FAILED"
    assert run.data.tags[names.TAG_ERROR] == "ValueError: no rows at https://***@host/x.csv"
    assert mlflow.active_run() is None


def test_an_interrupt_marks_the_run_killed(tracking: MlflowTracking) -> None:
    with pytest.raises(KeyboardInterrupt), tracking.run(TRAIN, PLAIN) as tracker:
        raise KeyboardInterrupt
    assert recorded(tracker.run_id).info.status == "KILLED"


def test_a_failing_child_leaves_the_parent_to_its_own_fate(tracking: MlflowTracking) -> None:
    with tracking.run(RunLabel("run", "plant"), PLAIN) as outer:
        with pytest.raises(ValueError), tracking.run(TRAIN, PLAIN) as inner:
            raise ValueError
        assert mlflow.active_run().info.run_id == outer.run_id
    assert recorded(inner.run_id).info.status == "FAILED"
    assert recorded(outer.run_id).info.status == "FINISHED"


def test_the_projects_run_is_joined(tracking: MlflowTracking, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = MlflowClient().create_run(MlflowClient().create_experiment("of the project"))
    monkeypatch.setenv("MLFLOW_RUN_ID", waiting.info.run_id)
    config = TrackingConfig(experiment="elsewhere", run_name="joined")
    with tracking.run(RunLabel("run", "plant"), config) as outer, tracking.run(TRAIN, config) as inner:
        pass
    run = recorded(outer.run_id)
    assert (outer.run_id, run.info.run_name, run.info.status) == (waiting.info.run_id, "joined", "FINISHED")
    assert run.data.tags[names.TAG_COMMAND] == "run"
    assert recorded(inner.run_id).data.tags["mlflow.parentRunId"] == waiting.info.run_id
    assert MlflowClient().get_experiment_by_name("elsewhere") is None


def test_another_experiment_than_the_projects_is_reported(
    tracking: MlflowTracking, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    waiting = MlflowClient().create_run(MlflowClient().create_experiment("of the project"))
    monkeypatch.setenv("MLFLOW_RUN_ID", waiting.info.run_id)
    opened(tracking, config=TrackingConfig(experiment="elsewhere"))
    assert "--experiment elsewhere is not used" in caplog.text


def test_what_would_spoil_the_end_is_found_at_the_start(tracking: MlflowTracking) -> None:
    with pytest.raises(ConfigError, match=r"conda-env: expected a conda.yaml that can be read, got absent.yaml"):
        opened(tracking, config=TrackingConfig(conda_env="absent.yaml"))
    with pytest.raises(ConfigError, match="register: expected a name without `/` and `:`, got 'a/b'"):
        opened(tracking, config=TrackingConfig(register="a/b"))
    assert MlflowClient().get_experiment_by_name("plant_training") is None


def test_an_unreachable_server_is_an_error_at_once_and_keeps_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://me:secret@127.0.0.1:1")
    start = time.monotonic()
    with pytest.raises(ServiceError, match=r"Expected MLflow at http://\*\*\*@127.0.0.1:1 to answer; got") as caught:
        opened(MlflowTracking())
    assert time.monotonic() - start < 20
    assert "secret" not in str(caught.value)
    assert caught.value.remedy == "Check that it runs, that you may use it, and MLFLOW_TRACKING_URI."


def test_a_store_of_an_unknown_kind_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "pigeon://post")
    with pytest.raises(ServiceError, match=r"Expected MLflow at pigeon://post to answer; got .*unsupported URI"):
        opened(MlflowTracking())


def test_a_file_that_is_no_database_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "notes.txt").write_text("not a database, and long enough to be looked at " * 20)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'notes.txt'}")
    with pytest.raises(
        ServiceError, match=r"Expected a database of MLflow at .*notes.txt; got file is not a database"
    ):
        opened(MlflowTracking())


def test_a_database_without_its_libraries_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As with mlflow-skinny, which keeps runs in a database by default but cannot."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'mlflow.db'}")
    monkeypatch.setitem(sys.modules, "sqlalchemy.engine", None)
    with pytest.raises(MissingExtraError, match=r"sqlalchemy.*pip install mlflow.*MLFLOW_TRACKING_URI"):
        MlflowTracking().find_model(ModelConfig(), RunLabel("evaluate", "plant"))


def test_an_error_with_a_list_of_files_says_why_the_first_failed() -> None:
    with pytest.raises(ServiceError, match=r"got Files failed: ## MLmodel ## not permitted\. Check"), service("fetch"):
        raise MlflowException("Files failed:\n## MLmodel ##\nnot permitted")


def test_the_first_run_of_a_newcomer_says_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    opened(MlflowTracking())
    assert list(tmp_path.iterdir())
    assert capfd.readouterr() == ("", "")
