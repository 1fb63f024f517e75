"""Pruning: which trials are hopeless long before their last epoch."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

WARM_UP = 2
"""Epochs that every trial may run: the first losses say little."""
FEWEST_PEERS = 3
"""Other trials that must have come as far before one is judged."""


class Verdict(NamedTuple):
    """Whether a trial is hopeless, and why, in words."""

    hopeless: bool
    reason: str = ""


def median_rule(losses: Sequence[float], peers: Sequence[Sequence[float]]) -> Verdict:
    """Judge a trial by its best loss so far: hopeless where most others were better after as many epochs.

    Args:
        losses: validation losses of the trial, epoch by epoch.
        peers: the same of the other trials, however far they came.

    Source: the median stopping rule of Golovin et al., "Google Vizier", KDD 2017, section 3.2.2, on the best loss so
    far instead of its running average.
    """
    epoch = len(losses)
    reached = [min(peer[:epoch]) for peer in peers if len(peer) >= epoch]
    if epoch < WARM_UP or len(reached) < FEWEST_PEERS:
        return Verdict(False)
    middle, own = median(reached), min(losses)
    if own <= middle:
        return Verdict(False)
    return Verdict(True, f"best loss {own:.4g} after epoch {epoch}, the median of {len(reached)} others {middle:.4g}")
