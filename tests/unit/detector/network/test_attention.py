"""Attention equals explicit pairs, forward and gradient, for every shape and sign."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

import oracle
from mtadgat.detector.network.attention import GAT, Dropout, GATv2, GraphAttention

TOLERANCE = 1e-5
LAYERS = pytest.mark.parametrize("layer_type", [GAT, GATv2])


def make(
    layer_type: type[GAT] | type[GATv2], *, nodes: int, length: int, embed: int, alpha: float = 0.2, seed: int = 0
) -> GraphAttention:
    torch.manual_seed(seed)
    layer = layer_type(nodes=nodes, length=length, embed=embed, alpha=alpha, dropout=0.0)
    torch.nn.init.normal_(layer.bias)
    return layer


def gradients(layer: GraphAttention, output: Tensor, vectors: Tensor) -> list[Tensor]:
    probe = torch.linspace(-1, 1, output.numel(), dtype=output.dtype).view_as(output)
    wanted = [vectors, *layer.parameters()]
    found = torch.autograd.grad((output * probe).sum(), wanted, allow_unused=True, materialize_grads=True)
    return list(found)


def assert_like_explicit_pairs(layer: GraphAttention, vectors: Tensor) -> None:
    vectors = vectors.requires_grad_()
    fast = layer(vectors)
    plain = torch.stack([oracle.attention(layer, nodes) for nodes in vectors])
    torch.testing.assert_close(fast, plain, atol=TOLERANCE, rtol=TOLERANCE)
    for ours, theirs in zip(gradients(layer, fast, vectors), gradients(layer, plain, vectors), strict=True):
        torch.testing.assert_close(ours, theirs, atol=TOLERANCE, rtol=TOLERANCE)


@LAYERS
@settings(deadline=None, max_examples=25)
@given(
    batch=st.integers(1, 3),
    nodes=st.integers(1, 6),
    length=st.integers(1, 9),
    embed=st.integers(1, 9),
    alpha=st.floats(0, 0.99),
    seed=st.integers(0, 1000),
)
def test_equals_explicit_pairs_for_every_shape(
    *, layer_type: type[GAT] | type[GATv2], batch: int, nodes: int, length: int, embed: int, alpha: float, seed: int
) -> None:
    layer = make(layer_type, nodes=nodes, length=length, embed=embed, alpha=alpha, seed=seed).double()
    assert_like_explicit_pairs(layer, torch.randn(batch, nodes, length, dtype=torch.float64))


@LAYERS
def test_equals_explicit_pairs_in_single_precision(layer_type: type[GAT] | type[GATv2]) -> None:
    assert_like_explicit_pairs(make(layer_type, nodes=12, length=20, embed=20), torch.rand(2, 12, 20))


@pytest.mark.parametrize("turn", [torch.abs, lambda a: -a.abs(), torch.zeros_like], ids=["positive", "negative", "0"])
def test_equals_explicit_pairs_where_all_of_a_has_one_sign(turn: Callable[[Tensor], Tensor]) -> None:
    layer = make(GATv2, nodes=5, length=4, embed=3).double()
    layer.a.data = turn(layer.a.data)
    assert_like_explicit_pairs(layer, torch.randn(2, 5, 4, dtype=torch.float64))


@LAYERS
def test_weights_are_those_of_explicit_pairs(layer_type: type[GAT] | type[GATv2]) -> None:
    layer, vectors = make(layer_type, nodes=4, length=6, embed=5), torch.randn(2, 4, 6)
    plain = torch.stack([oracle.attention_weights(layer, nodes) for nodes in vectors])
    torch.testing.assert_close(layer.weights(vectors), plain, atol=TOLERANCE, rtol=TOLERANCE)


@LAYERS
def test_dropout_changes_training_and_leaves_evaluation_alone(layer_type: type[GAT] | type[GATv2]) -> None:
    layer = layer_type(nodes=6, length=4, embed=4, alpha=0.2, dropout=0.5)
    vectors = torch.rand(2, 6, 4)
    assert not torch.equal(layer(vectors), layer(vectors))
    layer.eval()
    assert torch.equal(layer(vectors), layer(vectors))


@LAYERS
def test_the_attention_bias_begins_at_zero(layer_type: type[GAT] | type[GATv2]) -> None:
    layer = layer_type(nodes=3, length=4, embed=5, alpha=0.2, dropout=0.0)
    assert torch.equal(layer.bias, torch.zeros(3, 3))
    assert layer.a.shape == (10,)
    assert layer.a.abs().max() > 0


def test_dropout_keeps_the_mean_and_drops_its_share() -> None:
    torch.manual_seed(0)
    dropped = Dropout(0.3)(torch.ones(100_000))
    assert dropped.unique().tolist() == pytest.approx([0, 1 / 0.7])
    assert dropped.mean() == pytest.approx(1, abs=0.01)
    assert (dropped == 0).float().mean() == pytest.approx(0.3, abs=0.01)
    assert torch.equal(Dropout(0.0)(dropped), dropped)
