"""Training keeps the best weights, repeats itself, and says what went wrong."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from mtadgat.config import DetectorConfig
from mtadgat.detector.network import Network, build_network, sliding_windows
from mtadgat.detector.training import EpochLosses, History, fit_network
from mtadgat.errors import DataError, TrainingError

SMALL = {
    "window": 8,
    "kernel_size": 3,
    "gru_hidden": 12,
    "forecast_hidden": 12,
    "forecast_layers": 1,
    "reconstruction_hidden": 12,
    "batch_size": 32,
    "epochs": 3,
    "device": "cpu",
}


def waves(rows: int = 200) -> torch.Tensor:
    time = torch.arange(float(rows))[:, None]
    return 0.5 + 0.4 * torch.sin(time / torch.tensor([5.0, 3.0, 2.0]))


def settings(**changes: object) -> DetectorConfig:
    return DetectorConfig(**{**SMALL, **changes})


def trained(
    rows: torch.Tensor | None = None, targets: tuple[int, ...] = (0, 1, 2), **changes: object
) -> tuple[Network, History]:
    config = settings(**changes)
    network = build_network(config, 3, targets)
    history = fit_network(network, waves() if rows is None else rows, config)
    return network, history


def weights(network: Network) -> dict[str, torch.Tensor]:
    return {name: weight.clone() for name, weight in network.state_dict().items()}


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return all(torch.equal(one[name], other[name]) for name in one)


def root_mean_squares(network: Network, spans: torch.Tensor) -> tuple[float, float]:
    """The losses of all spans (window + 1 rows) at once, from their definition."""
    with torch.inference_mode():
        output = network(spans[:, :-1])
    wanted = spans[..., list(network.targets)]
    forecast = torch.sqrt(((output.forecast - wanted[:, -1]) ** 2).mean())
    reconstruction = torch.sqrt(((output.reconstruction - wanted[:, :-1]) ** 2).mean())
    return float(forecast), float(reconstruction)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"attention": "gat"},
        {"reconstruction": "vae"},
        {"decoder_input": "smeared"},
        {"stride": 3},
        {"val_split": 0},
    ],
)
def test_the_loss_falls(changes: dict[str, object]) -> None:
    network, history = trained(epochs=8, learning_rate=1e-2, dropout=0.0, **changes)
    assert history.epochs[-1].train_total < 0.7 * history.epochs[0].train_total
    assert not network.training


@pytest.mark.parametrize("targets", [(0,), (2, 1)])
def test_some_of_the_features_can_be_the_targets(targets: tuple[int, ...]) -> None:
    network, history = trained(targets=targets)
    spans = sliding_windows(waves(), 9)[-len(targets) :]
    assert network(spans[:, :-1]).forecast.shape == (len(targets), len(targets))
    assert math.isfinite(history.epochs[-1].validation_total)


def test_the_kept_weights_are_those_of_the_epoch_with_the_least_validation_loss() -> None:
    config = settings(epochs=6, learning_rate=1e-2, val_split=0.2)
    network = build_network(config, 3, (0, 1, 2))
    rows = waves()
    rows[-50:] *= -1  # what is learned from the others makes these worse
    seen: list[dict[str, torch.Tensor]] = []
    history = fit_network(network, rows, config, on_epoch=lambda _: seen.append(weights(network)))
    losses = [epoch.validation_total for epoch in history.epochs]
    assert history.best_epoch == 1 + int(np.argmin(losses))
    assert history.best_epoch < len(losses), "the case must hold an epoch that is worse than one before it"
    assert same(weights(network), seen[history.best_epoch - 1])
    assert not same(weights(network), seen[-1])


def test_validation_losses_are_those_of_all_validation_windows_at_once() -> None:
    network, history = trained(epochs=1, val_split=0.3, batch_size=7)
    spans = sliding_windows(waves(), 9)
    losses = history.epochs[0]
    forecast, reconstruction = root_mean_squares(network, spans[-round(0.3 * len(spans)) :])
    assert losses.validation_forecast == pytest.approx(forecast, rel=1e-4)
    assert losses.validation_reconstruction == pytest.approx(reconstruction, rel=1e-4)
    assert losses.validation_total == pytest.approx(forecast + reconstruction, rel=1e-4)


def test_training_losses_weigh_a_short_last_batch_by_its_windows() -> None:
    network, history = trained(epochs=1, val_split=0, dropout=0.0, batch_size=100, learning_rate=1e-12)
    forecast, reconstruction = root_mean_squares(network, sliding_windows(waves(), 9))  # 192 windows: 100 and 92
    assert history.epochs[0].train_forecast == pytest.approx(forecast, rel=1e-4)
    assert history.epochs[0].train_reconstruction == pytest.approx(reconstruction, rel=1e-4)


def test_rows_of_the_validation_part_are_not_trained_on() -> None:
    rows = waves()
    other = rows.clone()
    validation = round(0.2 * (len(rows) - 8))
    other[len(rows) - validation - 8 :] += 1  # 8 rows: the window of the first validation span
    first, second = trained(rows, val_split=0.2, epochs=1), trained(other, val_split=0.2, epochs=1)
    assert same(weights(first[0]), weights(second[0]))
    assert first[1].epochs[0].validation_total != second[1].epochs[0].validation_total


def test_the_same_seed_gives_the_same_weights_whatever_was_drawn_before() -> None:
    first, _ = trained(reconstruction="vae")
    torch.manual_seed(99)
    torch.rand(10)
    second, _ = trained(reconstruction="vae")
    other, _ = trained(reconstruction="vae", seed=1)
    assert same(weights(first), weights(second))
    assert not same(weights(first), weights(other))


def test_the_global_random_state_is_left_alone() -> None:
    before = torch.get_rng_state()
    trained(epochs=1)
    assert torch.equal(before, torch.get_rng_state())


def test_without_shuffling_windows_come_in_time_order() -> None:
    assert not same(weights(trained(shuffle=False)[0]), weights(trained(shuffle=True)[0]))
    assert same(weights(trained(shuffle=False)[0]), weights(trained(shuffle=False)[0]))


def test_patience_stops_training_and_counts_from_the_best_epoch() -> None:
    _, history = trained(epochs=50, learning_rate=0.3, patience=2)
    assert len(history.epochs) == history.best_epoch + 2 < 50


def test_without_validation_the_training_loss_decides() -> None:
    _, history = trained(val_split=0, epochs=4)
    losses = [epoch.train_total for epoch in history.epochs]
    assert history.best_epoch == 1 + int(np.argmin(losses))
    assert all(math.isnan(epoch.validation_total) for epoch in history.epochs)


def test_the_learning_rate_decays_in_steps() -> None:
    _, history = trained(epochs=5, lr_step=2, lr_decay=0.5, learning_rate=1e-3)
    assert [epoch.learning_rate for epoch in history.epochs] == pytest.approx([1e-3, 1e-3, 5e-4, 5e-4, 2.5e-4])


def test_progress_is_told_after_every_batch_and_epoch() -> None:
    config = settings(epochs=2, val_split=0, batch_size=100)
    batches: list[tuple[int, int]] = []
    epochs: list[EpochLosses] = []
    history = fit_network(
        build_network(config, 3, (0, 1, 2)),
        waves(),
        config,
        on_epoch=epochs.append,
        on_batch=lambda done, total: batches.append((done, total)),
    )
    assert batches == [(1, 2), (2, 2)] * 2
    assert tuple(epochs) == history.epochs
    assert [losses.epoch for losses in epochs] == [1, 2]


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_loss_that_is_not_finite_stops_training_with_a_remedy(value: float) -> None:
    rows = waves()
    rows[50, 1] = value
    with pytest.raises(TrainingError) as raised:
        trained(rows)
    assert str(raised.value) == (
        "Expected a finite loss; got nan in epoch 1. "
        "Lower --learning-rate, or look for extreme values in the training rows."
    )
    assert raised.value.exit_code == 1


def test_too_few_rows_for_a_window_and_its_forecast_say_what_to_do() -> None:
    with pytest.raises(DataError) as raised:
        trained(waves(8))
    assert str(raised.value) == (
        "Expected at least 9 rows, one window; got 8 rows. Give more rows, or train with a smaller --window."
    )


def test_a_part_of_smd_is_learned(shared_data: Path) -> None:
    path = shared_data / "ServerMachineDataset" / "train" / "machine-1-6.txt"
    rows = torch.from_numpy(np.loadtxt(path, delimiter=",", dtype=np.float32, max_rows=600))
    config = settings(window=20, epochs=3, learning_rate=5e-3)
    network = build_network(config, 38, range(38))
    history = fit_network(network, rows, config)
    assert history.epochs[-1].validation_total < 0.8 * history.epochs[0].validation_total
