"""The network equals the plain equations, whatever its configuration."""

from __future__ import annotations

import pytest
import torch

import oracle
from mtadgat.config import DetectorConfig
from mtadgat.detector.network import Network, build_network, resolve_device
from mtadgat.errors import ConfigError

SMALL = {
    "window": 9,
    "kernel_size": 5,
    "gru_hidden": 6,
    "forecast_hidden": 5,
    "forecast_layers": 2,
    "reconstruction_hidden": 4,
}


def small(targets: tuple[int, ...] = (0, 1, 2, 3), **changes: object) -> Network:
    network = build_network(DetectorConfig(**{**SMALL, **changes}), 4, targets)
    for bias in (network.over_features.bias, network.over_time.bias):
        torch.nn.init.normal_(bias)
    return network


def tensors(network: Network, windows: torch.Tensor) -> dict[str, torch.Tensor]:
    forecast, reconstruction = [], []
    for window in windows:
        known = oracle.forecast_and_reconstruction(network, window)
        forecast.append(known[0])
        reconstruction.append(known[1])
    return {"forecast": torch.stack(forecast), "reconstruction": torch.stack(reconstruction)}


@pytest.mark.parametrize("attention", ["gat", "gatv2"])
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"decoder_input": "smeared"},
        {"feature_embed_dim": 3, "time_embed_dim": 11, "gru_layers": 2, "reconstruction_layers": 2},
    ],
    ids=["defaults", "smeared", "deep"],
)
@pytest.mark.parametrize("targets", [(0, 1, 2, 3), (0,), (3, 1)], ids=["all", "one", "some"])
def test_forward_and_gradient_equal_the_plain_equations(
    attention: str, changes: dict[str, object], targets: tuple[int, ...]
) -> None:
    network = small(targets, attention=attention, **changes).eval()
    windows = torch.rand(2, 9, 4)
    fast, plain = network(windows)._asdict(), tensors(network, windows)
    for name, known in plain.items():
        torch.testing.assert_close(fast[name], known, atol=1e-5, rtol=1e-5)
        probe = torch.linspace(-1, 1, known.numel()).view_as(known)
        weights = list(network.parameters())
        options = {"allow_unused": True, "materialize_grads": True, "retain_graph": True}
        ours = torch.autograd.grad((fast[name] * probe).sum(), weights, **options)
        theirs = torch.autograd.grad((known * probe).sum(), weights, **options)
        for mine, true in zip(ours, theirs, strict=True):
            torch.testing.assert_close(mine, true, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("changes", [{}, {"decoder_input": "smeared"}, {"reconstruction": "vae"}])
def test_scoring_reads_the_last_row_of_the_whole_reconstruction(changes: dict[str, object]) -> None:
    network, windows = small(**changes).eval(), torch.rand(3, 9, 4)
    whole, rows = network(windows), network.last_rows(windows)
    torch.testing.assert_close(rows.forecast, whole.forecast)
    torch.testing.assert_close(rows.reconstruction, whole.reconstruction[:, -1])


def test_feature_attention_is_what_the_network_uses() -> None:
    network, windows = small().eval(), torch.rand(2, 9, 4)
    known = [oracle.attention_weights(network.over_features, oracle.convolution(network, w).T) for w in windows]
    torch.testing.assert_close(network.feature_attention(windows), torch.stack(known), atol=1e-5, rtol=1e-5)


def test_the_same_seed_gives_the_same_network_and_leaves_the_global_random_state() -> None:
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    one = small_untouched(seed=5)
    assert torch.equal(torch.rand(3), expected)
    other, third = small_untouched(seed=5), small_untouched(seed=6)
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))
    assert not torch.equal(one.over_time.a, third.over_time.a)


def small_untouched(seed: int) -> Network:
    return build_network(DetectorConfig(**SMALL, seed=seed), 4, (0, 1, 2, 3))


def test_the_variational_divergence_is_that_of_two_normal_distributions() -> None:
    network, windows = small(reconstruction="vae").eval(), torch.rand(3, 9, 4)
    mean, log_variance = network.latent.posterior(network.encode(windows)).chunk(2, dim=1)
    posterior = torch.distributions.Normal(mean, (log_variance / 2).exp())
    prior = torch.distributions.Normal(0.0, 1.0)
    known = torch.distributions.kl_divergence(posterior, prior).sum(dim=1).mean() / (9 * 4)
    torch.testing.assert_close(network(windows).divergence, known)


def test_the_variational_reconstruction_is_drawn_in_training_and_fixed_in_evaluation() -> None:
    network, windows = small(reconstruction="vae", dropout=0.0), torch.rand(3, 9, 4)
    assert not torch.equal(network(windows).reconstruction, network(windows).reconstruction)
    network.eval()
    assert torch.equal(network(windows).reconstruction, network(windows).reconstruction)


def test_without_a_variational_reconstruction_nothing_diverges() -> None:
    assert small()(torch.rand(3, 9, 4)).divergence == 0


def test_the_network_has_the_published_sizes() -> None:
    network = build_network(DetectorConfig(window=100), 38, range(38))
    shapes = {name: tuple(weight.shape) for name, weight in network.state_dict().items()}
    assert shapes["over_features.projection.weight"] == (200, 200)
    assert shapes["over_time.projection.weight"] == (76, 76)
    assert shapes["encoder.weight_ih_l0"] == (450, 114)
    assert shapes["decoder.gru.weight_ih_l0"] == (450, 150)
    assert shapes["forecaster.9.weight"] == (38, 150)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_gpu_that_is_not_there_is_a_fault_of_the_configuration() -> None:
    assert resolve_device("auto") == resolve_device("cpu") == torch.device("cpu")
    with pytest.raises(ConfigError, match="device: expected auto or cpu on a machine without CUDA, got cuda"):
        resolve_device("cuda")
