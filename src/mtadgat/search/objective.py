"""Objective: one trial from its draw to its record."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from mtadgat.config import DetectorConfig
from mtadgat.detector.detector import Detector
from mtadgat.detector.fitted_network import FittedNetwork
from mtadgat.detector.training import EpochLosses
from mtadgat.errors import ServiceError
from mtadgat.search.losses import labelled_loss
from mtadgat.search.pruning import median_rule
from mtadgat.search.trial import TrialRecord
from mtadgat.search.trial_store import Suggestion, TrialRecorder, TrialStore, curve_of
from mtadgat.series import Series
from mtadgat.tracking import names

LONGEST_REASON = 1000


@dataclass(frozen=True)
class TrialData:
    """What every trial reads.

    Args:
        train: training rows.
        labelled: labelled rows for the loss; None for the validation loss.
    """

    train: Series
    labelled: Series | None = None


class TimeUpError(Exception):
    """The time of the search was up before the trial was over."""


class _PrunedError(Exception):
    """The trial is not worth another epoch."""


@dataclass(frozen=True)
class Objective:
    """Runs trials; it can be pickled and used on another machine.

    Args:
        base: the configuration of a trial but for what is drawn.
        loss: what is minimised.
        pruning: whether hopeless trials are stopped.
        data: gives the data.
        journal: where trials are recorded.
        on_epoch: hears of each epoch and the number of its trial.
    """

    base: DetectorConfig
    loss: str
    pruning: bool
    data: Callable[[], TrialData]
    trial_store: TrialStore
    on_epoch: Callable[[int, EpochLosses], None] | None = None

    def __call__(self, suggestion: Suggestion, deadline: float = math.inf) -> TrialRecord:
        """Run a trial and record it; what goes wrong in it becomes its record.

        Args:
            draw: what was drawn.
            deadline: when the search ends, in seconds since 1970.

        Raises:
            TimeUpError: the deadline passed; the trial counts as never run.
            ServiceError: the journal does not answer.
        """
        started = time.monotonic()
        log = self.trial_store.open(suggestion, self.base)
        course = _Course(self, suggestion, log, deadline)
        try:
            status, loss, reason = course.run()
        except (ServiceError, TimeUpError, KeyboardInterrupt, SystemExit) as stop:
            log.interrupt("interrupted" if isinstance(stop, KeyboardInterrupt) else str(stop))
            raise
        except Exception as error:  # whatever a configuration does wrong, the search goes on
            status, loss, reason = names.FAILED, math.nan, _words(error)
        record = TrialRecord(
            number=suggestion.number,
            status=status,
            loss=loss,
            parameters=dict(suggestion.parameters),
            point=dict(suggestion.point),
            epochs=len(course.losses),
            seconds=time.monotonic() - started,
            reason=reason,
            run_id=log.run_id,
            ended=time.time(),
        )
        log.end(record)
        return record


class _Course:
    """The course of one trial: its epochs so far."""

    def __init__(self, objective: Objective, suggestion: Suggestion, log: TrialRecorder, deadline: float) -> None:
        self.objective = objective
        self.suggestion = suggestion
        self.log = log
        self.deadline = deadline
        self.losses: list[EpochLosses] = []

    def run(self) -> tuple[str, float, str]:
        """Return status, loss and reason."""
        objective = self.objective
        config = replace(objective.base, **self.suggestion.parameters)
        data = objective.data()
        try:
            if data.labelled is None:
                FittedNetwork.fit(data.train, config, on_epoch=self._epoch, on_batch=self._batch)
                loss = min(curve_of(self.losses))
            else:
                detector = Detector(config).fit(data.train, on_epoch=self._epoch, on_batch=self._batch)
                loss = labelled_loss(objective.loss, detector, data.labelled)
        except _PrunedError as hopeless:
            return names.PRUNED, min(curve_of(self.losses)), str(hopeless)
        if not math.isfinite(loss):
            return names.FAILED, math.nan, f"the {objective.loss} loss is {loss}"
        return names.FINISHED, loss, ""

    def _batch(self, done: int, total: int) -> None:
        if time.time() > self.deadline:
            raise TimeUpError("the time of the search was up")

    def _epoch(self, losses: EpochLosses) -> None:
        self.losses.append(losses)
        self.log.epoch(losses)
        if self.objective.on_epoch is not None:
            self.objective.on_epoch(self.suggestion.number, losses)
        if self.objective.pruning:
            verdict = median_rule(curve_of(self.losses), self.objective.trial_store.curves(self.log.run_id))
            if verdict.hopeless:
                raise _PrunedError(verdict.reason)


def suggestion_of(carried: Mapping[str, Any]) -> Suggestion:
    """Return the draw that hyperopt carried."""
    return Suggestion(number=carried["number"], point=carried["point"], parameters=carried["values"])


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:LONGEST_REASON]
