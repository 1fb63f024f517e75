"""Loss curves: the losses of a training, epoch by epoch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float, Shaped


@runtime_checkable
class EpochLosses(Protocol):
    """Losses of one epoch, as training gives them; NaN where there was no validation."""

    @property
    def epoch(self) -> int: ...
    @property
    def train_forecast(self) -> float: ...
    @property
    def train_reconstruction(self) -> float: ...
    @property
    def train_total(self) -> float: ...
    @property
    def validation_forecast(self) -> float: ...
    @property
    def validation_reconstruction(self) -> float: ...
    @property
    def validation_total(self) -> float: ...


@dataclass(frozen=True, eq=False)
class LossCurves:
    """Losses over the epochs.

    Args:
        epochs: (epochs,) numbers of the epochs.
        train: (epochs, 3) total, forecast and reconstruction loss of the training windows.
        validation: (epochs, 3) the same of the validation windows, NaN where there are none.
        best_epoch: the epoch whose weights were kept.
    """

    PARTS = ("total", "forecast", "reconstruction")

    epochs: Shaped[np.ndarray, " epochs"]
    train: Float[np.ndarray, "epochs 3"]
    validation: Float[np.ndarray, "epochs 3"]
    best_epoch: int

    @classmethod
    def of(cls, losses: Sequence[EpochLosses], best_epoch: int) -> LossCurves:
        """Return the curves of a training history's epochs."""
        return cls(
            epochs=np.array([each.epoch for each in losses], dtype=np.int64),
            train=_table(losses, "train"),
            validation=_table(losses, "validation"),
            best_epoch=best_epoch,
        )


def _table(losses: Sequence[EpochLosses], stage: str) -> Float[np.ndarray, "epochs 3"]:
    rows = [[float(getattr(each, f"{stage}_{part}")) for part in LossCurves.PARTS] for each in losses]
    return np.array(rows, dtype=np.float64).reshape(-1, 3)
