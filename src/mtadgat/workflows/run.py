"""The run workflow: train, evaluate and predict, one after the other, under one run."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mtadgat.config import ModelConfig
from mtadgat.config.parameter import parameter_values
from mtadgat.config.requests import EvaluateRequest, PredictRequest, RunRequest, TrainRequest
from mtadgat.data.output import Output, check_page
from mtadgat.data.profile import profiles_of
from mtadgat.data.splits import Splits, known_from
from mtadgat.data.storage.table_store import TableStore
from mtadgat.tracking.progress import NoProgress, Progress
from mtadgat.tracking.protocols import RunLabel, Tracking
from mtadgat.workflows.evaluate import EvaluateResult, evaluate
from mtadgat.workflows.predict import PredictResult, predict, split_to_predict
from mtadgat.workflows.train import TrainResult, train


@dataclass(frozen=True, eq=False)
class RunResult:
    """What the three steps gave.

    Args:
        trained: the trained detector.
        evaluated: its evaluation, or None where the data have no labels.
        predicted: the prediction table.
        run_id: the run above the three.
    """

    trained: TrainResult
    evaluated: EvaluateResult | None
    predicted: PredictResult
    run_id: str


def run(
    request: RunRequest, tracking: Tracking, progress: Progress | None = None, tables: TableStore | None = None
) -> RunResult:
    """Train a detector, evaluate it where there are labels, and predict.

    Args:
        request: data, detector, prediction and where to record.
        tracking: opens the runs.
        progress: told of each step.
        tables: reads and writes tables that are not files; omitted: what can be read without Spark.

    Raises:
        MtadGatError: as the three workflows.
    """
    progress = progress or NoProgress()
    splits = Splits(request.data, tables, carry=request.prediction.carry)
    Output(request.prediction.output, tables).check(splits)
    if request.report.report is not None:
        check_page(request.report.report, "report", splits=splits)
    splits = splits.knowing(known_from(splits.read("train")))
    held_out = splits.read("eval")
    splits.read(split_to_predict(request.prediction, splits), carrying=True)
    read = {split: splits.read(split) for split in splits.names}
    for profile in profiles_of(read, request.detector.detection.max_gap):
        progress.profile(profile)
    if splits.read("train").digest == held_out.digest:
        progress.step("warning: trained and evaluated on the same rows; split them with --train-end ROW or TIME")
    label = RunLabel("run", held_out.dataset, held_out.entity)
    with tracking.run(label, request.tracking) as tracker:
        tracker.log_parameters(parameter_values(request.data, request.detector, request.prediction))
        inner = replace(request.tracking, experiment=None, run_name=None)
        trained = train(TrainRequest(request.data, request.detector, inner), tracking, progress, splits)
        model = ModelConfig(model=trained.model.uri)
        evaluated = _evaluate(request, model, splits, tracking, progress)
        predicted = predict(
            PredictRequest(request.data, request.prediction, model), tracking, progress, splits, tables
        )
        if evaluated is not None:
            tracker.log_metrics(evaluated.evaluation.metrics(), model_id=trained.model.model_id)
        return RunResult(trained, evaluated, predicted, tracker.run_id)


def _evaluate(
    request: RunRequest, model: ModelConfig, splits: Splits, tracking: Tracking, progress: Progress
) -> EvaluateResult | None:
    if splits.read("eval").labels is None:
        progress.step("no labels: nothing to evaluate")
        return None
    return evaluate(EvaluateRequest(request.data, report=request.report, model=model), tracking, progress, splits)
