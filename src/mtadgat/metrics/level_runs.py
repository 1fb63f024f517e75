"""Runs: every run of consecutive rows that some threshold flags, with the levels between which it exists.

Lowering the threshold makes runs appear, grow and merge. Over all thresholds there are at most as many different runs
as rows; they form a tree (the max-tree of the scores), so that a metric that depends on whole runs is computed at
every threshold in one pass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Int


class Runs(NamedTuple):
    """Runs ``start`` to ``stop`` (exclusive) that exist from level ``first`` up to, but not at, level ``end``."""

    start: Int[np.ndarray, " runs"]
    stop: Int[np.ndarray, " runs"]
    first: Int[np.ndarray, " runs"]
    end: Int[np.ndarray, " runs"]


def runs_over_levels(level: Int[np.ndarray, " pieces"]) -> Runs:
    """Return every maximal run of pieces whose level is at most k, for all k together.

    A run exists from the highest level inside it until the lower of its two neighbours joins it; one without
    neighbours ends at the highest level of all plus 1. O(pieces) by a stack of the runs that are still open.

    Args:
        level: (pieces,) level at which each piece enters, any integers.
    """
    after_all = int(level.max()) + 1
    closed: list[tuple[int, int, int, int]] = []
    open_levels = [after_all]
    open_starts = [0]
    for piece, value in enumerate([*level.tolist(), after_all]):
        start = piece
        while open_levels[-1] < value:
            inside, start = open_levels.pop(), open_starts.pop()
            closed.append((start, piece, inside, min(open_levels[-1], value)))
        if open_levels[-1] > value:
            open_levels.append(value)
            open_starts.append(start)
    return Runs(*np.array(closed, dtype=np.int64).T)
