"""Trial store in MLflow: the trials of a search as child runs of its run, which stay if the search is killed.

It holds only what it takes to reach the server, so that it can be pickled and used on another machine.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Run

import mtadgat
from mtadgat.config import DetectorConfig
from mtadgat.config.parameter import parameter_values
from mtadgat.detector.training import EpochLosses
from mtadgat.integrations.mlflow.runs.mlflow_tracker import MlflowTracker
from mtadgat.integrations.mlflow.service import service
from mtadgat.search.trial import Suggestion, TrialRecord
from mtadgat.tracking import names

PAGE_SIZE = 1000
"""Trials that one request asks for."""


class MlflowTrialRecorder:
    """Records one trial in its run."""

    def __init__(self, run_id: str) -> None:
        self._tracker = MlflowTracker(run_id)
        self._client = MlflowClient()

    def epoch(self, losses: EpochLosses) -> None:
        """Record an epoch that has ended."""
        self._tracker.log_metrics(names.loss_metrics(losses), losses.epoch)

    def end(self, record: TrialRecord) -> None:
        """Record how the trial ended."""
        self._tracker.log_metrics(
            {names.TRIAL_LOSS: record.loss, names.TRIAL_SECONDS: record.seconds, names.TRIAL_EPOCHS: record.epochs}
        )
        reason = {names.TAG_ERROR: record.reason} if record.reason else {}
        self._tracker.set_tags({names.TAG_TRIAL_STATE: record.status, **reason})
        self._terminate("FAILED" if record.status == names.FAILED else "FINISHED")

    def interrupt(self, reason: str) -> None:
        """Record that the trial was interrupted: it counts as never run."""
        self._tracker.set_tags({names.TAG_TRIAL_STATE: names.INTERRUPTED, names.TAG_ERROR: reason})
        self._terminate("KILLED")

    def _terminate(self, status: str) -> None:
        with service("end the run of a trial"):
            self._client.set_terminated(self._tracker.run_id, status)


@dataclass
class MlflowTrialStore:
    """Records the trials of one search.

    Args:
        search_id: run id of the search.
        experiment_id: id of its experiment.
        tracking_uri: where the runs are, the same from every machine.
        credentials: environment variables with which a process can use the server.
        data_tags: tags that name the data.
    """

    search_id: str
    experiment_id: str
    tracking_uri: str
    credentials: Mapping[str, str] = field(repr=False)
    data_tags: Mapping[str, str]
    _losses: dict[str, list[float]] = field(default_factory=dict, repr=False)

    def open(self, suggestion: Suggestion, base: DetectorConfig) -> str:
        """Record that a trial begins; return its run id."""
        self._connect()
        tags = {
            **self.data_tags,
            names.TAG_COMMAND: names.TRIAL_COMMAND,
            names.TAG_VERSION: mtadgat.__version__,
            "mlflow.parentRunId": self.search_id,
            names.TAG_TRIAL_NUMBER: str(suggestion.number),
            names.TAG_TRIAL_POINT: json.dumps(dict(suggestion.point)),
            names.TAG_TRIAL_VALUES: json.dumps(dict(suggestion.parameters)),
        }
        with service("open the run of a trial"):
            run = MlflowClient().create_run(self.experiment_id, tags=tags, run_name=f"trial-{suggestion.number:03d}")
        run_id = str(run.info.run_id)
        MlflowTracker(run_id).log_parameters({**parameter_values(base), **suggestion.parameters})
        return run_id

    def recorder(self, run_id: str) -> MlflowTrialRecorder:
        """Return what records a trial that has been opened, on this machine or on another."""
        self._connect()
        return MlflowTrialRecorder(run_id)

    def records(self) -> list[TrialRecord]:
        """Return the trials that have ended, by number, without those that were interrupted."""
        self._connect()
        ended = [
            _record(run)
            for run in self._trials()
            if run.data.tags.get(names.TAG_TRIAL_STATE, names.INTERRUPTED) != names.INTERRUPTED
        ]
        return sorted(ended, key=lambda record: record.number)

    def validation_losses(self, excluded_run: str) -> list[list[float]]:
        """Return the validation losses of each trial, epoch by epoch, as far as it came."""
        client = MlflowClient()
        losses = []
        for run in self._trials():
            run_id, status = run.info.run_id, run.data.tags.get(names.TAG_TRIAL_STATE)
            if run_id == excluded_run or status == names.INTERRUPTED:
                continue
            if run_id not in self._losses or status is None:
                with service("read the losses of a trial"):
                    history = client.get_metric_history(run_id, names.VALIDATION_LOSS)
                last = {metric.step: metric.value for metric in sorted(history, key=lambda each: each.timestamp)}
                self._losses[run_id] = [last[step] for step in sorted(last)]  # a cluster may begin a task again
            losses.append(self._losses[run_id])
        return losses

    def interrupt_unfinished(self, reason: str) -> None:
        """Record every trial that never ended as interrupted."""
        self._connect()
        for run in self._trials():
            if names.TAG_TRIAL_STATE not in run.data.tags:
                MlflowTrialRecorder(run.info.run_id).interrupt(reason)

    def fail(self, suggestion: Suggestion, run_id: str, reason: str) -> None:
        """Record a trial as failed that could not record it itself."""
        self.recorder(run_id).end(suggestion.failed(reason))

    def _connect(self) -> None:
        if mlflow.get_tracking_uri() != self.tracking_uri:
            os.environ.update(self.credentials)
            mlflow.set_tracking_uri(self.tracking_uri)

    def _trials(self) -> Iterator[Run]:
        client, token = MlflowClient(), None
        while True:
            with service("look up the trials"):
                page = client.search_runs(
                    [self.experiment_id],
                    f"tags.`mlflow.parentRunId` = '{self.search_id}' "
                    f"AND tags.`{names.TAG_COMMAND}` = '{names.TRIAL_COMMAND}'",
                    max_results=PAGE_SIZE,
                    page_token=token,
                )
            yield from page
            token = page.token
            if not token:
                return


def _record(run: Run) -> TrialRecord:
    tags: Mapping[str, Any] = run.data.tags
    metrics: Mapping[str, float] = run.data.metrics
    return TrialRecord(
        number=int(tags[names.TAG_TRIAL_NUMBER]),
        status=str(tags[names.TAG_TRIAL_STATE]),
        loss=metrics.get(names.TRIAL_LOSS, math.nan),
        parameters=json.loads(tags[names.TAG_TRIAL_VALUES]),
        point=json.loads(tags[names.TAG_TRIAL_POINT]),
        epochs=int(metrics.get(names.TRIAL_EPOCHS, 0)),
        seconds=metrics.get(names.TRIAL_SECONDS, 0.0),
        reason=str(tags.get(names.TAG_ERROR, "")),
        run_id=str(run.info.run_id),
        ended=(run.info.end_time or 0) / 1000,
    )
