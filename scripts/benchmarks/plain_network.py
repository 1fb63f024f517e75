"""The plain network, as in the reference implementation: every pair of nodes is concatenated and projected."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from mtadgat.detector.network import Network, NetworkOutput
from mtadgat.detector.network.attention import GATv2, GraphAttention


class PlainNetwork(nn.Module):
    """The same function of the same weights as `Network`, the plain way.

    Args:
        network: its weights are shared; its reconstruction is by GRU.
    """

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, windows: Tensor) -> NetworkOutput:
        """Return what ``network(windows)`` returns."""
        network = self.network
        by_row = network.convolution(windows.transpose(1, 2)).transpose(1, 2)
        over_features = _attention(network.over_features, by_row.transpose(1, 2)).transpose(1, 2)
        over_time = _attention(network.over_time, by_row)
        _, states = network.encoder(torch.cat((by_row, over_features, over_time), dim=2))
        hidden, decoder = states[-1], network.decoder
        if decoder.smeared:
            inputs = hidden.repeat_interleave(network.window, dim=1).view(len(hidden), network.window, -1)
        else:
            inputs = hidden[:, None].repeat(1, network.window, 1)
        reconstruction = decoder.readout(decoder.gru(inputs)[0])
        return NetworkOutput(network.forecaster(hidden), reconstruction, hidden.new_zeros(()))


def _attention(layer: GraphAttention, vectors: Tensor) -> Tensor:
    weights = torch.softmax(_scores(layer, vectors) + layer.bias, dim=2)
    weights = functional.dropout(weights, layer.dropout.p, layer.training)
    return torch.sigmoid(weights @ vectors)


def _scores(layer: GraphAttention, vectors: Tensor) -> Tensor:
    if isinstance(layer, GATv2):
        return functional.leaky_relu(layer.projection(_pairs(vectors)), layer.alpha) @ layer.a
    return functional.leaky_relu(_pairs(layer.projection(vectors)) @ layer.a, layer.alpha)


def _pairs(vectors: Tensor) -> Tensor:
    """Return (batch, node, node, 2 length): each vector beside each other one."""
    batch, nodes, length = vectors.shape
    left = vectors.repeat_interleave(nodes, dim=1)
    right = vectors.repeat(1, nodes, 1)
    return torch.cat((left, right), dim=2).view(batch, nodes, nodes, 2 * length)
