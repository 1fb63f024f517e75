"""Searches with a real tracking store: what is recorded, what fails, and what survives."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import yaml
from mlflow import MlflowClient
from mlflow.entities import Run

from checkout import ROOT
from mtadgat.cli.options import build_request
from mtadgat.config import DataConfig, SearchConfig, TrackingConfig
from mtadgat.config.requests import HyperoptRequest, TrainRequest
from mtadgat.config.settings_file import read_settings
from mtadgat.errors import ConfigError, TrainingError
from mtadgat.integrations.mlflow.searches.search_tracking import MlflowSearchTracking
from mtadgat.search.trial_runner import TrialRunner
from mtadgat.workflows.hyperopt import HyperoptResult, hyperopt
from searching import SMALL, fresh_store, small_request, trials_of


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    yield from fresh_store(tmp_path, monkeypatch)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The store of the search that the first tests look at."""
    with pytest.MonkeyPatch.context() as patch:
        yield from fresh_store(tmp_path_factory.mktemp("search"), patch)


@pytest.fixture(scope="module")
def found(folder: Path) -> HyperoptResult:
    """A search of three trials inside a run that `mlflow run` made."""
    made = MlflowClient().create_run(MlflowClient().create_experiment("project"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_RUN_ID", made.info.run_id)
        tracking = TrackingConfig(register="plant")
        request = replace(small_request(folder, trial_epochs=2), detector=replace(SMALL, epochs=3), tracking=tracking)
        result = searched(request)
    assert result.run_id == made.info.run_id
    return result


def searched(request: HyperoptRequest) -> HyperoptResult:
    return hyperopt(request, MlflowSearchTracking())


def parent(run_id: str) -> Run:
    return MlflowClient().get_run(run_id)


def latest_search() -> str:
    client = MlflowClient()
    experiments = [each.experiment_id for each in client.search_experiments()]
    (run,) = client.search_runs(experiments, "tags.`mtadgat.command` = 'hyperopt'")
    return str(run.info.run_id)


def artifact(run_id: str, path: str, folder: Path) -> Path:
    return Path(MlflowClient().download_artifacts(run_id, path, str(folder)))


def test_the_run_of_a_search_has_parameters_counts_and_the_final_model(found: HyperoptResult) -> None:
    above = parent(found.run_id)
    assert above.info.status == "FINISHED"
    assert above.data.metrics["search/finished"] == 3
    assert above.data.params["max_evals"] == "3"
    assert above.data.params["best/learning_rate"] == str(found.best.parameters["learning_rate"])
    assert above.data.tags["mtadgat.model_uri"] == found.trained.model.uri
    assert above.outputs is not None
    assert [each.model_id for each in above.outputs.model_outputs] == [found.trained.model.model_id]
    assert found.evaluated is not None
    assert above.data.metrics["vus_pr"] == found.evaluated.evaluation.metrics()["vus_pr"]


def test_the_final_model_is_registered(found: HyperoptResult) -> None:
    assert MlflowClient().get_model_version_by_alias("plant", "champion").run_id == found.trained.run_id


def test_each_trial_is_a_run_below_with_parameters_losses_and_duration(found: HyperoptResult) -> None:
    trials = trials_of(found.run_id)
    assert [trial.info.run_name for trial in trials] == ["trial-000", "trial-001", "trial-002"]
    for trial in trials:
        assert trial.info.status == "FINISHED"
        assert trial.data.metrics["trial/seconds"] > 0
        losses = MlflowClient().get_metric_history(trial.info.run_id, "loss/validation_total")
        assert [metric.step for metric in losses] == [1, 2]
        assert trial.data.metrics["trial/loss"] == min(metric.value for metric in losses)
        assert trial.data.params["window"] == "8"
    assert found.best.loss == min(trial.data.metrics["trial/loss"] for trial in trials)


def test_tables_and_pictures_are_stored_with_the_search(found: HyperoptResult, tmp_path: Path) -> None:
    table = pd.read_parquet(artifact(found.run_id, "search/trials.parquet", tmp_path))
    assert list(table["number"]) == [0, 1, 2]
    assert {"learning_rate", "gru_hidden", "attention", "loss", "seconds"} <= set(table.columns)
    assert len(pd.read_csv(artifact(found.run_id, "search/trials.csv", tmp_path))) == 3
    for picture in ("search_history", "search_parameters"):
        assert artifact(found.run_id, f"figures/{picture}.png", tmp_path).stat().st_size > 10_000


def test_train_accepts_the_best_parameters_as_its_settings(found: HyperoptResult, tmp_path: Path) -> None:
    file = artifact(found.run_id, "best.yaml", tmp_path)
    assert build_request(TrainRequest, read_settings(str(file))).detector == found.config
    assert found.config.epochs == 3  # all epochs, not those of a trial
    assert yaml.safe_load(found.settings) == yaml.safe_load(file.read_text())


def test_a_search_cannot_be_resumed_as_another_search(found: HyperoptResult, folder: Path) -> None:
    search = SearchConfig(resume=found.run_id, loss="f1")
    with pytest.raises(ConfigError) as told:
        searched(HyperoptRequest(data=DataConfig(fpath="other.csv"), search=search))
    assert told.value.faults == (
        f"fpath: expected {folder / 'plant.parquet'}, as in the search that is resumed, got other.csv",
        "loss: expected validation, as in the search that is resumed, got f1",
    )


@pytest.mark.parametrize("run_id", ["0" * 32, "nonsense"])
def test_a_search_that_never_was_cannot_be_resumed(folder: Path, run_id: str) -> None:
    with pytest.raises(ConfigError, match=f"resume: expected the id of a search, got {run_id}, which is no run"):
        searched(HyperoptRequest(search=SearchConfig(resume=run_id)))


def test_another_run_is_no_search_to_resume(found: HyperoptResult) -> None:
    with pytest.raises(ConfigError, match=r"resume: expected the id of a search, got .*, a run of `train`"):
        searched(HyperoptRequest(search=SearchConfig(resume=found.trained.run_id)))


def test_the_runner_is_chosen_by_what_the_resumed_search_stored(found: HyperoptResult) -> None:
    chosen_by = []

    def no_runner(config: SearchConfig) -> TrialRunner:
        chosen_by.append(config)
        raise ConfigError(["trials: expected a runner, got none"])

    request = HyperoptRequest(search=SearchConfig(resume=found.run_id, max_evals=9))
    with pytest.raises(ConfigError, match="trials: expected a runner, got none"):
        hyperopt(request, MlflowSearchTracking(), runner_for=no_runner)
    (config,) = chosen_by
    assert (config.algo, config.max_evals) == ("rand", 9)  # stored, and given now
    assert parent(found.run_id).info.status == "FINISHED"


@pytest.mark.slow
def test_a_finished_search_can_be_given_more_trials(found: HyperoptResult) -> None:
    more = searched(HyperoptRequest(search=SearchConfig(resume=found.run_id, max_evals=4)))
    assert list(more.trials["number"]) == [0, 1, 2, 3]
    assert list(more.trials["run_id"][:3]) == list(found.trials["run_id"])


def test_a_search_in_which_every_trial_fails_is_an_error_with_the_reasons(store: Path) -> None:
    (store / "space.yaml").write_text("window: {choice: [200]}\n")
    with pytest.raises(TrainingError, match="a trial that finishes; got 2 that failed: DataError: Expected at least"):
        searched(small_request(store, max_evals=2))
    above = parent(latest_search())
    assert above.info.status == "FAILED"
    assert len(pd.read_csv(artifact(above.info.run_id, "search/trials.csv", store))) == 2


def test_a_search_whose_time_is_up_before_any_trial_is_over_says_so(store: Path) -> None:
    request = small_request(store, timeout=1)
    with pytest.raises(TrainingError, match="a trial that finishes; got none before the time was up"):
        searched(replace(request, detector=replace(SMALL, epochs=100_000)))
    assert {trial.info.status for trial in trials_of(latest_search())} == {"KILLED"}


def test_the_final_evaluation_sees_none_of_the_rows_that_the_loss_saw(store: Path) -> None:
    result = searched(small_request(store, loss="vus_pr", loss_share=0.5, max_evals=2))
    assert result.evaluated is not None
    assert len(result.evaluated.content.scores) == 120  # of 240 labelled rows
    assert parent(result.evaluated.run_id).data.params["skip"] == "120"
    assert 0 <= result.best.loss <= 1


def test_faults_are_told_before_any_run_is_opened(store: Path) -> None:
    (store / "space.yaml").write_text("hidden: {uniform: [0, 1]}\n")
    with pytest.raises(ConfigError, match="space: hidden: no such parameter"):
        searched(small_request(store))
    assert [each.name for each in MlflowClient().search_experiments()] == ["Default"]


SEARCHER = """
import sys
from pathlib import Path
from searching import small_request
import mtadgat.search.objective as objective
from mtadgat.integrations.mlflow.searches.search_tracking import MlflowSearchTracking
from mtadgat.search.trial_runner import TrialRunner
from mtadgat.workflows.hyperopt import hyperopt

class Progress:
    def step(self, text): ...
    def profile(self, profile): ...
    def epoch(self, losses, epochs): ...
    def batch(self, done, total): ...
    def trial_epoch(self, number, losses):
        if number == int(sys.argv[2]) and losses.epoch == 2:
            print("deep in trial", number, flush=True)
            import time
            time.sleep(60)
    def trial(self, record, done, total, best): ...

hyperopt(small_request(Path(sys.argv[1]), max_evals=4), MlflowSearchTracking(), Progress())
"""


def interrupted_search(store: Path, number: int, sent: signal.Signals) -> str:
    """Start a search, and send a signal to its process in the middle of a trial."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    environment["PYTHONPATH"] += os.pathsep + str(ROOT / "tests" / "support")
    with subprocess.Popen(
        [sys.executable, "-c", SEARCHER, str(store), str(number)],
        cwd=store,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"deep in trial {number}\n"
        time.sleep(0.3)
        process.send_signal(sent)
        process.wait(timeout=60)
    return latest_search()


@pytest.mark.slow
def test_a_search_that_was_killed_goes_on_where_it_was(store: Path, found: HyperoptResult) -> None:
    run_id = interrupted_search(store, 2, signal.SIGKILL)
    assert parent(run_id).info.status == "RUNNING"
    before = [trial.info.run_id for trial in trials_of(run_id)]
    assert [trial.info.status for trial in trials_of(run_id)] == ["FINISHED", "FINISHED", "RUNNING"]

    result = searched(HyperoptRequest(search=SearchConfig(resume=run_id)))
    assert result.run_id == run_id
    assert parent(run_id).info.status == "FINISHED"
    assert list(result.trials["number"]) == [0, 1, 2, 3]
    assert list(result.trials["run_id"][:2]) == before[:2]  # none of the finished ones ran again
    after = {trial.info.run_id: trial for trial in trials_of(run_id)}
    assert len(after) == 5
    assert after[before[2]].info.status == "KILLED"
    assert after[before[2]].data.tags["mtadgat.error"] == "the search was interrupted"

    # Trial 2 was drawn and trained again as if nothing had happened.
    columns = ["number", "loss", "learning_rate", "gru_hidden", "attention"]
    pd.testing.assert_frame_equal(result.trials[columns][:3], found.trials[columns][:3])


@pytest.mark.slow
def test_an_interrupted_search_keeps_what_it_found(store: Path) -> None:
    run_id = interrupted_search(store, 2, signal.SIGINT)
    assert parent(run_id).info.status == "KILLED"
    assert [trial.info.status for trial in trials_of(run_id)] == ["FINISHED", "FINISHED", "KILLED"]
    assert len(pd.read_csv(artifact(run_id, "search/trials.csv", store))) == 2
    assert "learning_rate" in yaml.safe_load(artifact(run_id, "best.yaml", store).read_text())
