"""Several evaluations of the same rows side by side, read back from a real tracking store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from mlflow import MlflowClient

from mtadgat.cli import main
from mtadgat.config import DataConfig, EvaluateConfig, ModelConfig, ReportConfig, TrackingConfig
from mtadgat.config.requests import CompareRequest, EvaluateRequest, TrainRequest
from mtadgat.data.reader import read
from mtadgat.errors import ConfigError, DataError
from mtadgat.integrations.mlflow.runs.mlflow_tracking import MlflowTracking
from mtadgat.tracking.protocols import NullTracking, RunLabel
from mtadgat.workflows.compare import CompareResult, compare
from mtadgat.workflows.evaluate import EvaluateResult, evaluate
from mtadgat.workflows.train import train
from searching import SMALL, fresh_store, write_data


class Evaluated:
    """A store with evaluations of one part: of a model, of two files of scores, and of a model within another run."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder, write_data(folder)
        series = read(self.data, "eval")
        assert series.labels is not None
        self.labels = series.labels
        self.trained = train(TrainRequest(self.data, SMALL, TrackingConfig(run_name="trained")), MlflowTracking())
        self.model = self.evaluate(self.data, "model")
        self.perfect = self.evaluate(self.data, "perfect", self.labels + np.linspace(0, 0.1, len(series)))
        self.noise = self.evaluate(self.data, "noise", np.random.default_rng(0).random(len(series)))
        with MlflowTracking().run(RunLabel("run", "plant"), TrackingConfig(run_name="whole")):
            self.inner = self.evaluate(self.data, None)

    def evaluate(self, data: DataConfig, name: str | None, scores: np.ndarray | None = None) -> EvaluateResult:
        file = None
        if scores is not None:
            file = str(self.folder / f"{name}.csv")
            pd.DataFrame({"score": scores}).to_csv(file, index=False)
        request = EvaluateRequest(
            data,
            EvaluateConfig(scores=file),
            ReportConfig(report=None),
            ModelConfig(model=self.trained.model.uri),
            tracking=TrackingConfig(run_name=name),
        )
        return evaluate(request, MlflowTracking())

    def compare(self, *runs: str, threshold: str | None = None) -> CompareResult:
        return compare(CompareRequest(runs, str(self.folder / "compare.html"), threshold), MlflowTracking())


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evaluated]:
    with pytest.MonkeyPatch.context() as patch:
        for folder in fresh_store(tmp_path_factory.mktemp("compare"), patch):
            yield Evaluated(folder)


def metrics(result: CompareResult, run: int) -> dict[str, float]:
    return {row.metric: row.model for row in result.comparison.runs[run].rows}


def test_runs_are_found_by_name_and_by_id(there: Evaluated) -> None:
    result = there.compare("model", there.perfect.run_id)
    assert [run.name for run in result.comparison.runs] == ["model", "perfect"]
    assert result.comparison.subject == "plant"
    assert result.comparison.labels.tolist() == there.labels.tolist()
    facts = dict(result.comparison.runs[0].facts)
    assert facts == {"run": there.model.run_id, "scored by": there.trained.model.uri}


def test_figures_and_scores_are_those_of_the_evaluations(there: Evaluated) -> None:
    result = there.compare("model", "noise")
    for place, evaluated in enumerate((there.model, there.noise)):
        known = evaluated.evaluation.metrics()
        assert metrics(result, place)["VUS-PR"] == pytest.approx(known["vus_pr"])
        assert metrics(result, place)["F1"] == pytest.approx(known["best_f1/point/f1"])
        assert result.comparison.runs[place].scores.tolist() == evaluated.content.scores.astype(np.float64).tolist()


def test_flags_are_compared_by_the_first_threshold_that_all_runs_know(there: Evaluated) -> None:
    assert there.compare("model", "whole").threshold == "pot"
    with_scores = there.compare("model", "noise")
    assert with_scores.threshold == "best_f1"
    line = with_scores.comparison.runs[0].threshold
    assert line.uses_labels
    assert line.values.tolist() == there.model.evaluation.by_threshold["best_f1"].limits.tolist()


def test_another_threshold_can_be_asked_for(there: Evaluated) -> None:
    result = there.compare("model", "noise", threshold="best_f1_pa")
    known = there.noise.evaluation.metrics()
    assert metrics(result, 1)["PA-F1"] == pytest.approx(known["best_f1_pa/point_adjusted/f1"])


