"""Trial: one configuration that a search tries, from its suggestion to its record, and what all records add up to."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd
import yaml

from mtadgat.config import DetectorConfig
from mtadgat.config.parameter import parameter_values
from mtadgat.tracking import names

MAX_REASON_LENGTH = 1000
"""Characters that are kept of the reason why a trial failed."""


@dataclass(frozen=True)
class Suggestion:
    """A trial to run.

    Args:
        number: from 0, in the order of sampling.
        point: what hyperopt sampled.
        parameters: the values that the point stands for, by parameter.
    """

    number: int
    point: Mapping[str, float]
    parameters: Mapping[str, Any]

    def failed(self, reason: str, ended: float = 0.0) -> TrialRecord:
        """Return the record of a trial that failed without recording anything itself.

        Args:
            reason: why it failed.
            ended: when it ended, in seconds since 1970.
        """
        return TrialRecord(
            self.number, names.FAILED, math.nan, self.parameters, self.point, reason=reason, ended=ended
        )


@dataclass(frozen=True)
class TrialRecord:
    """A trial that has ended.

    Args:
        number: from 0, in the order of sampling.
        status: ``finished``, ``pruned`` (stopped early) or ``failed``.
        loss: what is minimised; NaN if it failed.
        parameters: the sampled values, by parameter.
        point: the same as hyperopt sampled it.
        epochs: epochs that it ran.
        seconds: how long it took.
        reason: why it failed or was pruned.
        run_id: the run that it was recorded in.
        ended: when it ended, in seconds since 1970.
    """

    number: int
    status: str
    loss: float
    parameters: Mapping[str, Any]
    point: Mapping[str, float]
    epochs: int = 0
    seconds: float = 0.0
    reason: str = ""
    run_id: str = ""
    ended: float = 0.0


class PruningSavings(NamedTuple):
    """What pruning saved.

    Args:
        trials: trials that were stopped early.
        epochs: epochs that they did not run.
        share: these epochs as a share of the epochs that all trials would have run without pruning.
        seconds: what these epochs would have taken, at the pace of each trial.
    """

    trials: int
    epochs: int
    share: float
    seconds: float


def best_trial(records: Sequence[TrialRecord]) -> TrialRecord | None:
    """Return the finished trial with the lowest loss, the first of equals; None if none finished."""
    finished = [record for record in records if record.status == names.FINISHED and math.isfinite(record.loss)]
    return min(finished, key=lambda record: (record.loss, record.number), default=None)


def trials_without_progress(records: Sequence[TrialRecord]) -> int:
    """Return how many trials have finished or been pruned since the one with the lowest loss."""
    counted = sorted((record for record in records if record.status != names.FAILED), key=lambda record: record.ended)
    losses = [record.loss for record in counted]
    return len(losses) - 1 - losses.index(min(losses)) if losses else 0


def pruning_savings(records: Sequence[TrialRecord], epochs: int) -> PruningSavings:
    """Return what pruning saved.

    Args:
        records: all trials.
        epochs: epochs of a trial that is not pruned.
    """
    pruned = [record for record in records if record.status == names.PRUNED]
    saved = sum(epochs - record.epochs for record in pruned)
    ran = sum(record.epochs for record in records)
    seconds = sum((epochs - record.epochs) * record.seconds / max(1, record.epochs) for record in pruned)
    return PruningSavings(len(pruned), saved, saved / (saved + ran) if saved else 0.0, seconds)


def trials_table(records: Sequence[TrialRecord], searched: Sequence[str]) -> pd.DataFrame:
    """Return one row for each trial, by number.

    Args:
        records: trials that have ended.
        searched: parameters that were searched, a column each; empty if a trial has no value for it.
    """
    rows = [
        {
            "number": record.number,
            "status": record.status,
            "loss": record.loss,
            "seconds": record.seconds,
            "epochs_run": record.epochs,
            **{name: record.parameters.get(name) for name in searched},
            "reason": record.reason,
            "run_id": record.run_id,
        }
        for record in sorted(records, key=lambda record: record.number)
    ]
    columns = ["number", "status", "loss", "seconds", "epochs_run", *searched, "reason", "run_id"]
    table = pd.DataFrame(rows, columns=columns, dtype=object)
    # Integers stay integers if some trials have no value for them.
    return table.convert_dtypes().astype({"loss": float, "seconds": float})


def settings_yaml(config: DetectorConfig, best: TrialRecord, loss: str) -> str:
    """Return a configuration as YAML for ``train --config``: every searched parameter and all that is not default."""
    default, values = parameter_values(DetectorConfig()), parameter_values(config)
    chosen = {name: value for name, value in values.items() if name in best.parameters or value != default[name]}
    return f"# trial {best.number}, {loss} loss {best.loss:.6g}\n{yaml.safe_dump(chosen, sort_keys=False)}"


def format_parameters(parameters: Mapping[str, Any]) -> str:
    """Return parameters in one line."""
    texts = {name: f"{value:.4g}" if isinstance(value, float) else str(value) for name, value in parameters.items()}
    return ", ".join(f"{name}={text}" for name, text in texts.items())
