"""Pruning: which trials are stopped long before their last epoch."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

WARM_UP_EPOCHS = 2
"""Epochs from which trials are pruned: the first losses say little."""
MIN_PEERS = 3
"""Other trials that must have come as far before a trial is compared with them."""


class PruningDecision(NamedTuple):
    """Whether to prune a trial, and why."""

    prune: bool
    reason: str = ""


def median_rule(losses: Sequence[float], peers: Sequence[Sequence[float]]) -> PruningDecision:
    """Prune a trial whose best loss so far is above the median of the other trials after as many epochs.

    Args:
        losses: validation losses of the trial, epoch by epoch.
        peers: those of the other trials, as far as they came.

    Source: the median stopping rule of Golovin et al., "Google Vizier", KDD 2017, section 3.2.2, on the best loss so
    far instead of its running average.
    """
    epoch = len(losses)
    reached = [min(peer[:epoch]) for peer in peers if len(peer) >= epoch]
    if epoch < WARM_UP_EPOCHS or len(reached) < MIN_PEERS:
        return PruningDecision(False)
    middle, own = median(reached), min(losses)
    if own <= middle:
        return PruningDecision(False)
    reason = f"best loss {own:.4g} after epoch {epoch}, the median of {len(reached)} others {middle:.4g}"
    return PruningDecision(True, reason)
