"""Journal: the trials of a search as child runs of its run; whatever happens to the search, they stay.

It holds only what it takes to find the server, so that it can be pickled and used on another machine.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Run

import mtadgat
from mtadgat.config import DetectorConfig
from mtadgat.detector.training import EpochLosses
from mtadgat.integrations.mlflow.runs.mlflow_tracker import LONGEST_TAG, MlflowTracker
from mtadgat.integrations.mlflow.service import service
from mtadgat.search.trial import TrialRecord
from mtadgat.search.trial_store import Draw
from mtadgat.tracking import names as tags

COMMAND = "trial"
NUMBER = "mtadgat.trial.number"
POINT = "mtadgat.trial.point"
VALUES = "mtadgat.trial.values"
STATUS = "mtadgat.trial.status"
INTERRUPTED = "interrupted"

VALIDATION_LOSS = "loss/validation_total"
AT_ONCE = 1000


class MlflowTrialLog:
    """Records one trial in its run."""

    def __init__(self, run_id: str) -> None:
        self._tracker = MlflowTracker(run_id)
        self._client = MlflowClient()

    @property
    def run_id(self) -> str:
        """Id of the trial's run."""
        return self._tracker.run_id

    def epoch(self, losses: EpochLosses) -> None:
        """Record an epoch that is over."""
        figures = {f"loss/{name}": value for name, value in losses._asdict().items() if name != "epoch"}
        self._tracker.log_metrics(figures, losses.epoch)

    def end(self, record: TrialRecord) -> None:
        """Record how the trial ended."""
        self._tracker.log_metrics(
            {"trial/loss": record.loss, "trial/seconds": record.seconds, "trial/epochs": record.epochs}
        )
        reason = {tags.ERROR: record.reason[:LONGEST_TAG]} if record.reason else {}
        self._tracker.set_tags({STATUS: record.status, **reason})
        self._terminate("FAILED" if record.status == "failed" else "FINISHED")

    def interrupt(self, reason: str) -> None:
        """Record that somebody stopped it: it counts as never run."""
        self._tracker.set_tags({STATUS: INTERRUPTED, tags.ERROR: reason})
        self._terminate("KILLED")

    def _terminate(self, status: str) -> None:
        with service("end the run of a trial"):
            self._client.set_terminated(self.run_id, status)


@dataclass
class MlflowJournal:
    """Records the trials of one search.

    Args:
        search: run id of the search.
        experiment: id of its experiment.
        tracking_uri: where the runs are, the same from every machine.
        credentials: environment variables by which the server knows us.
        subject: tags of the data, by name.
    """

    search: str
    experiment: str
    tracking_uri: str
    credentials: Mapping[str, str] = field(repr=False)
    subject: Mapping[str, str]
    _known_curves: dict[str, list[float]] = field(default_factory=dict, repr=False)

    def open(self, draw: Draw, base: DetectorConfig) -> MlflowTrialLog:
        """Record that a trial begins."""
        self._connect()
        about = {
            **self.subject,
            tags.COMMAND: COMMAND,
            tags.VERSION: mtadgat.__version__,
            "mlflow.parentRunId": self.search,
            NUMBER: str(draw.number),
            POINT: json.dumps(dict(draw.point)),
            VALUES: json.dumps(dict(draw.parameters)),
        }
        with service("open the run of a trial"):
            run = MlflowClient().create_run(self.experiment, tags=about, run_name=f"trial-{draw.number:03d}")
        log = MlflowTrialLog(run.info.run_id)
        MlflowTracker(log.run_id).log_parameters({**asdict(base), **draw.parameters})
        return log

    def records(self) -> list[TrialRecord]:
        """Return the trials that are over, by number; those that were interrupted are not among them."""
        self._connect()
        over = [_record(run) for run in self._trials() if run.data.tags.get(STATUS, INTERRUPTED) != INTERRUPTED]
        return sorted(over, key=lambda record: record.number)

    def curves(self, without: str) -> list[list[float]]:
        """Return the validation losses of each trial, epoch by epoch, however far it came."""
        client = MlflowClient()
        found = []
        for run in self._trials():
            run_id, status = run.info.run_id, run.data.tags.get(STATUS)
            if run_id == without or status == INTERRUPTED:
                continue
            if run_id not in self._known_curves or status is None:
                with service("read the losses of a trial"):
                    history = client.get_metric_history(run_id, VALIDATION_LOSS)
                self._known_curves[run_id] = [metric.value for metric in sorted(history, key=lambda each: each.step)]
            found.append(self._known_curves[run_id])
        return found

    def interrupt_unfinished(self, reason: str) -> None:
        """Record for every trial that never ended that somebody stopped it."""
        self._connect()
        for run in self._unfinished():
            MlflowTrialLog(run.info.run_id).interrupt(reason)

    def fail(self, draw: Draw, base: DetectorConfig, reason: str) -> None:
        """Record a trial as failed that could not say so itself."""
        self._connect()
        begun = [run for run in self._unfinished() if run.data.tags[NUMBER] == str(draw.number)]
        logs = [MlflowTrialLog(run.info.run_id) for run in begun] or [self.open(draw, base)]
        for again in logs[1:]:
            again.interrupt("begun again")  # Spark runs a lost task once more
        logs[0].end(TrialRecord(draw.number, "failed", math.nan, draw.parameters, draw.point, reason=reason))

    def _connect(self) -> None:
        if mlflow.get_tracking_uri() != self.tracking_uri:
            os.environ.update(self.credentials)
            mlflow.set_tracking_uri(self.tracking_uri)

    def _unfinished(self) -> list[Run]:
        return [run for run in self._trials() if STATUS not in run.data.tags]

    def _trials(self) -> Iterator[Run]:
        client, token = MlflowClient(), None
        while True:
            with service("look up the trials"):
                page = client.search_runs(
                    [self.experiment],
                    f"tags.`mlflow.parentRunId` = '{self.search}' AND tags.`{tags.COMMAND}` = '{COMMAND}'",
                    max_results=AT_ONCE,
                    page_token=token,
                )
            yield from page
            token = page.token
            if not token:
                return


def _record(run: Run) -> TrialRecord:
    known: Mapping[str, Any] = run.data.tags
    figures: Mapping[str, float] = run.data.metrics
    return TrialRecord(
        number=int(known[NUMBER]),
        status=str(known[STATUS]),
        loss=figures.get("trial/loss", math.nan),
        parameters=json.loads(known[VALUES]),
        point=json.loads(known[POINT]),
        epochs=int(figures.get("trial/epochs", 0)),
        seconds=figures.get("trial/seconds", 0.0),
        reason=str(known.get(tags.ERROR, "")),
        run_id=str(run.info.run_id),
        ended=(run.info.end_time or 0) / 1000,
    )
