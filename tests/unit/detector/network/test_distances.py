"""Distances and their gradients are torch.cdist's, whatever the shape."""

from __future__ import annotations

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from mtadgat.detector.network.attention import l1_distances


@settings(deadline=None, max_examples=25)
@given(batch=st.integers(1, 4), nodes=st.integers(1, 12), columns=st.integers(0, 20))
def test_distances_and_gradients_are_those_of_torch(batch: int, nodes: int, columns: int) -> None:
    left = torch.randn(batch, nodes, columns, requires_grad=True)
    right = torch.randn(batch, nodes, columns, requires_grad=True)
    ours, known = l1_distances(left, right), torch.cdist(left, right, p=1.0)
    assert torch.equal(ours, known)
    probe = torch.randn_like(known)
    for mine, true in zip(*(torch.autograd.grad(d, (left, right), probe) for d in (ours, known)), strict=True):
        assert torch.equal(mine, true)