def test_a_run_that_holds_an_evaluation_stands_for_it(there: Evaluated) -> None:
    result = there.compare("whole", "model")
    assert result.comparison.runs[0].name == "whole"
    assert dict(result.comparison.runs[0].facts)["run"] == there.inner.run_id


def test_runs_of_the_same_name_are_told_apart_by_their_ids(there: Evaluated) -> None:
    result = there.compare("model", there.model.run_id)
    short = there.model.run_id[:8]
    assert [run.name for run in result.comparison.runs] == [f"model ({short})", f"model ({short})"]


def test_times_of_the_rows_are_kept(there: Evaluated, tmp_path: Path) -> None:
    timed = tmp_path / "timed.parquet"
    table = pd.read_parquet(there.data.fpath)
    table.insert(0, "timestamp", pd.date_range("2026-01-01", periods=len(table), freq="min"))
    table.to_parquet(timed)
    data = replace(there.data, fpath=str(timed))
    for name in ("one", "other"):
        there.evaluate(data, name, np.random.default_rng(len(name)).random(len(there.labels)))
    timestamps = there.compare("one", "other").comparison.timestamps
    assert timestamps is not None
    assert timestamps[0] == np.datetime64("2026-01-01T04:00")


def test_the_page_shows_all_runs(there: Evaluated) -> None:
    html = Path(there.compare("model", "perfect", "noise").output).read_text()
    for name in ("model", "perfect", "noise"):
        assert name in html


def test_the_command_line_prints_the_table_and_names_the_page(there: Evaluated, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    ended = CliRunner().invoke(main, ["compare", "model", "perfect", "--output", str(page)])
    assert ended.exit_code == 0, ended.output
    for word in ("VUS-PR", "model", "perfect", "best_f1", str(page)):
        assert word in ended.output
    assert page.is_file()
    ended = CliRunner().invoke(main, ["compare", "model"])
    assert ended.exit_code == 2
    assert ended.output == "Error: runs: expected at least two to compare, got 1\n"


def test_a_run_that_is_no_evaluation_is_an_error(there: Evaluated) -> None:
    with pytest.raises(ConfigError, match=r"^run: expected the id or name of an evaluation, got absent, which is no"):
        there.compare("model", "absent")
    with pytest.raises(ConfigError, match="got trained, which is a run of `train` without one"):
        there.compare("model", "trained")
    with pytest.raises(ConfigError, match="which is no run"):
        there.compare("model", "0" * 32)
    with pytest.raises(ConfigError, match="nothing is tracked"):
        compare(CompareRequest(("one", "other")), NullTracking())


def test_runs_on_other_rows_or_labels_are_an_error(there: Evaluated) -> None:
    short = replace(there.data, eval_start="300")
    there.evaluate(short, "short", np.arange(180.0))
    with pytest.raises(DataError) as error:
        there.compare("perfect", "short")
    assert str(error.value) == (
        "Expected runs on the same rows, the 240 of perfect; got 180 rows in short. "
        "Compare runs that were evaluated on the same split of the same data."
    )
    shifted = replace(there.data, eval_start="239", eval_end="479")
    there.evaluate(shifted, "shifted", np.arange(240.0))
    with pytest.raises(DataError) as error:
        there.compare("perfect", "shifted")
    assert str(error.value) == (
        "Expected runs on the same labels, those of perfect on plant; got 8 rows with another label in shifted on "
        "plant. Compare runs that were evaluated on the same split of the same data."
    )


def test_a_threshold_that_a_run_lacks_is_an_error(there: Evaluated) -> None:
    with pytest.raises(ConfigError) as error:
        there.compare("model", "noise", threshold="pot")
    assert str(error.value) == "threshold: expected pot, got best_f1, best_f1_pa in noise"


def test_an_evaluation_without_scores_is_an_error(there: Evaluated) -> None:
    with MlflowTracking().run(RunLabel("evaluate", "plant"), TrackingConfig(run_name="bare")) as tracker:
        pass
    with pytest.raises(DataError) as error:
        there.compare("model", "bare")
    assert str(error.value) == (
        f"Expected an evaluation that recorded tables/scores.parquet; got run {tracker.run_id}, which did not. "
        "Evaluate again: it failed, or an older version recorded it."
    )
    assert MlflowClient().get_run(tracker.run_id).info.status == "FINISHED"
