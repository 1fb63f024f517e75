"""Latency: how many rows after their start events were flagged, as a histogram."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from mtadgat.metrics.event_metrics import Detection

if TYPE_CHECKING:
    from jaxtyping import Int


def latency_edges(latencies: Sequence[int]) -> Int[np.ndarray, " edges"]:
    """Return bin edges that grow, 0, 1, 2, 4, 8 ..., so that early and late flags are both visible.

    Args:
        latencies: rows from the start of an event to its first flag, of the detected events.
    """
    highest = max(latencies, default=0)
    return np.array([0, 1, *(2**power for power in range(1, highest.bit_length() + 1))])


def latency_counts(detections: Sequence[Detection]) -> list[tuple[str, int]]:
    """Return the number of events in each bin with the bin's name, such as ``2-3``; missed events come last."""
    latencies = [one.latency for one in detections if one.latency is not None]
    edges = latency_edges(latencies)
    counts, _ = np.histogram(latencies, bins=edges)
    names = [
        f"{start}" if stop - start == 1 else f"{start}\u2013{stop - 1}" for start, stop in pairwise(edges.tolist())
    ]
    missed = len(detections) - len(latencies)
    return [*((name, int(count)) for name, count in zip(names, counts, strict=True)), ("missed", missed)]
