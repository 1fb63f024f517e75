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
from mtadgat.search.trial_store import Draw, Journal, TrialLog, curve_of
from mtadgat.series import Series

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


class _HopelessError(Exception):
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
    journal: Journal
    on_epoch: Callable[[int, EpochLosses], None] | None = None

    def __call__(self, draw: Draw, deadline: float = math.inf) -> TrialRecord:
        """Run a trial and record it; what goes wrong in it becomes its record.

        Args:
            draw: what was drawn.
            deadline: when the search ends, in seconds since 1970.

        Raises:
            TimeUpError: the deadline passed; the trial counts as never run.
            ServiceError: the journal does not answer.
        """
        started = time.monotonic()
        log = self.journal.open(draw, self.base)
        course = _Course(self, draw, log, deadline)
        try:
            status, loss, reason = course.run()
        except (ServiceError, TimeUpError, KeyboardInterrupt, SystemExit) as stop:
            log.interrupt("interrupted" if isinstance(stop, KeyboardInterrupt) else str(stop))
            raise
        except Exception as error:  # whatever a configuration does wrong, the search goes on
            status, loss, reason = "failed", math.nan, _words(error)
        record = TrialRecord(
            number=draw.number,
            status=status,
            loss=loss,
            parameters=dict(draw.parameters),
            point=dict(draw.point),
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

    def __init__(self, objective: Objective, draw: Draw, log: TrialLog, deadline: float) -> None:
        self.objective = objective
        self.draw = draw
        self.log = log
        self.deadline = deadline
        self.losses: list[EpochLosses] = []

    def run(self) -> tuple[str, float, str]:
        """Return status, loss and reason."""
        objective = self.objective
        config = replace(objective.base, **self.draw.parameters)
        data = objective.data()
        try:
            if data.labelled is None:
                FittedNetwork.fit(data.train, config, on_epoch=self._epoch, on_batch=self._batch)
                loss = min(curve_of(self.losses))
            else:
                detector = Detector(config).fit(data.train, on_epoch=self._epoch, on_batch=self._batch)
                loss = labelled_loss(objective.loss, detector, data.labelled)
        except _HopelessError as hopeless:
            return "pruned", min(curve_of(self.losses)), str(hopeless)
        if not math.isfinite(loss):
            return "failed", math.nan, f"the {objective.loss} loss is {loss}"
        return "finished", loss, ""

    def _batch(self, done: int, total: int) -> None:
        if time.time() > self.deadline:
            raise TimeUpError("the time of the search was up")

    def _epoch(self, losses: EpochLosses) -> None:
        self.losses.append(losses)
        self.log.epoch(losses)
        if self.objective.on_epoch is not None:
            self.objective.on_epoch(self.draw.number, losses)
        if self.objective.pruning:
            verdict = median_rule(curve_of(self.losses), self.objective.journal.curves(self.log.run_id))
            if verdict.hopeless:
                raise _HopelessError(verdict.reason)


def draw_of(carried: Mapping[str, Any]) -> Draw:
    """Return the draw that hyperopt carried."""
    return Draw(number=carried["number"], point=carried["point"], parameters=carried["values"])


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:LONGEST_REASON]
