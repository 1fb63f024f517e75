"""GRUs stepped by hand on a CPU, where torch.nn.GRU takes half as long again and makes large temporary tensors.

Axes: ``batch`` sequences, ``steps``, ``size`` of an input, ``hidden`` state, ``gates`` = 3 x hidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

if TYPE_CHECKING:
    from jaxtyping import Float


def unroll(gru: nn.GRU, inputs: Float[Tensor, "batch steps size"]) -> Iterator[Float[Tensor, "batch hidden"]]:
    """Yield the state of a GRU's last layer after each step, from a state of zeros.

    Args:
        gru: batch first, one direction, no dropout.
        inputs: (batch, steps, size).
    """
    if inputs.device.type != "cpu":
        return iter(gru(inputs)[0].unbind(1))
    cells = _cells(gru)
    return _stepped(cells, map(cells[0].project, inputs.unbind(1)), len(inputs))


def unroll_repeated(
    gru: nn.GRU, vector: Float[Tensor, "batch size"], steps: int
) -> Iterator[Float[Tensor, "batch hidden"]]:
    """Yield what `unroll` yields for one vector as the input of every step; on a CPU it is projected once.

    Args:
        gru: batch first, one direction, no dropout.
        vector: (batch, size).
        steps: how many.
    """
    if vector.device.type != "cpu":
        return unroll(gru, vector[:, None].expand(-1, steps, -1))
    cells = _cells(gru)
    return _stepped(cells, repeat(cells[0].project(vector), steps), len(vector))


def last(states: Iterable[Float[Tensor, "batch hidden"]]) -> Float[Tensor, "batch hidden"]:
    """Return the last of the states, keeping none of the others."""
    for state in states:  # noqa: B007
        pass
    return state


class Projected(NamedTuple):
    """An input times the weights of a layer: for the gates r and z side by side, and for n."""

    rz: Float[Tensor, "batch two_gates"]
    n: Float[Tensor, "batch hidden"]


class GRUCell:
    """r, z = sigmoid(x_rz + W_rz s + b_rz); n = tanh(x_n + r (W_n s + b_n)); s' = (1 - z) n + z s.

    Cho et al. 2014, in PyTorch's form. ``x`` is an input that `project` made, with b_rz already in it.

    Args:
        weight_input, weight_state, bias_input, bias_state: of one layer of torch.nn.GRU, rows r, z, n.
    """

    def __init__(
        self,
        weight_input: Float[Tensor, "gates size"],
        weight_state: Float[Tensor, "gates hidden"],
        bias_input: Float[Tensor, " gates"],
        bias_state: Float[Tensor, " gates"],
    ) -> None:
        self.hidden = weight_state.shape[1]
        self.parts = [2 * self.hidden, self.hidden]
        bias_rz, self.bias_n = torch.split(bias_state, self.parts)
        self.weight_input = weight_input
        self.bias_input = bias_input + functional.pad(bias_rz, (0, self.hidden))
        self.weight_rz, self.weight_n = torch.split(weight_state.T, self.parts, dim=1)

    def project(self, inputs: Float[Tensor, "batch size"]) -> Projected:
        """Return x for `step`."""
        x = functional.linear(inputs, self.weight_input, self.bias_input)
        return Projected(*torch.split(x, self.parts, dim=1))

    def step(self, x: Projected, state: Float[Tensor, "batch hidden"]) -> Float[Tensor, "batch hidden"]:
        """Return the next state."""
        r, z = torch.addmm(x.rz, state, self.weight_rz).sigmoid_().chunk(2, dim=1)
        n = torch.addcmul(x.n, r, torch.addmm(self.bias_n, state, self.weight_n)).tanh_()
        return torch.lerp(n, state, z)


def _cells(gru: nn.GRU) -> list[GRUCell]:
    return [GRUCell(*weights) for weights in gru.all_weights]


def _stepped(
    cells: list[GRUCell], projected: Iterable[Projected], batch: int
) -> Iterator[Float[Tensor, "batch hidden"]]:
    first, *others = cells
    states = [first.bias_n.new_zeros(batch, first.hidden) for _ in cells]
    for x in projected:
        states[0] = first.step(x, states[0])
        for layer, cell in enumerate(others, start=1):
            states[layer] = cell.step(cell.project(states[layer - 1]), states[layer])
        yield states[-1]
