"""Evaluations with a real tracking store: of a model, and of the scores of any other detector."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from mlflow import MlflowClient

from mtadgat.cli import main
from mtadgat.config import DataConfig, DetectionConfig, EvaluateConfig, ModelConfig, ReportConfig
from mtadgat.config.parameter import Overrides
from mtadgat.config.requests import EvaluateRequest, TrainRequest
from mtadgat.data.reader import read
from mtadgat.errors import ConfigError, DataError, ModelNotFoundError
from mtadgat.integrations.mlflow.runs.mlflow_tracking import MlflowTracking
from mtadgat.metrics.baselines import MaxZBaseline, random_scores
from mtadgat.metrics.metric_sets import evaluate_scores
from mtadgat.tracking.protocols import NullTracking
from mtadgat.workflows.evaluate import EvaluateResult, evaluate
from mtadgat.workflows.train import TrainResult, train
from searching import ROWS, SMALL, TRAIN_ROWS, fresh_store, write_data

EVALUATED = ROWS - TRAIN_ROWS
NO_REPORT = ReportConfig(report=None)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        yield from fresh_store(tmp_path_factory.mktemp("evaluate"), patch)


@pytest.fixture(scope="module")
def data(folder: Path) -> DataConfig:
    return write_data(folder)


@pytest.fixture(scope="module")
def trained(data: DataConfig) -> TrainResult:
    return train(TrainRequest(data, SMALL), MlflowTracking())


@pytest.fixture(scope="module")
def of_model(data: DataConfig, trained: TrainResult, folder: Path) -> EvaluateResult:
    report = ReportConfig(report=str(folder / "own" / "report.html"))
    return evaluate(EvaluateRequest(data, report=report, model=ModelConfig(model=trained.model.uri)), MlflowTracking())


def scores_file(folder: Path, scores: np.ndarray, name: str = "scores.csv") -> str:
    pd.DataFrame({"score": scores}).to_csv(folder / name, index=False)
    return str(folder / name)


def of_scores(data: DataConfig, file: str, **wanted: int) -> EvaluateRequest:
    return EvaluateRequest(data, EvaluateConfig(scores=file, **wanted), NO_REPORT)


def artifact(run_id: str, path: str, folder: Path) -> Path:
    return Path(MlflowClient().download_artifacts(run_id, path, str(folder)))


def test_a_model_is_scored_on_the_labelled_part(of_model: EvaluateResult, data: DataConfig) -> None:
    series, (model,) = read(data, "eval"), [of_model.model]
    assert model is not None
    assert of_model.content.scores.tolist() == model.detector.score(series).total.tolist()
    assert list(of_model.evaluation.by_threshold) == ["pot", "epsilon", "best_f1", "best_f1_pa"]


def test_the_run_holds_every_figure_linked_to_the_model(of_model: EvaluateResult) -> None:
    run = MlflowClient().get_run(of_model.run_id)
    metrics = {name: value for name, value in of_model.evaluation.metrics().items() if not np.isnan(value)}
    assert metrics.items() <= run.data.metrics.items()
    assert {"epsilon/threshold", "best_f1/threshold"} <= run.data.metrics.keys()
    assert of_model.model is not None
    assert run.data.tags["mtadgat.model_id"] == of_model.model.model_id
    linked = MlflowClient().get_logged_model(of_model.model.model_id).metrics
    assert metrics.keys() <= {metric.key for metric in linked if metric.run_id == of_model.run_id}


def test_the_run_holds_scores_labels_and_thresholds_of_every_row(
    of_model: EvaluateResult, data: DataConfig, tmp_path: Path
) -> None:
    table = pd.read_parquet(artifact(of_model.run_id, "tables/scores.parquet", tmp_path))
    series = read(data, "eval")
    assert table["row"].tolist() == list(range(EVALUATED))
    assert table["score"].tolist() == of_model.content.scores.astype(np.float64).tolist()
    assert series.labels is not None
    assert table["label"].tolist() == series.labels.tolist()
    for method, known in of_model.evaluation.by_threshold.items():
        assert table[f"{method}/threshold"].tolist() == known.limits.tolist()


def test_the_run_holds_the_baseline_comparison_the_thresholds_the_pictures_and_the_report(
    of_model: EvaluateResult, tmp_path: Path
) -> None:
    metrics = pd.read_csv(artifact(of_model.run_id, "tables/evaluation.csv", tmp_path))
    assert list(metrics.columns) == ["threshold", "metric", "detector", "random", "largest_z"]
    known = json.loads(artifact(of_model.run_id, "thresholds.json", tmp_path).read_text())
    assert known["best_f1"]["value"] == of_model.evaluation.by_threshold["best_f1"].threshold.value
    for picture in ("scores", "histogram", "event"):
        assert artifact(of_model.run_id, f"figures/{picture}.png", tmp_path).stat().st_size > 1000
    own = Path(of_model.report)
    assert artifact(of_model.run_id, "report.html", tmp_path).read_text() == own.read_text()


def smoothing(rows: int) -> Overrides[DetectionConfig]:
    return Overrides(DetectionConfig, {"smoothing": rows})


def test_changed_thresholds_count(data: DataConfig, trained: TrainResult) -> None:
    model = ModelConfig(model=trained.model.uri)
    low, high = (
        evaluate(EvaluateRequest(data, report=NO_REPORT, model=model, detection=smoothing(rows)), MlflowTracking())
        for rows in (1, 50)
    )
    assert np.ptp(high.content.scores) < np.ptp(low.content.scores)


def test_skipped_rows_are_not_counted_and_the_next_ones_are_read_with_them_before(
    data: DataConfig, trained: TrainResult, of_model: EvaluateResult, tmp_path: Path
) -> None:
    wanted = EvaluateConfig(skip=100)
    model = ModelConfig(model=trained.model.uri)
    result = evaluate(EvaluateRequest(data, wanted, NO_REPORT, model), MlflowTracking())
    table = pd.read_parquet(artifact(result.run_id, "tables/scores.parquet", tmp_path))
    assert table["row"].tolist() == list(range(100, EVALUATED))
    np.testing.assert_allclose(table["score"], of_model.content.scores[100:], rtol=1e-4, atol=1e-5)
    assert result.evaluation.metrics()["best_f1/event/count"] == 2


def test_given_scores_need_no_model(data: DataConfig, tmp_path: Path) -> None:
    series = read(data, "eval")
    assert series.labels is not None
    result = evaluate(of_scores(data, scores_file(tmp_path, series.labels + 0.0)), NullTracking())
    assert result.model is None
    assert list(result.evaluation.by_threshold) == ["best_f1", "best_f1_pa"]
    assert result.evaluation.metrics()["best_f1/point/f1"] == 1
    assert result.evaluation.free.auc_pr == 1
    assert result.content.events == ()
    with pytest.raises(ModelNotFoundError):
        evaluate(EvaluateRequest(data, report=NO_REPORT), NullTracking())


def test_given_scores_stand_beside_random_ones_and_the_largest_z_of_the_training_rows(
    data: DataConfig, tmp_path: Path
) -> None:
    series, healthy = read(data, "eval"), read(data, "train")
    assert series.labels is not None
    evaluation = evaluate(of_scores(data, scores_file(tmp_path, series.labels + 0.0)), NullTracking()).evaluation
    window = evaluation.free.max_buffer
    trivial = MaxZBaseline.fit(healthy.values).scores(series.values)
    assert evaluation.max_z is not None
    assert evaluation.max_z.to_dict() == evaluate_scores(trivial, series.labels, window).to_dict()
    chance = evaluate_scores(random_scores(len(series)), series.labels, window)
    assert evaluation.random.to_dict() == chance.to_dict()
    assert not evaluation.table()["random"].isna().all()


def test_scores_of_a_run_that_are_fed_in_again_give_its_figures(
    of_model: EvaluateResult, data: DataConfig, tmp_path: Path
) -> None:
    file = artifact(of_model.run_id, "tables/scores.parquet", tmp_path)
    again = evaluate(of_scores(data, str(file)), NullTracking())
    metrics = of_model.evaluation.metrics()
    for name in ("vus_pr", "auc_roc", "best_f1/point/f1", "best_f1_pa/point_adjusted/f1", "largest_z/vus_pr"):
        assert again.evaluation.metrics()[name] == pytest.approx(metrics[name]), name


def test_given_scores_are_of_the_whole_part_and_lose_the_skipped_rows(data: DataConfig, tmp_path: Path) -> None:
    result = evaluate(of_scores(data, scores_file(tmp_path, np.arange(EVALUATED) + 0.0), skip=90), NullTracking())
    assert result.content.scores.tolist() == list(range(90, EVALUATED))


def test_given_scores_are_recorded_without_a_model(data: DataConfig, folder: Path, tmp_path: Path) -> None:
    file = scores_file(tmp_path, np.random.default_rng(0).random(EVALUATED))
    result = evaluate(of_scores(data, file), MlflowTracking())
    run = MlflowClient().get_run(result.run_id)
    assert run.data.params["scores"] == file
    assert "mtadgat.model_uri" not in run.data.tags
    assert "vus_pr" in run.data.metrics


def test_scores_of_another_length_are_an_error(data: DataConfig, tmp_path: Path) -> None:
    with pytest.raises(DataError) as error:
        evaluate(of_scores(data, scores_file(tmp_path, np.zeros(5))), NullTracking())
    assert str(error.value) == (
        f"Expected {EVALUATED} scores in scores.csv, one for each row of the split, or {ROWS} for all rows of the "
        "table; got 5. Score the same rows: check the split, or write the times beside the scores."
    )


def test_a_file_that_holds_no_scores_is_an_error(data: DataConfig, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"^Expected one column of scores in plant\.parquet; got 3"):
        evaluate(of_scores(data, data.fpath), NullTracking())
    with pytest.raises(DataError, match="absent"):
        evaluate(of_scores(data, str(tmp_path / "absent.csv")), NullTracking())


@pytest.mark.parametrize("label", [0, 1])
def test_labels_of_one_class_give_what_can_be_counted_and_say_why_no_more(
    label: int, data: DataConfig, trained: TrainResult, tmp_path: Path
) -> None:
    week = tmp_path / "week.parquet"
    pd.read_parquet(data.fpath).assign(label=label).to_parquet(week)
    words = ["--fpath", str(week), "--eval-start", str(TRAIN_ROWS), "--label-column", "label"]
    words += ["--model", trained.model.uri, "--report", str(tmp_path / "r.html"), "--run-name", f"week-{label}"]
    ended = CliRunner().invoke(main, ["evaluate", *words])
    assert ended.exit_code == 0, ended.output
    why = "All rows are" if label else "No row is"
    assert f"{why} labelled as anomalous" in ended.output
    assert f"{why} labelled as anomalous" in (tmp_path / "r.html").read_text()
    (run,) = MlflowClient().search_runs(
        [e.experiment_id for e in MlflowClient().search_experiments()], f"attributes.run_name = 'week-{label}'"
    )
    assert {"pot/flag_rate", "epsilon/threshold", "epsilon/flag_rate"} <= run.data.metrics.keys()
    assert ("pot/event/false_alarms" in run.data.metrics) is not bool(label)
    assert run.data.metrics.keys().isdisjoint({"vus_pr", "pot/point/f1", "best_f1/threshold", "vus_window"})
    assert not pd.read_csv(artifact(run.info.run_id, "tables/evaluation.csv", tmp_path))["detector"].isna().any()


def test_events_in_skipped_rows_alone_leave_one_class(data: DataConfig, trained: TrainResult, tmp_path: Path) -> None:
    labels = read(data, "eval").labels
    assert labels is not None
    wanted = EvaluateConfig(skip=int(np.flatnonzero(labels)[-1]) + 1)
    model = ModelConfig(model=trained.model.uri)
    result = evaluate(EvaluateRequest(data, wanted, NO_REPORT, model), MlflowTracking())
    assert list(result.evaluation.by_threshold) == ["pot", "epsilon"]
    assert "pot/event/false_alarms" in result.evaluation.metrics()


def test_given_scores_on_labels_of_one_class_are_refused_with_the_reason(data: DataConfig, tmp_path: Path) -> None:
    week = tmp_path / "week.parquet"
    pd.read_parquet(data.fpath).assign(label=0).to_parquet(week)
    request = of_scores(replace(data, fpath=str(week)), scores_file(tmp_path, np.zeros(EVALUATED)))
    with pytest.raises(DataError) as error:
        evaluate(request, NullTracking())
    assert str(error.value) == (
        f"Expected labels of both classes in week, to hold given scores against; got {EVALUATED} rows that are all "
        "labelled as healthy. Evaluate other rows, or a model, whose thresholds flag rows without labels."
    )


def test_a_part_without_labels_is_an_error(data: DataConfig, folder: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare.parquet"
    pd.read_parquet(data.fpath).drop(columns="label").to_parquet(bare)
    request = of_scores(replace(data, fpath=str(bare), label_column=None), scores_file(tmp_path, np.zeros(EVALUATED)))
    with pytest.raises(
        DataError, match=r"^Expected labels for the 240 rows of bare; got none\. Give a labelled split"
    ):
        evaluate(request, NullTracking())


def test_a_parameter_that_training_fixed_cannot_be_changed(trained: TrainResult) -> None:
    with pytest.raises(ConfigError, match="window: no such parameter"):
        Overrides(DetectionConfig, {"window": 9})
    with pytest.raises(ConfigError, match="window: fixed by training"):
        trained.detector.with_params(window=9)


def test_the_command_line_evaluates_scores_and_says_what_they_are_worth(
    data: DataConfig, folder: Path, tmp_path: Path
) -> None:
    file = scores_file(tmp_path, np.random.default_rng(0).random(EVALUATED))
    words = ["--fpath", data.fpath, "--label-column", "label", "--train-end", str(TRAIN_ROWS)]
    words += ["--eval-start", str(TRAIN_ROWS), "--report", str(tmp_path / "r.html")]
    ended = CliRunner().invoke(main, ["evaluate", *words, "--scores", file])
    assert ended.exit_code == 0, ended.output
    assert "VUS-PR" in ended.output
    assert "random" in ended.output
    assert (tmp_path / "r.html").is_file()
    ended = CliRunner().invoke(main, ["evaluate", *words, "--scores", str(tmp_path / "no.csv")])
    assert ended.exit_code == 2
    assert "no.csv" in ended.output
