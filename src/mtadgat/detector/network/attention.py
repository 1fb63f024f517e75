"""Graph attention between the nodes of a window, in time that grows with pairs but memory that does not.

Axes: ``batch`` windows, ``node`` graph nodes (features, or rows), ``length`` of a node's vector.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional

if TYPE_CHECKING:
    from jaxtyping import Float

COLUMN_BLOCK = 8
"""torch.cdist takes columns in vectors of eight; what is left over costs nearly as much as all the others."""

NEARLY_ZERO = 1e-30
"""Keeps a distance's gradient where ``a`` is exactly 0."""


class GraphAttention(nn.Module, ABC):
    """h_i = sigmoid(sum_j weight_ij v_j) with weight_ij = softmax_j(score(v_i, v_j) + B_ij).

    Zhao et al. 2020, section III-D, with the learned bias B of the reference implementation.

    Args:
        nodes: nodes in the graph.
        alpha: negative slope of LeakyReLU.
        dropout: share of the weights set to zero while training.
    """

    def __init__(self, *, nodes: int, alpha: float, dropout: float) -> None:
        super().__init__()
        self.alpha = alpha
        self.bias = nn.Parameter(torch.zeros(nodes, nodes))
        self.dropout = Dropout(dropout)

    def forward(self, vectors: Float[Tensor, "batch node length"]) -> Float[Tensor, "batch node length"]:
        """Return the nodes' vectors after attention, each value between 0 and 1."""
        weights = self.dropout(self.weights(vectors))
        return torch.sigmoid(weights @ vectors)

    def weights(self, vectors: Float[Tensor, "batch node length"]) -> Float[Tensor, "batch node node"]:
        """Return how much each node (row) attends to each node (column); rows sum to 1."""
        return torch.softmax(self.scores(vectors) + self.bias, dim=-1)

    @abstractmethod
    def scores(self, vectors: Float[Tensor, "batch node length"]) -> Float[Tensor, "batch node node"]:
        """Return the scores of all pairs, up to a constant for each row, which softmax cancels."""


class GAT(GraphAttention):
    """score(v_i, v_j) = LeakyReLU(a . [W v_i || W v_j]), with W v in R^embed and a in R^(2 embed).

    Velickovic et al. 2018, equation 3. The dot product splits in two, so that a pair costs one addition.

    Args:
        nodes, alpha, dropout: see `GraphAttention`.
        length: length of a node's vector.
        embed: length of its embedding.
    """

    def __init__(self, *, nodes: int, length: int, embed: int, alpha: float, dropout: float) -> None:
        super().__init__(nodes=nodes, alpha=alpha, dropout=dropout)
        self.projection = nn.Linear(length, embed)
        self.a = _attention_vector(2 * embed, alpha)

    def scores(self, vectors: Float[Tensor, "batch node length"]) -> Float[Tensor, "batch node node"]:
        a_left, a_right = self.a.chunk(2)
        embedded = self.projection(vectors)  # (batch, node, embed)
        left, right = embedded @ a_left, embedded @ a_right  # (batch, node) each
        return functional.leaky_relu(left[:, :, None] + right[:, None, :], self.alpha)


class GATv2(GraphAttention):
    """score(v_i, v_j) = a . LeakyReLU(W [v_i || v_j] + b), with W [v_i || v_j] and a in R^(2 embed).

    Brody et al. 2021, equation 7. With l_i = W_left v_i, r_j = W_right v_j + b, and
    LeakyReLU(z) = (1 + alpha)/2 z + (1 - alpha)/2 |z|, the score is

        (1 + alpha)/2 (a . l_i + a . r_j) + (1 - alpha)/2 sum_d a_d |l_id + r_jd|.

    Softmax over j cancels a . l_i and a . b. The sum is the L1 distance between the vectors |a| l_i and -|a| r_j
    over the columns where a is positive, minus that over those where it is negative: nothing of the size
    (node, node, embed) is ever made.

    Args:
        nodes, alpha, dropout: see `GraphAttention`.
        length: length of a node's vector.
        embed: half the length of a pair's embedding.
    """

    def __init__(self, *, nodes: int, length: int, embed: int, alpha: float, dropout: float) -> None:
        super().__init__(nodes=nodes, alpha=alpha, dropout=dropout)
        self.projection = nn.Linear(2 * length, 2 * embed)
        self.a = _attention_vector(2 * embed, alpha)

    def scores(self, vectors: Float[Tensor, "batch node length"]) -> Float[Tensor, "batch node node"]:
        weight_right = self.projection.weight.chunk(2, dim=1)[1]
        linear = vectors @ (self.a @ weight_right) * ((1 + self.alpha) / 2)  # (batch, node)
        return linear[:, None, :] + self._distances(vectors, positive=True) - self._distances(vectors, positive=False)

    def _distances(
        self, vectors: Float[Tensor, "batch node length"], positive: bool
    ) -> Float[Tensor, "batch node node"]:
        """Return (1 - alpha)/2 sum_d |a_d| |l_id + r_jd| over the columns d where a is positive, or is not."""
        columns = ((self.a >= 0) == positive).nonzero().squeeze(1)
        padding = (0, -len(columns) % COLUMN_BLOCK)
        # The scale goes into the small matrices, once for a batch, not into each node's embedding.
        scale = (self.a[columns] if positive else -self.a[columns]) * ((1 - self.alpha) / 2) + NEARLY_ZERO
        weight = scale[:, None] * self.projection.weight[columns]
        weight_left, weight_right = functional.pad(weight, (0, 0, *padding)).chunk(2, dim=1)
        bias = functional.pad(scale * self.projection.bias[columns], padding)
        left = functional.linear(vectors, weight_left)  # (batch, node, columns)
        right = functional.linear(vectors, -weight_right, -bias)  # (batch, node, columns)
        return l1_distances(left, right)


class Dropout(nn.Dropout):
    """torch.nn.Dropout from uniform numbers, which a CPU draws three times as fast as Bernoulli ones."""

    def forward(self, values: Float[Tensor, "*axes"]) -> Float[Tensor, "*axes"]:
        """Return the values with a random share of them set to zero, and the others scaled up to make up for it."""
        if not self.training or self.p == 0:
            return values
        return values * torch.rand_like(values).ge_(self.p).div_(1 - self.p)


def _attention_vector(size: int, alpha: float) -> nn.Parameter:
    column = torch.empty(size, 1)
    nn.init.xavier_uniform_(column, gain=nn.init.calculate_gain("leaky_relu", alpha))
    return nn.Parameter(column.squeeze(1))


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
