"""Interoperation: networks from checkpoints of the reference implementation (ML4ITS/mtad-gat-pytorch)."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from mtadgat.config import DetectorConfig
from mtadgat.detector.network import Network, build_network
from mtadgat.errors import DataError

OUR_NAMES = {
    "conv.conv.": "convolution.0.",
    "feature_gat.lin.": "over_features.projection.",
    "feature_gat.": "over_features.",
    "temporal_gat.lin.": "over_time.projection.",
    "temporal_gat.": "over_time.",
    "gru.gru.": "encoder.",
    "recon_model.decoder.rnn.": "decoder.gru.",
    "recon_model.fc.": "decoder.readout.",
}
"""What a part of the reference is called here; a longer name stands before its own beginning."""

FORECAST_PART = "forecasting_model.layers."
LAYERS_BETWEEN_FORECASTS = 3
"""A linear layer of the forecasting head is followed by ReLU and dropout, which the reference does not number."""


def load_reference_checkpoint(path: str | Path, alpha: float = 0.2) -> Network:
    """Read the weights of the reference implementation into a network in eval mode.

    Every size comes from the weights. Targets are the first columns: a checkpoint says how many there are, not which.

    Args:
        path: file of a state dict, as torch.save writes it.
        alpha: negative slope of LeakyReLU in the attention, which weights do not tell.

    Raises:
        DataError: there is no such file, or it holds something else.
    """
    weights = _read(Path(path))
    try:
        config = _config(weights, alpha)
        network = build_network(config, len(weights["feature_gat.bias"]), range(len(weights["recon_model.fc.bias"])))
        network.load_state_dict({_our_name(name): _our_shape(name, weight) for name, weight in weights.items()})
    except (KeyError, RuntimeError) as error:
        raise _not_a_checkpoint(Path(path), str(error)) from error
    return network.eval()


def _read(path: Path) -> Mapping[str, Tensor]:
    try:
        weights = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise DataError(f"a checkpoint at {path}", "no such file", "Correct the path.") from error
    except (pickle.UnpicklingError, RuntimeError, EOFError, OSError) as error:
        raise _not_a_checkpoint(path, type(error).__name__) from error
    if not isinstance(weights, Mapping) or not all(isinstance(weight, Tensor) for weight in weights.values()):
        raise _not_a_checkpoint(path, type(weights).__name__)
    return weights


def _not_a_checkpoint(path: Path, fault: str) -> DataError:
    return DataError(
        f"{path} to hold the state dict of a reference MTAD-GAT",
        fault,
        "Give the model.pt that the reference implementation saved.",
    )


def _config(weights: Mapping[str, Tensor], alpha: float) -> DetectorConfig:
    window = len(weights["temporal_gat.bias"])
    embed, length = weights["feature_gat.lin.weight"].shape
    attention = "gatv2" if length == 2 * window else "gat"
    share = 2 if attention == "gatv2" else 1  # a GATv2 embedding is of a pair of nodes
    return DetectorConfig(
        window=window,
        kernel_size=weights["conv.conv.weight"].shape[2],
        attention=attention,
        feature_embed_dim=embed // share,
        time_embed_dim=len(weights["temporal_gat.lin.weight"]) // share,
        gru_layers=_count(weights, "gru.gru.weight_hh_l"),
        gru_hidden=weights["gru.gru.weight_hh_l0"].shape[1],
        forecast_layers=_count(weights, FORECAST_PART, ".weight") - 1,
        forecast_hidden=len(weights[f"{FORECAST_PART}0.weight"]),
        reconstruction_layers=_count(weights, "recon_model.decoder.rnn.weight_hh_l"),
        reconstruction_hidden=weights["recon_model.decoder.rnn.weight_hh_l0"].shape[1],
        decoder_input="smeared",
        alpha=alpha,
    )


def _count(weights: Mapping[str, Tensor], start: str, end: str = "") -> int:
    return sum(name.startswith(start) and name.endswith(end) for name in weights)


def _our_name(name: str) -> str:
    if name.startswith(FORECAST_PART):
        number, kind = name.removeprefix(FORECAST_PART).split(".")
        return f"forecaster.{LAYERS_BETWEEN_FORECASTS * int(number)}.{kind}"
    for theirs, ours in OUR_NAMES.items():
        if name.startswith(theirs):
            return ours + name.removeprefix(theirs)
    raise KeyError(name)


def _our_shape(name: str, weight: Tensor) -> Tensor:
    return weight.squeeze(1) if name.endswith("gat.a") else weight
