"""Builder: a network from a configuration, which no layer reads itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import nn

from mtadgat.config import DetectorConfig, NetworkConfig
from mtadgat.detector.network.attention import GAT, GATv2, GraphAttention
from mtadgat.detector.network.decoder import Decoder, Deterministic, Variational
from mtadgat.detector.network.network import Network
from mtadgat.errors import ConfigError


def resolve_device(name: str) -> torch.device:
    """Turn the parameter ``device`` into a device; ``auto`` takes a GPU where there is one.

    Args:
        name: auto, cpu or cuda.

    Raises:
        ConfigError: cuda is asked for, and there is none.
    """
    present = torch.cuda.is_available()
    if name == "auto":
        return torch.device("cuda" if present else "cpu")
    if name == "cuda" and not present:
        raise ConfigError(["device: expected auto or cpu on a machine without CUDA, got cuda"])
    return torch.device(name)


ATTENTION: dict[str, type[GAT] | type[GATv2]] = {"gat": GAT, "gatv2": GATv2}


def build_network(config: DetectorConfig, features: int, targets: Sequence[int]) -> Network:
    """Make a network with weights drawn from the configuration's seed.

    Args:
        config: sizes and choices.
        features: columns of a window.
        targets: columns to forecast and reconstruct.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.training.seed)
        layers, window = config.network, config.windows.window
        variational = layers.reconstruction == "vae"
        return Network(
            window=window,
            targets=targets,
            convolution=_convolution(features, layers.kernel_size),
            over_features=_attention(layers, features, window, layers.feature_embed_dim),
            over_time=_attention(layers, window, features, layers.time_embed_dim),
            encoder=nn.GRU(3 * features, layers.gru_hidden, layers.gru_layers, batch_first=True),
            forecaster=nn.Sequential(*_forecast_layers(layers, len(targets))),
            latent=_latent(layers),
            decoder=Decoder(
                size=layers.reconstruction_hidden if variational else layers.gru_hidden,
                hidden=layers.reconstruction_hidden,
                layers=layers.reconstruction_layers,
                window=window,
                targets=len(targets),
                smeared=layers.decoder_input == "smeared",
            ),
        )


def _convolution(features: int, kernel_size: int) -> nn.Module:
    return nn.Sequential(nn.Conv1d(features, features, kernel_size, padding="same"), nn.ReLU())


def _attention(config: NetworkConfig, nodes: int, length: int, embed: int | None) -> GraphAttention:
    layer = ATTENTION[config.attention]
    return layer(nodes=nodes, length=length, embed=embed or length, alpha=config.alpha, dropout=config.dropout)


def _forecast_layers(config: NetworkConfig, targets: int) -> Iterator[nn.Module]:
    size = config.gru_hidden
    for _ in range(config.forecast_layers):
        yield from (nn.Linear(size, config.forecast_hidden), nn.ReLU(), nn.Dropout(config.dropout))
        size = config.forecast_hidden
    yield nn.Linear(size, targets)


def _latent(config: NetworkConfig) -> nn.Module:
    if config.reconstruction == "vae":
        return Variational(hidden=config.gru_hidden, size=config.reconstruction_hidden)
    return Deterministic()
