"""L1 distances between two sets of vectors, with a gradient that uses two cores."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor
from torch.autograd.function import once_differentiable


def l1_distances(
    left: Float[Tensor, "batch node columns"], right: Float[Tensor, "batch node columns"]
) -> Float[Tensor, "batch node node"]:
    """Return sum_d |left_id - right_jd| for each pair of nodes i (row) and j (column)."""
    if left.device.type != "cpu":
        return torch.cdist(left, right, p=1.0)
    distances: Tensor = _L1Distances.apply(left, right)  # type: ignore[no-untyped-call]
    return distances


class _L1Distances(torch.autograd.Function):
    """torch.cdist, whose own gradient works on one core for vectors as short as ours.

    It shares out blocks of columns, and no fewer at once than 2048 / nodes (ATen's DistanceOpsKernel.cpp). So the
    gradient of one side is left to it in this thread, and that of the other side in a second one.
    """

    @staticmethod
    def forward(ctx: Any, left: Tensor, right: Tensor) -> Tensor:
        ctx.save_for_backward(left, right)
        return torch.cdist(left, right, p=1.0)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor]:
        left, right = ctx.saved_tensors
        straight, turned = gradient.contiguous(), gradient.mT.contiguous()
        # The last argument stands for the distances, which no gradient of L1 reads.
        one_side = torch.ops.aten._cdist_backward
        with ThreadPoolExecutor(max_workers=1) as second:
            right_gradient = second.submit(one_side, turned, right, left, 1.0, turned)
            left_gradient = one_side(straight, left, right, 1.0, straight)
        return left_gradient, right_gradient.result()
