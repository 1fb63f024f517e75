"""The hyperopt workflow: a search space goes in, the best configuration and a detector trained with it come out."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from mtadgat.config import DetectorConfig, EvaluateConfig, ModelConfig, ReportConfig
from mtadgat.config.parameter import parameter_values
from mtadgat.config.requests import EvaluateRequest, HyperoptRequest, TrainRequest
from mtadgat.data.splits import Splits
from mtadgat.errors import TrainingError
from mtadgat.search.driver import NoSearchProgress, Plan, SearchProgress, search_locally
from mtadgat.search.losses import VALIDATION, check_loss, labelled_parts
from mtadgat.search.objective import Objective, TrialData
from mtadgat.search.resume import resumed_request, stored_request
from mtadgat.search.space import SearchSpace, read_space
from mtadgat.search.trial import Saving, TrialRecord, best_trial, pruning_saving, settings_of, trials_table, words
from mtadgat.search.trial_store import SearchRun, SearchTracking
from mtadgat.tracking import names
from mtadgat.tracking.protocols import RunLabel
from mtadgat.workflows.evaluate import EvaluateResult, evaluate
from mtadgat.workflows.train import TrainResult, train
from mtadgat.workflows.trial_summary import best_config, log_text, record_trials

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class HyperoptResult:
    """What a search found.

    Args:
        best: the trial of the lowest loss.
        config: its configuration, with all epochs.
        settings: the same as YAML that ``train --config`` accepts.
        trials: one row for each trial.
        saving: what pruning saved.
        trained: the detector trained with the best configuration.
        evaluated: its evaluation, or None where the data have no labels.
        run_id: the run of the search.
    """

    best: TrialRecord
    config: DetectorConfig
    settings: str
    trials: pd.DataFrame
    saving: Saving
    trained: TrainResult
    evaluated: EvaluateResult | None
    run_id: str


def hyperopt(
    request: HyperoptRequest, tracking: SearchTracking, progress: SearchProgress | None = None
) -> HyperoptResult:
    """Search for the best configuration, and train with it once more.

    Args:
        request: data, detector, how to search and where to record.
        tracking: opens the runs.
        progress: hears of steps and trials.

    Raises:
        ConfigError: the space or other parameters cannot be used.
        DataError: the data cannot be read, or have too few labels for the loss.
        TrainingError: no trial finished.
        MissingExtraError: trials are to run on Spark, and pyspark is not installed.
        ServiceError: the tracking server or Spark does not answer.
    """
    progress = progress or NoSearchProgress()
    if request.search.resume is None:
        space = read_space(request.search.space)
    else:
        request, space = resumed_request(request, tracking)
    for name in check_loss(request.search, request.detector, space.names):
        progress.step(f"note: the {VALIDATION} loss does not depend on {name}; search it with a loss from labels")
    space.check(request.detector)
    search = _Search(request, space, tracking, progress)
    label = RunLabel("hyperopt", search.data.train.dataset, search.data.train.entity)
    with tracking.search(label, request.tracking, request.search.resume) as run:
        return search.run(run)


class _Search:
    """One search: its data are read, its parameters are checked."""

    def __init__(
        self, request: HyperoptRequest, space: SearchSpace, tracking: SearchTracking, progress: SearchProgress
    ) -> None:
        self.request, self.space, self.tracking, self.progress = request, space, tracking, progress
        wanted = request.search
        self.splits = Splits(request.data)
        train_rows = self.splits.read("train")
        self.seen = 0
        labelled = None
        if wanted.loss != VALIDATION:
            labelled = labelled_parts(self.splits.read("eval"), wanted.loss_share).search
            self.seen = len(labelled)
        self.data = TrialData(train_rows, labelled)
        self.base = request.detector.with_params(epochs=wanted.trial_epochs or request.detector.training.epochs)
        self.over: list[TrialRecord] = []

    def run(self, run: SearchRun) -> HyperoptResult:
        """Run the trials that are left, then train with the best configuration."""
        self._begin(run)
        try:
            self._run_trials(run)
        except BaseException as stop:
            self._save(run, stop)
            raise
        run.trial_store.interrupt_unfinished("stopped with the search")
        records = self._record(run)
        best = best_trial(records)
        if best is None:
            raise _nothing_found(records)
        return self._conclude(run, best, records)

    def _begin(self, run: SearchRun) -> None:
        request, tracker = self.request, run.tracker
        tracker.log_parameters(parameter_values(request.data, request.detector, request.search))
        if request.search.resume is None:
            tracker.log_series(self.data.train, "train")
            tracker.log_json(stored_request(request), names.SEARCH_REQUEST)
            log_text(run.tracker, self.space.text, names.SEARCH_SPACE)
        run.trial_store.interrupt_unfinished("the search was interrupted")
        self.over = run.trial_store.records()
        begun = f", {len(self.over)} of them known" if self.over else ""
        self.progress.step(
            f"searching {len(self.space.names)} parameters on {len(self.data.train)} rows of {self.data.train.name}: "
            f"{request.search.max_evals} trials{begun}, loss {request.search.loss}"
        )

    def _run_trials(self, run: SearchRun) -> None:
        wanted = self.request.search
        plan = Plan(
            space=self.space,
            algo=wanted.algo,
            seed=self.request.detector.seed,
            max_evals=wanted.max_evals,
            timeout=wanted.timeout,
            early_stop=wanted.early_stop,
            known=tuple(self.over),
        )
        objective = Objective(
            base=self.base,
            loss=wanted.loss,
            pruning=wanted.pruning is not None,
            data=lambda: self.data,
            trial_store=run.trial_store,
            on_epoch=self.progress.trial_epoch,
        )

        def on_trial(record: TrialRecord) -> None:
            self.over.append(record)
            best = best_trial(self.over)
            if best is not None:
                run.tracker.log_metrics({names.BEST_TRIAL_LOSS: best.loss}, step=len(self.over))
            self.progress.trial(record, len(self.over), wanted.max_evals, best)

        if wanted.trials == "local":
            search_locally(plan, objective, on_trial)
        else:
            from mtadgat.integrations.spark.runner import search_on_spark
            from mtadgat.integrations.spark.session import spark_session

            with spark_session(wanted.spark_master) as session:
                search_on_spark(session, plan, objective, wanted.parallelism, on_trial)

    def _save(self, run: SearchRun, stop: BaseException) -> None:
        """Record what was found before the search was stopped; why it was stopped matters more than a fault here."""
        try:
            run.trial_store.interrupt_unfinished(f"stopped with the search: {type(stop).__name__}")
            self._record(run)
        except Exception as error:
            log.warning("what was found could not be recorded: %s", error)

    def _record(self, run: SearchRun) -> list[TrialRecord]:
        return record_trials(run, self.request, self.space.names, self.base.epochs)

    def _conclude(self, run: SearchRun, best: TrialRecord, records: Sequence[TrialRecord]) -> HyperoptResult:
        request, config = self.request, best_config(self.request, best)
        run.tracker.log_parameters({f"best/{name}": value for name, value in best.parameters.items()})
        run.tracker.set_tags({names.TAG_BEST_TRIAL: str(best.number), names.TAG_BEST_RUN: best.run_id})
        self.progress.step(
            f"training once more as trial {best.number}, loss {best.loss:.4g}: {words(best.parameters)}"
        )
        inner = replace(request.tracking, experiment=None, run_name=None)
        trained = train(TrainRequest(request.data, config, inner), self.tracking, self.progress, self.splits)
        run.link_model(trained.model)
        evaluated = self._evaluate(trained)
        if evaluated is not None:
            run.tracker.log_metrics(evaluated.evaluation.metrics(), model_id=trained.model.model_id)
        return HyperoptResult(
            best=best,
            config=config,
            settings=settings_of(config, best, request.search.loss),
            trials=trials_table(records, self.space.names),
            saving=pruning_saving(records, self.base.epochs),
            trained=trained,
            evaluated=evaluated,
            run_id=run.tracker.run_id,
        )

    def _evaluate(self, trained: TrainResult) -> EvaluateResult | None:
        data = self.request.data
        if "eval" not in self.splits.names or self.splits.read("eval").labels is None:
            self.progress.step("no labels: nothing to evaluate")
            return None
        wanted = EvaluateConfig(skip=self.seen)
        choice = ModelConfig(model=trained.model.uri)
        request = EvaluateRequest(data, wanted, ReportConfig(report=None), choice)
        return evaluate(request, self.tracking, self.progress, self.splits)


def _nothing_found(records: Sequence[TrialRecord]) -> TrainingError:
    reasons = list(dict.fromkeys(record.reason.splitlines()[0] for record in records if record.reason))
    got = f"{len(records)} that failed: {'; '.join(reasons[:3])}" if records else "none before the time was up"
    return TrainingError("a trial that finishes", got, "Change the --space, the data or --timeout.")
