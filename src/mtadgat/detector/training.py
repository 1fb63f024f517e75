"""Training: one network fitted to the rows of one series.

Axes: ``time`` rows, ``batch`` windows, ``span`` = window + 1 rows: a window and the row that it forecasts.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from torch import Tensor

from mtadgat.config import DetectorConfig, TrainingConfig, WindowConfig
from mtadgat.detector.network import Network, NetworkOutput, resolve_device, sliding_windows
from mtadgat.detector.validation_split import chronological_split, windows_apart
from mtadgat.errors import DataError, TrainingError

if TYPE_CHECKING:
    from jaxtyping import Float, Int


class EpochLosses(NamedTuple):
    """Losses of one epoch, in scaled units: root mean square errors over all its windows, rows and targets.

    Args:
        epoch: number of the epoch, from 1.
        train_forecast, train_reconstruction: while training, dropout included.
        train_total: their sum, with the divergence of a variational reconstruction.
        validation_forecast, validation_reconstruction, validation_total: the same after the epoch, without dropout;
            nan where there is no validation.
        seconds: time that the epoch took.
        learning_rate: of the epoch.
    """

    epoch: int
    train_forecast: float
    train_reconstruction: float
    train_total: float
    validation_forecast: float
    validation_reconstruction: float
    validation_total: float
    seconds: float
    learning_rate: float

    @property
    def decisive(self) -> float:
        """The loss that chooses the best epoch: validation where there is one, else training."""
        return self.train_total if math.isnan(self.validation_total) else self.validation_total


@dataclass(frozen=True)
class History:
    """What training did.

    Args:
        epochs: losses of every epoch, in order.
        best_epoch: number of the epoch whose weights were kept.
    """

    epochs: tuple[EpochLosses, ...]
    best_epoch: int


def fit_network(
    network: Network,
    rows: Float[Tensor, "time features"],
    config: DetectorConfig,
    on_epoch: Callable[[EpochLosses], None] | None = None,
    on_batch: Callable[[int, int], None] | None = None,
    *,
    restarts: Int[np.ndarray, " gaps"] | None = None,
) -> History:
    """Fit a network to the rows and leave it with the weights of its best epoch, in eval mode, on the device.

    Loss = RMSE of the forecast + RMSE of the reconstruction (+ divergence), Zhao et al. 2020, section III-E.
    The latest share ``val_split`` of the windows is for validation; the windows before it that share rows with it
    are left out. The global random state is as before afterwards.

    Args:
        network: is trained in place.
        rows: (time, features), scaled, finite.
        config: its sections windows, training and compute are read.
        on_epoch: called with the losses after each epoch.
        on_batch: called after each batch with batches done and batches in the epoch.
        restarts: rows that come after a gap; no window runs across one. None: there are none.

    Raises:
        DataError: there are too few rows for a window and the row after it, or for validation.
        TrainingError: a loss is not finite.
    """
    windows, device = config.windows, resolve_device(config.compute.device)
    spans = sliding_windows(rows.to(device), network.window + 1, windows.stride)
    training, validation = split_windows(len(rows), windows, restarts)
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        torch.manual_seed(config.training.seed)
        fitting = _Fitting(
            network.to(device),
            spans,
            training.to(device),
            config.training,
            batch_size=config.compute.batch_size,
            on_batch=on_batch,
        )
        held_out = validation.to(device)
        for _ in range(config.training.epochs):
            losses = fitting.run_epoch(held_out)
            if on_epoch is not None:
                on_epoch(losses)
            patience = config.training.patience
            if patience is not None and fitting.epochs_since_best >= patience:
                break
    network.load_state_dict(fitting.best_weights)
    network.eval()
    return History(tuple(fitting.epochs), fitting.best_epoch)


class SplitWindows(NamedTuple):
    """Numbers of the windows to train on, and of those to validate with."""

    training: Int[Tensor, " training"]
    validation: Int[Tensor, " validation"]


def split_windows(rows: int, windows: WindowConfig, restarts: Int[np.ndarray, " gaps"] | None) -> SplitWindows:
    """Return the windows of training rows, the latest for validation.

    Args:
        rows: how many rows there are.
        windows: what the network sees, and the share for validation.
        restarts: rows that come after a gap; no window runs across one. None: there are none.

    Raises:
        DataError: there are too few rows for a window and the row after it, or for validation.
    """
    spanned, count = windows.window + 1, len(range(0, rows - windows.window, windows.stride))
    numbers = _without_gaps(count, spanned, windows.stride, restarts)
    training, validation = chronological_split(len(numbers), windows.val_split, windows_apart(spanned, windows.stride))
    return SplitWindows(numbers[training.start : training.stop], numbers[validation.start : validation.stop])


def _without_gaps(
    count: int, rows: int, stride: int, restarts: Int[np.ndarray, " gaps"] | None
) -> Int[Tensor, " kept"]:
    """Return the numbers of the windows that run across no gap."""
    numbers = torch.arange(count)
    if restarts is None or not len(restarts):
        return numbers
    firsts = numbers.numpy() * stride
    crossing = np.searchsorted(restarts, firsts + rows) > np.searchsorted(restarts, firsts, side="right")
    if crossing.all():
        raise DataError(
            f"training rows with at least {rows} between two gaps, a window and the row after it",
            f"{len(restarts)} gaps and none so long",
            "Give rows with fewer gaps, a smaller --window, or windows that run across them: --max-gap none.",
        )
    return numbers[torch.from_numpy(~crossing)]


class _Losses(NamedTuple):
    forecast: Float[Tensor, ""]
    reconstruction: Float[Tensor, ""]
    divergence: Float[Tensor, ""]

    @property
    def total(self) -> Tensor:
        return self.forecast + self.reconstruction + self.divergence


@dataclass
class _Sums:
    """Squared errors and divergences added up over batches, so that a short last batch counts for what it is."""

    windows: int = 0
    forecast: float = 0.0
    reconstruction: float = 0.0
    divergence: float = 0.0

    def add(self, losses: _Losses, windows: int) -> None:
        self.windows += windows
        self.forecast += windows * losses.forecast.item() ** 2
        self.reconstruction += windows * losses.reconstruction.item() ** 2
        self.divergence += windows * losses.divergence.item()

    def means(self) -> tuple[float, float, float]:
        """Return the RMSE of the forecast, that of the reconstruction, and the total loss."""
        if self.windows == 0:
            return (math.nan,) * 3
        forecast = math.sqrt(self.forecast / self.windows)
        reconstruction = math.sqrt(self.reconstruction / self.windows)
        return forecast, reconstruction, forecast + reconstruction + self.divergence / self.windows


class _Fitting:
    """A network between two epochs: its optimizer, its losses so far and its best weights."""

    def __init__(
        self,
        network: Network,
        spans: Float[Tensor, "count span features"],
        numbers: Int[Tensor, " training"],
        config: TrainingConfig,
        *,
        batch_size: int,
        on_batch: Callable[[int, int], None] | None,
    ) -> None:
        self.network, self.spans, self.config, self.on_batch = network, spans, config, on_batch
        self.numbers = numbers
        self.batch_size = batch_size
        self.optimizer = torch.optim.Adam(network.parameters(), lr=config.learning_rate, fused=True)
        self.schedule = torch.optim.lr_scheduler.StepLR(self.optimizer, config.lr_step, config.lr_decay)
        self.order = torch.Generator().manual_seed(config.seed)
        self.epochs: list[EpochLosses] = []
        self.best_epoch = 0
        self.best_weights: Mapping[str, Tensor] = {}

    @property
    def epochs_since_best(self) -> int:
        return len(self.epochs) - self.best_epoch

    def run_epoch(self, held_out: Int[Tensor, " held_out"]) -> EpochLosses:
        start = time.perf_counter()
        learning_rate = float(self.schedule.get_last_lr()[0])
        training = self._train()
        validation = self._validate(held_out)
        self.schedule.step()
        seconds = time.perf_counter() - start
        number = len(self.epochs) + 1
        losses = EpochLosses(number, *training.means(), *validation.means(), seconds, learning_rate)
        if not self.epochs or losses.decisive < self.epochs[self.best_epoch - 1].decisive:
            self.best_epoch = number
            self.best_weights = {name: weight.clone() for name, weight in self.network.state_dict().items()}
        self.epochs.append(losses)
        return losses

    def _train(self) -> _Sums:
        self.network.train()
        sums = _Sums()
        batches = torch.split(self._order(), self.batch_size)
        for done, numbers in enumerate(batches, start=1):
            losses = self._losses(self.spans[numbers])
            self.optimizer.zero_grad()
            torch.autograd.backward(losses.total)
            self.optimizer.step()
            sums.add(losses, len(numbers))
            if self.on_batch is not None:
                self.on_batch(done, len(batches))
        return sums

    @torch.inference_mode()
    def _validate(self, held_out: Int[Tensor, " held_out"]) -> _Sums:
        self.network.eval()
        sums = _Sums()
        for numbers in torch.split(held_out, self.batch_size) if len(held_out) else ():
            sums.add(self._losses(self.spans[numbers]), len(numbers))
        return sums

    def _order(self) -> Int[Tensor, " count"]:
        if not self.config.shuffle:
            return self.numbers
        return self.numbers[torch.randperm(len(self.numbers), generator=self.order).to(self.numbers.device)]

    def _losses(self, spans: Float[Tensor, "batch span features"]) -> _Losses:
        actual = spans[..., list(self.network.targets)]  # (batch, span, targets)
        output: NetworkOutput = self.network(spans[:, :-1])
        losses = _Losses(
            forecast=(output.forecast - actual[:, -1]).square().mean().sqrt(),
            reconstruction=(output.reconstruction - actual[:, :-1]).square().mean().sqrt(),
            divergence=output.divergence,
        )
        total = losses.total.item()
        if not math.isfinite(total):
            raise TrainingError(
                "a finite loss",
                f"{total} in epoch {len(self.epochs) + 1}",
                "Lower --learning-rate, or look for extreme values in the training rows.",
            )
        return losses
