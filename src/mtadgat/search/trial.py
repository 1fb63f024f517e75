"""Record: what is known of a trial that is over, and of all of them together."""

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


@dataclass(frozen=True)
class TrialRecord:
    """A trial that is over.

    Args:
        number: from 0, in the order of drawing.
        status: ``finished``, ``pruned`` (stopped early, hopeless) or ``failed``.
        loss: what is minimised; NaN where it failed.
        parameters: the values that were drawn, by parameter.
        point: the same as hyperopt drew it.
        epochs: epochs that it ran.
        seconds: how long it took.
        reason: why it failed or was pruned, in words.
        run_id: the run that it was recorded with.
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


class Saving(NamedTuple):
    """What pruning saved.

    Args:
        trials: trials that were stopped early.
        epochs: epochs that they did not run.
        share: the same as a share of the epochs of all trials, had none been stopped.
        seconds: what those epochs would have taken, at the pace of each trial.
    """

    trials: int
    epochs: int
    share: float
    seconds: float


def best_trial(records: Sequence[TrialRecord]) -> TrialRecord | None:
    """Return the finished trial of the lowest loss, of several the first; None where none finished."""
    finished = [record for record in records if record.status == names.FINISHED and math.isfinite(record.loss)]
    return min(finished, key=lambda record: (record.loss, record.number), default=None)


def trials_without_progress(records: Sequence[TrialRecord]) -> int:
    """Return how many trials finished, or were pruned, since the one of the lowest loss did."""
    over = sorted((record for record in records if record.status != names.FAILED), key=lambda record: record.ended)
    losses = [record.loss for record in over]
    return len(losses) - 1 - losses.index(min(losses)) if losses else 0


def pruning_saving(records: Sequence[TrialRecord], epochs: int) -> Saving:
    """Return what pruning saved.

    Args:
        records: all trials.
        epochs: epochs of a trial that is not stopped.
    """
    pruned = [record for record in records if record.status == names.PRUNED]
    left = sum(epochs - record.epochs for record in pruned)
    ran = sum(record.epochs for record in records)
    seconds = sum((epochs - record.epochs) * record.seconds / max(1, record.epochs) for record in pruned)
    return Saving(len(pruned), left, left / (left + ran) if left else 0.0, seconds)


def trials_table(records: Sequence[TrialRecord], searched: Sequence[str]) -> pd.DataFrame:
    """Return one row for each trial, by number.

    Args:
        records: trials that are over.
        searched: parameters that were searched, a column each; empty where a trial did not draw it.
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
    # Integers stay integers where some trials did not draw them.
    return table.convert_dtypes().astype({"loss": float, "seconds": float})


def settings_of(config: DetectorConfig, best: TrialRecord, loss: str) -> str:
    """Return a configuration as YAML that ``train --config`` accepts: what was searched and what is no default."""
    default, values = parameter_values(DetectorConfig()), parameter_values(config)
    chosen = {name: value for name, value in values.items() if name in best.parameters or value != default[name]}
    return f"# trial {best.number}, {loss} loss {best.loss:.6g}\n{yaml.safe_dump(chosen, sort_keys=False)}"


def words(parameters: Mapping[str, Any]) -> str:
    """Return parameters in one line."""
    texts = {name: f"{value:.4g}" if isinstance(value, float) else str(value) for name, value in parameters.items()}
    return ", ".join(f"{name}={text}" for name, text in texts.items())
