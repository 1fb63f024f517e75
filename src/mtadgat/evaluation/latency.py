"""Latency: how many rows after its start an event was flagged first."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from jaxtyping import Bool, Int

from mtadgat.metrics.event import event_metrics


def latencies(labels: Bool[np.ndarray, " time"], flags: Bool[np.ndarray, " time"]) -> list[int | None]:
    """Return the latency of every labelled event in time order, None where it was missed."""
    return [detection.latency for detection in event_metrics(flags, labels).detections]


def latency_edges(rows: Sequence[int | None]) -> Int[np.ndarray, " edges"]:
    """Return edges of bins that grow, 0, 1, 2, 4, 8 ..., so that early and late flags both show."""
    highest = max((each for each in rows if each is not None), default=0)
    return np.array([0, 1, *(2**power for power in range(1, highest.bit_length() + 1))])


def latency_counts(rows: Sequence[int | None]) -> list[tuple[str, int]]:
    """Return how many events fall into each bin, with the bin's name, such as ``2-3``; the missed come last."""
    edges = latency_edges(rows)
    counts, _ = np.histogram([each for each in rows if each is not None], bins=edges)
    names = [
        f"{start}" if stop - start == 1 else f"{start}\u2013{stop - 1}" for start, stop in pairwise(edges.tolist())
    ]
    missed = sum(each is None for each in rows)
    return [*((name, int(count)) for name, count in zip(names, counts, strict=True)), ("missed", missed)]
