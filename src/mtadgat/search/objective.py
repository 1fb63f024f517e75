"""Objective: runs one trial, from its suggestion to its record."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from mtadgat.config import DetectorConfig
from mtadgat.detector.detector import Detector
from mtadgat.detector.fitted_network import FittedNetwork
from mtadgat.detector.training import EpochLosses
from mtadgat.errors import ServiceError
from mtadgat.search.losses import labelled_loss
from mtadgat.search.pruning import median_rule
from mtadgat.search.trial import MAX_REASON_LENGTH, Suggestion, TrialRecord
from mtadgat.search.trial_store import TrialRecorder, TrialStore
from mtadgat.series import Series
from mtadgat.tracking import names


@dataclass(frozen=True)
class TrialData:
    """The data that every trial uses.

    Args:
        train: training rows.
        labelled: labelled rows for a loss from labels; None for the validation loss.
    """

    train: Series
    labelled: Series | None = None


class TimeUpError(Exception):
    """The time limit of the search was reached before the trial ended."""


class _PrunedError(Exception):
    """The trial is to be stopped early; the message says why."""


@dataclass(frozen=True)
class Objective:
    """Runs trials; it can be pickled and used on another machine.

    Args:
        base: the configuration of every trial, apart from the searched parameters.
        loss: what is minimised.
        pruning: whether trials that do worse than most others are stopped early.
        data: returns the data.
        trial_store: where trials are recorded.
        on_epoch: called after each epoch with the number of its trial.
    """

    base: DetectorConfig
    loss: str
    pruning: bool
    data: Callable[[], TrialData]
    trial_store: TrialStore
    on_epoch: Callable[[int, EpochLosses], None] | None = None

    def open(self, suggestion: Suggestion) -> str:
        """Record that a trial begins, and return its run id.

        Whoever hands out trials opens them: one that is cancelled while it starts elsewhere then has a run already,
        and does not begin one after the search has closed those that never ended.

        Raises:
            ServiceError: the trial store does not answer.
        """
        return self.trial_store.open(suggestion, self.base)

    def __call__(self, suggestion: Suggestion, run_id: str, deadline: float = math.inf) -> TrialRecord:
        """Run a trial and record it; an error in it is recorded as a failed trial.

        Args:
            suggestion: the trial to run.
            run_id: its run, which `open` returned.
            deadline: when the search ends, in seconds since 1970.

        Raises:
            TimeUpError: the deadline has passed; the trial counts as never run.
            ServiceError: the trial store does not answer.
        """
        started = time.monotonic()
        recorder = self.trial_store.recorder(run_id)
        trial = _Trial(self, suggestion, run_id, recorder, deadline)
        try:
            outcome = trial.run()
        except (ServiceError, TimeUpError, KeyboardInterrupt, SystemExit) as stop:
            recorder.interrupt("interrupted" if isinstance(stop, KeyboardInterrupt) else str(stop))
            raise
        except Exception as error:  # one bad configuration does not end the search
            outcome = _Outcome(names.FAILED, math.nan, f"{type(error).__name__}: {error}"[:MAX_REASON_LENGTH])
        record = TrialRecord(
            number=suggestion.number,
            status=outcome.status,
            loss=outcome.loss,
            parameters=dict(suggestion.parameters),
            point=dict(suggestion.point),
            epochs=len(trial.losses),
            seconds=time.monotonic() - started,
            reason=outcome.reason,
            run_id=run_id,
            ended=time.time(),
        )
        recorder.end(record)
        return record


class _Outcome(NamedTuple):
    status: str
    loss: float
    reason: str = ""


class _Trial:
    """One trial while it runs: its epochs so far."""

    def __init__(
        self, objective: Objective, suggestion: Suggestion, run_id: str, recorder: TrialRecorder, deadline: float
    ) -> None:
        self.objective = objective
        self.suggestion = suggestion
        self.run_id = run_id
        self.recorder = recorder
        self.deadline = deadline
        self.losses: list[EpochLosses] = []

    @property
    def validation_losses(self) -> list[float]:
        """The validation losses, epoch by epoch."""
        return [losses.validation_total for losses in self.losses]

    def run(self) -> _Outcome:
        """Train, and return what came of it."""
        objective = self.objective
        config = objective.base.with_params(**self.suggestion.parameters)
        data = objective.data()
        try:
            if data.labelled is None:
                FittedNetwork.fit(data.train, config, on_epoch=self._epoch, on_batch=self._batch)
                loss = min(self.validation_losses)
            else:
                detector = Detector(config).fit(data.train, on_epoch=self._epoch, on_batch=self._batch)
                loss = labelled_loss(objective.loss, detector, data.labelled)
        except _PrunedError as pruned:
            return _Outcome(names.PRUNED, min(self.validation_losses), str(pruned))
        if not math.isfinite(loss):
            return _Outcome(names.FAILED, math.nan, f"the {objective.loss} loss is {loss}")
        return _Outcome(names.FINISHED, loss)

    def _batch(self, done: int, total: int) -> None:
        if time.time() > self.deadline:
            raise TimeUpError("the time of the search was up")

    def _epoch(self, losses: EpochLosses) -> None:
        self.losses.append(losses)
        self.recorder.epoch(losses)
        if self.objective.on_epoch is not None:
            self.objective.on_epoch(self.suggestion.number, losses)
        if self.objective.pruning:
            peers = self.objective.trial_store.validation_losses(excluded_run=self.run_id)
            decision = median_rule(self.validation_losses, peers)
            if decision.prune:
                raise _PrunedError(decision.reason)
