"""The model that is meant is found, and the reason says which one it is."""

from __future__ import annotations

import re
import shutil
import time
from pathlib import Path

import mlflow
import pytest
from mlflow import MlflowClient

from mtadgat.config import ModelConfig, TrackingConfig
from mtadgat.detector.detector import Detector
from mtadgat.errors import ModelNotFoundError, ServiceError
from mtadgat.integrations.mlflow.runs.mlflow_tracking import MlflowTracking
from mtadgat.series import Series
from mtadgat.tracking import names
from mtadgat.tracking.protocols import LoggedModel, ResolvedModel, RunLabel
from stores import use_new_store, use_store

PUMP = RunLabel("predict", "plant", "pump-1")
OTHER = RunLabel("predict", "plant", "pump-2")


class Trained:
    """A store with three trained models of one pump, the last two in other experiments; one of another pump."""

    def __init__(self, folder: Path, detector: Detector, series: Series) -> None:
        self.folder = folder
        self.detector, self.series = detector, series
        self.first, self.first_run = self.train("first", TrackingConfig(run_name="first"))
        self.second, self.second_run = self.train("second", TrackingConfig(run_name="second", experiment="other"))
        with MlflowTracking().run(RunLabel("run", "plant", "pump-1"), TrackingConfig(run_name="whole")) as outer:
            self.third, self.third_run = self.train("third", TrackingConfig(run_name="third"))
        self.outer_run = outer.run_id

    def train(self, name: str, config: TrackingConfig, label: RunLabel | None = None) -> tuple[LoggedModel, str]:
        time.sleep(0.01)
        with MlflowTracking().run(label or RunLabel("train", "plant", "pump-1"), config) as tracker:
            return tracker.log_detector(self.detector, self.series.rows(-5), config), tracker.run_id


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, detector: Detector, series: Series) -> Trained:
    folder = tmp_path_factory.mktemp("trained")
    with pytest.MonkeyPatch.context() as patch:
        use_new_store(folder, patch)
        return Trained(folder, detector, series)


@pytest.fixture(autouse=True)
def there(trained: Trained, monkeypatch: pytest.MonkeyPatch) -> None:
    use_store(trained.folder, monkeypatch)


def find(choice: ModelConfig, label: RunLabel = PUMP) -> ResolvedModel:
    return MlflowTracking().find_model(choice, label)


def test_without_a_wish_the_latest_training_run_is_taken_wherever_it_is(trained: Trained) -> None:
    found = find(ModelConfig())
    assert (found.uri, found.model_id, found.run_id) == (trained.third.uri, trained.third.model_id, trained.third_run)
    expected = f"the model of the latest finished training run of plant-pump-1, third ({trained.third_run})"
    assert found.reason == expected
    assert found.detector.features_ == trained.detector.features_


@pytest.mark.parametrize(("place", "name"), [("-1", "third"), ("-2", "second"), ("-3", "first")])
def test_runs_are_counted_from_the_latest(trained: Trained, place: str, name: str) -> None:
    found = find(ModelConfig(run=place))
    assert found.uri == getattr(trained, name).uri
    assert f"{name} (" in found.reason


def test_a_run_is_found_by_name_and_by_id_whatever_data_are_predicted(trained: Trained) -> None:
    for wanted in ("second", trained.second_run):
        found = find(ModelConfig(run=wanted), OTHER)
        assert found.uri == trained.second.uri
        assert found.reason == f"the model of run second ({trained.second_run}), named by --run"


@pytest.mark.parametrize("by", ["name", "id"])
def test_a_run_of_the_whole_job_gives_the_model_that_it_trained(trained: Trained, by: str) -> None:
    assert find(ModelConfig(run="whole" if by == "name" else trained.outer_run)).uri == trained.third.uri


def test_a_model_is_found_by_its_uri(trained: Trained) -> None:
    for uri in (trained.first.uri, f"runs:/{trained.first_run}/model"):
        found = find(ModelConfig(model=uri, run="second"))
        assert (found.uri, found.model_id, found.run_id) == (uri, trained.first.model_id, trained.first_run)
        assert found.reason == "named by --model"


def test_a_model_is_found_by_its_folder(trained: Trained, tmp_path: Path) -> None:
    folder = mlflow.artifacts.download_artifacts(trained.first.uri, dst_path=str(tmp_path))
    assert find(ModelConfig(model=folder)).model_id == trained.first.model_id


def test_a_failed_run_is_passed_over(trained: Trained) -> None:
    with (
        pytest.raises(ValueError),
        MlflowTracking().run(RunLabel("train", "plant", "pump-1"), TrackingConfig()) as run,
    ):
        run.log_detector(trained.detector, trained.series.rows(-5), TrackingConfig())
        raise ValueError
    assert find(ModelConfig()).uri == trained.third.uri


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (ModelConfig(), "the latest finished training run of plant-pump-2;"),
        (ModelConfig(run="-2"), "finished training run 2 (counted from the latest) of plant-pump-2;"),
        (ModelConfig(run="nobody"), "a run with a model whose name or id is nobody;"),
        (ModelConfig(run="0" * 32), f"a run with a model whose name or id is {'0' * 32};"),
        (ModelConfig(run='it\'s "quoted"'), "a run with a model whose name or id is it's"),
        (ModelConfig(model="models:/m-0123"), "a model at models:/m-0123;"),
        (ModelConfig(model="no/such/folder"), "a model at no/such/folder;"),
    ],
)
def test_a_missing_run_is_an_error_that_lists_what_is_there(
    trained: Trained, choice: ModelConfig, expected: str
) -> None:
    with pytest.raises(ModelNotFoundError) as caught:
        find(choice, OTHER)
    text = str(caught.value)
    assert text.startswith(f"Expected {expected}")
    assert f"got latest finished training runs: third ({trained.third_run}) of plant-pump-1, second (" in text
    assert text.endswith("or name another with --model, --run or --dataset.")


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (ModelConfig(model="models:/nobody@champion"), "a model at models:/nobody@champion"),
        (ModelConfig(model="models:/nobody/3"), "a model at models:/nobody/3"),
        (ModelConfig(model="models:/"), "a model at models:/"),
        (ModelConfig(registered_model="nobody"), "a champion of the registered model nobody"),
    ],
)
def test_a_missing_registered_model_is_an_error_that_lists_what_is_there(
    trained: Trained, choice: ModelConfig, expected: str
) -> None:
    with pytest.raises(ModelNotFoundError) as caught:
        find(choice)
    assert str(caught.value).startswith(f"Expected {expected}; got registered models: none. ")


