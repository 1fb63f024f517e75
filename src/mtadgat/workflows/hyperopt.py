"""The hyperopt workflow: a search space goes in, the best configuration and a detector trained with it come out."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from mtadgat.config import DetectorConfig, EvaluateConfig, ModelConfig, ReportConfig
from mtadgat.config.parameter import parameter_values
from mtadgat.config.requests import EvaluateRequest, HyperoptRequest, TrainRequest
from mtadgat.data.profile import profiles_of
from mtadgat.data.splits import Splits, known_from
from mtadgat.data.storage.table_store import TableStore
from mtadgat.errors import TrainingError
from mtadgat.search.losses import VALIDATION, check_loss, split_labelled
from mtadgat.search.objective import Objective, TrialData
from mtadgat.search.observers import NoSearchProgress, SearchProgress, SearchRun, SearchTracking
from mtadgat.search.plan import Plan
from mtadgat.search.resume import resumed_request, stored_request
from mtadgat.search.space import SearchSpace, read_space
from mtadgat.search.trial import PruningSavings, TrialRecord, best_trial, format_parameters
from mtadgat.search.trial_runner import RunnerFactory, TrialRunner, local_runner
from mtadgat.series import Series
from mtadgat.tracking import names
from mtadgat.tracking.protocols import RunLabel
from mtadgat.workflows.evaluate import EvaluateResult, evaluate
from mtadgat.workflows.train import TrainResult, train
from mtadgat.workflows.trial_summary import BestTrial, TrialSummary, record_trials

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class HyperoptResult:
    """The result of a search.

    Args:
        best: the trial with the lowest loss.
        config: its configuration, with all epochs.
        settings: the same as YAML for ``train --config``.
        trials: one row for each trial.
        savings: what pruning saved.
        trained: the detector trained with the best configuration.
        evaluated: its evaluation, or None if the data have no labels.
        run_id: the run of the search.
    """

    best: TrialRecord
    config: DetectorConfig
    settings: str
    trials: pd.DataFrame
    savings: PruningSavings
    trained: TrainResult
    evaluated: EvaluateResult | None
    run_id: str


def hyperopt(
    request: HyperoptRequest,
    tracking: SearchTracking,
    progress: SearchProgress | None = None,
    runner_for: RunnerFactory = local_runner,
    tables: TableStore | None = None,
) -> HyperoptResult:
    """Search for the best configuration, and train the final detector with it.

    Args:
        request: data, detector, how to search and where to record.
        tracking: opens the runs.
        progress: follows steps and trials.
        runner_for: returns what runs the trials; it is given the parameters of the search, which a resumed search
            reads from its run.
        tables: reads tables that are not files; omitted: what can be read without Spark.

    Raises:
        ConfigError: the space or other parameters cannot be used.
        DataError: the data cannot be read, or have too few labels for the loss.
        TrainingError: no trial finished.
        MissingExtraError: the library that runs the trials is not installed.
        ServiceError: the tracking server, or the service that runs the trials, does not answer.
    """
    progress = progress or NoSearchProgress()
    if request.search.resume is None:
        space = read_space(request.search.space)
    else:
        request, space = resumed_request(request, tracking)
    for name in check_loss(request.search, request.detector, space.names):
        progress.step(f"note: the {VALIDATION} loss does not depend on {name}; search it with a loss from labels")
    space.check(request.detector)
    runner, splits = runner_for(request.search), Splits(request.data, tables)
    search = _Search(request, space, tracking, progress, runner=runner, splits=splits)
    label = RunLabel("hyperopt", search.data.train.dataset, search.data.train.entity)
    with tracking.search(label, request.tracking, request.search.resume) as run:
        return search.run(run)


class _Search:
    """One search, its data read and its parameters checked."""

    def __init__(
        self,
        request: HyperoptRequest,
        space: SearchSpace,
        tracking: SearchTracking,
        progress: SearchProgress,
        *,
        runner: TrialRunner,
        splits: Splits,
    ) -> None:
        self.request, self.space, self.tracking, self.progress = request, space, tracking, progress
        self.runner = runner
        options = request.search
        train_rows = splits.read("train")
        self.splits = splits.knowing(known_from(train_rows))
        self.rows_seen = 0
        labelled = None
        if options.loss != VALIDATION:
            labelled = split_labelled(self.splits.read("eval"), options.loss_share).search
            self.rows_seen = len(labelled)
        self.data = TrialData(train_rows, labelled)
        read: dict[str, Series] = {
            split: self.splits.read(split) for split in ("train", "eval") if split in self.splits.names
        }
        for profile in profiles_of(read, request.detector.detection.max_gap):
            progress.profile(profile)
        self.base = request.detector.with_params(epochs=options.trial_epochs or request.detector.training.epochs)
        self.ended: list[TrialRecord] = []

    def run(self, run: SearchRun) -> HyperoptResult:
        """Run the trials that are left, then train the final detector."""
        self._begin(run)
        try:
            self._run_trials(run)
        except BaseException as stop:
            self._save(run, stop)
            raise
        run.trial_store.interrupt_unfinished("stopped with the search")
        summary = self._record(run)
        if summary.best is None:
            raise _no_trial_finished(summary.records)
        return self._conclude(run, summary, summary.best)

    def _begin(self, run: SearchRun) -> None:
        request, tracker = self.request, run.tracker
        tracker.log_parameters(parameter_values(request.data, request.detector, request.search))
        if request.search.resume is None:
            tracker.log_series(self.data.train, "train")
            tracker.log_json(stored_request(request), names.SEARCH_REQUEST)
            tracker.log_text(self.space.text, names.SEARCH_SPACE)
        run.trial_store.interrupt_unfinished("the search was interrupted")
        self.ended = run.trial_store.records()
        resumed = f", {len(self.ended)} of them already run" if self.ended else ""
        self.progress.step(
            f"searching {len(self.space.names)} parameters on {len(self.data.train)} rows of {self.data.train.name}: "
            f"{request.search.max_evals} trials{resumed}, loss {request.search.loss}"
        )

    def _run_trials(self, run: SearchRun) -> None:
        search = self.request.search
        plan = Plan(
            space=self.space,
            algo=search.algo,
            seed=self.request.detector.seed,
            max_evals=search.max_evals,
            timeout=search.timeout,
            early_stop=search.early_stop,
            ended=tuple(self.ended),
        )
        objective = Objective(
            base=self.base,
            loss=search.loss,
            pruning=search.pruning is not None,
            data=lambda: self.data,
            trial_store=run.trial_store,
            on_epoch=self.progress.trial_epoch,
        )

        def on_trial(record: TrialRecord) -> None:
            self.ended.append(record)
            best = best_trial(self.ended)
            if best is not None:
                run.tracker.log_metrics({names.BEST_TRIAL_LOSS: best.loss}, step=len(self.ended))
            self.progress.trial(record, len(self.ended), search.max_evals, best)

        self.runner.run(plan, objective, on_trial)

    def _save(self, run: SearchRun, stop: BaseException) -> None:
        """Record the trials of a search that was stopped; an error here must not hide why it was stopped."""
        try:
            run.trial_store.interrupt_unfinished(f"stopped with the search: {type(stop).__name__}")
            self._record(run)
        except Exception as error:
            log.warning("the trials so far could not be recorded: %s", error)

    def _record(self, run: SearchRun) -> TrialSummary:
        return record_trials(run, self.request, self.space.names, self.base.epochs)

    def _conclude(self, run: SearchRun, summary: TrialSummary, chosen: BestTrial) -> HyperoptResult:
        request, best = self.request, chosen.record
        run.tracker.log_parameters({f"best/{name}": value for name, value in best.parameters.items()})
        run.tracker.set_tags({names.TAG_BEST_TRIAL: str(best.number), names.TAG_BEST_RUN: best.run_id})
        self.progress.step(
            f"training the final detector with the parameters of trial {best.number}, loss {best.loss:.4g}: "
            f"{format_parameters(best.parameters)}"
        )
        inner = replace(request.tracking, experiment=None, run_name=None)
        trained = train(TrainRequest(request.data, chosen.config, inner), self.tracking, self.progress, self.splits)
        run.link_model(trained.model)
        evaluated = self._evaluate(trained)
        if evaluated is not None:
            run.tracker.log_metrics(evaluated.evaluation.metrics(), model_id=trained.model.model_id)
        return HyperoptResult(
            best=best,
            config=chosen.config,
            settings=chosen.settings,
            trials=summary.table,
            savings=summary.savings,
            trained=trained,
            evaluated=evaluated,
            run_id=run.tracker.run_id,
        )

    def _evaluate(self, trained: TrainResult) -> EvaluateResult | None:
        data = self.request.data
        if "eval" not in self.splits.names or self.splits.read("eval").labels is None:
            self.progress.step("no labels: nothing to evaluate")
            return None
        unseen = EvaluateConfig(skip=self.rows_seen)
        choice = ModelConfig(model=trained.model.uri)
        request = EvaluateRequest(data, unseen, ReportConfig(report=None), choice)
        return evaluate(request, self.tracking, self.progress, self.splits)


def _no_trial_finished(records: Sequence[TrialRecord]) -> TrainingError:
    reasons = list(dict.fromkeys(record.reason.splitlines()[0] for record in records if record.reason))
    got = f"{len(records)} that failed: {'; '.join(reasons[:3])}" if records else "none before the time was up"
    return TrainingError("a trial that finishes", got, "Change the --space, the data or --timeout.")
