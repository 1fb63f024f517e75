"""The GRU stepped by hand is torch.nn.GRU."""

from __future__ import annotations

import pytest
import torch

from mtadgat.detector.network.recurrent import last, unroll, unroll_repeated

TOLERANCE = {"atol": 1e-6, "rtol": 1e-5}
LAYERS = pytest.mark.parametrize("layers", [1, 2, 3])


def gradients(gru: torch.nn.GRU, states: torch.Tensor) -> list[torch.Tensor]:
    return list(torch.autograd.grad((states * torch.linspace(-1, 1, states.shape[2])).sum(), list(gru.parameters())))


@LAYERS
def test_a_sequence_gives_the_states_and_gradients_of_torch(layers: int) -> None:
    gru, inputs = torch.nn.GRU(5, 7, layers, batch_first=True), torch.randn(3, 11, 5)
    states, known = torch.stack(list(unroll(gru, inputs)), dim=1), gru(inputs)[0]
    torch.testing.assert_close(states, known, **TOLERANCE)
    for ours, theirs in zip(gradients(gru, states), gradients(gru, known), strict=True):
        torch.testing.assert_close(ours, theirs, **TOLERANCE)


@LAYERS
def test_one_vector_repeated_gives_what_its_sequence_gives(layers: int) -> None:
    gru, vector = torch.nn.GRU(5, 7, layers, batch_first=True), torch.randn(3, 5)
    states, known = torch.stack(list(unroll_repeated(gru, vector, 9)), dim=1), gru(vector[:, None].repeat(1, 9, 1))[0]
    torch.testing.assert_close(states, known, **TOLERANCE)
    for ours, theirs in zip(gradients(gru, states), gradients(gru, known), strict=True):
        torch.testing.assert_close(ours, theirs, **TOLERANCE)


def test_the_last_state_is_the_last() -> None:
    gru, inputs = torch.nn.GRU(5, 7, batch_first=True), torch.randn(3, 11, 5)
    torch.testing.assert_close(last(unroll(gru, inputs)), gru(inputs)[1][-1], **TOLERANCE)