def test_a_model_of_somebody_else_is_refused(trained: Trained, tmp_path: Path) -> None:
    (tmp_path / "MLmodel").write_text("flavors:\n  sklearn: {}\n")
    with pytest.raises(ModelNotFoundError, match=r"Expected a model that mtadgat logged at .*; got something else"):
        find(ModelConfig(model=str(tmp_path)))


def test_a_registry_that_does_not_answer_is_no_reason_to_take_another_model(
    trained: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_REGISTRY_URI", "http://127.0.0.1:1")
    for choice in (ModelConfig(), ModelConfig(registered_model="pumps"), ModelConfig(model="models:/pumps@best")):
        with pytest.raises(ServiceError, match=r"MLflow at http://127\.0\.0\.1:1 to look up"):
            find(choice)
    monkeypatch.setenv("MLFLOW_REGISTRY_URI", "pigeon://post")
    with pytest.raises(ServiceError, match="Model Registry features are not supported"):
        find(ModelConfig())


class TestRegistered:
    """Tests that register models, in a copy of the store."""

    @pytest.fixture(autouse=True)
    def copied(self, there: None, trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        shutil.copy(trained.folder / "mlflow.db", tmp_path)
        use_store(tmp_path, monkeypatch)

    def register(self, model: LoggedModel, name: str, alias: str) -> None:
        version = mlflow.register_model(model.uri, name).version
        MlflowClient().set_registered_model_alias(name, alias, version)

    def test_the_champion_of_the_data_set_goes_before_later_runs(self, trained: Trained) -> None:
        self.register(trained.first, "plant-pump-1", "champion")
        found = find(ModelConfig())
        assert (found.uri, found.model_id) == ("models:/plant-pump-1/1", trained.first.model_id)
        assert found.reason == "version 1 of plant-pump-1, its champion"

    def test_a_registered_model_without_champion_is_passed_over(self, trained: Trained) -> None:
        self.register(trained.first, "plant-pump-1", "candidate")
        assert find(ModelConfig()).uri == trained.third.uri
        with pytest.raises(ModelNotFoundError, match=r"got registered models: plant-pump-1 \(champion: none\)\."):
            find(ModelConfig(registered_model="plant-pump-1"))

    def test_the_champion_of_any_name_can_be_asked_for(self, trained: Trained) -> None:
        self.register(trained.second, "pumps", "champion")
        assert find(ModelConfig(registered_model="pumps"), OTHER).model_id == trained.second.model_id

    def test_any_alias_or_version_can_be_named(self, trained: Trained) -> None:
        self.register(trained.second, "pumps", "candidate")
        found = find(ModelConfig(model="models:/pumps@candidate"))
        assert (found.uri, found.model_id) == ("models:/pumps/1", trained.second.model_id)
        assert found.reason == "version 1 of pumps, its candidate, named by --model"
        assert find(ModelConfig(model="models:/pumps/1")).model_id == trained.second.model_id


class TestEvaluatedThreshold:
    """The threshold that an evaluation found for a model."""

    def evaluate(self, model: LoggedModel, metrics: dict[str, float]) -> None:
        with MlflowTracking().run(RunLabel("evaluate", "plant", "pump-1"), TrackingConfig()) as tracker:
            tracker.set_tags({names.TAG_MODEL_URI: model.uri, names.TAG_MODEL_ID: model.model_id})
            tracker.log_metrics(metrics, model_id=model.model_id)
        time.sleep(0.01)

    def test_the_latest_evaluation_of_the_model_counts(self, trained: Trained) -> None:
        tracking = MlflowTracking()
        self.evaluate(trained.third, {"best_f1/threshold": 1.0})
        self.evaluate(trained.third, {"best_f1/threshold": 2.0})
        self.evaluate(trained.third, {"pot/threshold": 9.0})
        self.evaluate(trained.first, {"best_f1/threshold": 3.0})
        assert tracking.evaluated_threshold(find(ModelConfig()), "best_f1") == 2.0

    def test_a_model_that_nobody_evaluated_has_none(self, trained: Trained) -> None:
        found = find(ModelConfig(model=trained.second.uri))
        expected = f"Expected an evaluation of {trained.second.uri} that found a best_f1 threshold; got none"
        with pytest.raises(ModelNotFoundError, match=re.escape(expected)) as caught:
            MlflowTracking().evaluated_threshold(found, "best_f1")
        assert "Run `mtadgat evaluate` on labelled rows first" in caught.value.remedy
