"""The model written plainly from the papers' equations: explicit pairs, explicit concatenation, explicit loops.

Slow on purpose; the tests hold the fast code to it.
"""

from __future__ import annotations

import torch
from torch import Tensor

from mtadgat.detector.network import Network
from mtadgat.detector.network.attention import GraphAttention


def leaky_relu(z: Tensor, alpha: float) -> Tensor:
    return torch.where(z > 0, z, alpha * z)


def attention_scores(layer: GraphAttention, nodes: Tensor) -> Tensor:
    """e_ij of one graph, nodes (node, length): Velickovic et al. 2018, eq. 3; Brody et al. 2021, eq. 7."""
    weight, bias, a = layer.projection.weight, layer.projection.bias, layer.a
    rows = []
    for v_i in nodes:
        row = []
        for v_j in nodes:
            if type(layer).__name__ == "GATv2":
                pair = torch.cat((v_i, v_j))
                row.append(a @ leaky_relu(weight @ pair + bias, layer.alpha))
            else:
                pair = torch.cat((weight @ v_i + bias, weight @ v_j + bias))
                row.append(leaky_relu(a @ pair, layer.alpha))
        rows.append(torch.stack(row))
    return torch.stack(rows) + layer.bias


def attention_weights(layer: GraphAttention, nodes: Tensor) -> Tensor:
    """softmax over j of one graph: Zhao et al. 2020, section III-D."""
    return torch.stack([row.exp() / row.exp().sum() for row in attention_scores(layer, nodes)])


def attention(layer: GraphAttention, nodes: Tensor) -> Tensor:
    """h_i = sigmoid(sum_j weight_ij v_j) of one graph: Zhao et al. 2020, section III-D."""
    states = []
    for row in attention_weights(layer, nodes):
        mixed = torch.zeros_like(nodes[0])
        for weight, v_j in zip(row, nodes, strict=True):
            mixed = mixed + weight * v_j
        states.append(1 / (1 + torch.exp(-mixed)))
    return torch.stack(states)


def convolution(network: Network, window: Tensor) -> Tensor:
    """ReLU of the convolution over time of one window (window, features), zeros beyond its ends."""
    layer = network.convolution[0]
    kernel = layer.weight.shape[2]
    rows = []
    for time in range(len(window)):
        row = layer.bias
        for tap in range(kernel):
            source = time + tap - kernel // 2
            if 0 <= source < len(window):
                row = row + layer.weight[:, :, tap] @ window[source]
        rows.append(torch.clamp(row, min=0))
    return torch.stack(rows)


def gru(layer: torch.nn.GRU, inputs: list[Tensor]) -> list[Tensor]:
    """States of the last layer of a GRU after each step: Cho et al. 2014."""
    for weight_input, weight_state, bias_input, bias_state in layer.all_weights:
        state = torch.zeros_like(weight_state[0])
        states = []
        for x in inputs:
            x_r, x_z, x_n = (weight_input @ x + bias_input).chunk(3)
            h_r, h_z, h_n = (weight_state @ state + bias_state).chunk(3)
            r, z = 1 / (1 + torch.exp(-(x_r + h_r))), 1 / (1 + torch.exp(-(x_z + h_z)))
            n = torch.tanh(x_n + r * h_n)
            state = (1 - z) * n + z * state
            states.append(state)
        inputs = states
    return inputs


def decoder_inputs(network: Network, state: Tensor) -> list[Tensor]:
    """The state at every step; or, smeared, the pieces of a list in which each of its values comes `window` times."""
    if not network.decoder.smeared:
        return [state] * network.window
    values = [value for value in state for _ in range(network.window)]
    size = len(state)
    return [torch.stack(values[step * size : (step + 1) * size]) for step in range(network.window)]


def forecast_and_reconstruction(network: Network, window: Tensor) -> tuple[Tensor, Tensor]:
    """What the network in eval mode, with a GRU decoder, must give for one window (window, features)."""
    x = convolution(network, window)
    over_features = attention(network.over_features, x.T).T
    over_time = attention(network.over_time, x)
    hidden = gru(network.encoder, [torch.cat(parts) for parts in zip(x, over_features, over_time, strict=True)])[-1]
    forecast = hidden
    linears = [layer for layer in network.forecaster if isinstance(layer, torch.nn.Linear)]
    for layer in linears[:-1]:
        forecast = torch.clamp(layer.weight @ forecast + layer.bias, min=0)
    forecast = linears[-1].weight @ forecast + linears[-1].bias
    readout = network.decoder.readout
    states = gru(network.decoder.gru, decoder_inputs(network, hidden))
    return forecast, torch.stack([readout.weight @ state + readout.bias for state in states])
