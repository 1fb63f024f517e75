"""VUS-PR and VUS-ROC: volumes under the precision-recall and ROC surfaces (Paparrizos et al., VLDB 2022).

The third axis is a buffer around events, from 0 to ``max_buffer`` rows wide. With buffer w the rows at distance
d <= w // 2 from an event count as anomalous by sqrt(1 - d / w), or fully where two events are that near. With "beside"
the sum of these shares over the flagged rows beside events, a threshold has

    TP        = flagged rows of events + beside
    positives = rows of events + beside / 2
    recall    = min(TP / positives, 1) * (events with buffer that hold a flag) / (events with buffer)
    precision = TP / flagged rows
    FPR       = (flagged rows - TP) / (all rows - positives)

Events whose buffers meet count as one. Thresholds are the scores at 250 evenly spaced ranks. All of this is the
definition of TSB-AD 1.5, whose leaderboard ranks by VUS-PR. Rows beside events are counted by distance and rank once;
what is left for each buffer is a product of the size distances x thresholds and one pass to merge events.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mtadgat.series import events

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int

THRESHOLDS = 250
"""Ranks at which TSB-AD evaluates the curves."""


class Volumes(NamedTuple):
    """Volumes under the two surfaces, between 0 and 1."""

    pr: float
    roc: float


def volumes(scores: Float[np.ndarray, " time"], labels: Bool[np.ndarray, " time"], max_buffer: int) -> Volumes:
    """Volumes under the precision-recall and ROC surfaces.

    Args:
        scores: (time,), higher is more anomalous.
        labels: (time,), true at least once and false at least once.
        max_buffer: widest buffer, in rows; see `buffer_window`.

    Source: Paparrizos et al., "Volume under the surface", VLDB 2022; TSB-AD 1.5.
    """
    rank = _ranks(scores.astype(np.float64))
    areas = []
    for buffer, beside in enumerate(_beside_events(rank, labels, max_buffer)):
        if buffer % 2 == 0:
            existence = _existence(rank, labels, buffer // 2)
        areas.append(_areas(rank, labels, beside, existence))
    pr, roc = np.mean(areas, axis=0)
    return Volumes(float(pr), float(roc))


def _ranks(scores: Float[np.ndarray, " time"]) -> Int[np.ndarray, " time"]:
    """Return for each row the first of the thresholds, highest first, that flags it."""
    descending = -np.sort(-scores)
    thresholds = descending[np.linspace(0, scores.size - 1, THRESHOLDS).astype(np.int64)]
    return np.searchsorted(-thresholds, -scores)


def _areas(
    rank: Int[np.ndarray, " time"],
    labels: Bool[np.ndarray, " time"],
    beside: Float[np.ndarray, " thresholds"],
    existence: Float[np.ndarray, " thresholds"],
) -> tuple[float, float]:
    """Return the areas under the precision-recall and the ROC curve of one buffer."""
    flagged, hits = _flagged(rank), _flagged(rank[labels]) + beside
    positives = labels.sum() + beside / 2
    recall = np.minimum(hits / positives, 1) * existence
    false_rate = (flagged - hits) / (labels.size - positives)
    pr = np.diff(recall, prepend=0) @ (hits / flagged)
    roc = np.trapezoid(np.concatenate(([0], recall, [1])), np.concatenate(([0], false_rate, [1])))
    return float(pr), float(roc)


def _flagged(rank: Int[np.ndarray, " rows"]) -> Float[np.ndarray, " thresholds"]:
    return np.cumsum(np.bincount(rank, minlength=THRESHOLDS)).astype(np.float64)


def _beside_events(
    rank: Int[np.ndarray, " time"], labels: Bool[np.ndarray, " time"], max_buffer: int
) -> Iterator[Float[np.ndarray, " thresholds"]]:
    """Yield for each buffer up to the widest the shares of the flagged rows beside events, summed per threshold."""
    nearest, second = _distances_to_events(labels)
    rows = np.flatnonzero(~labels & (nearest <= max_buffer // 2))
    nearest, second, rank = nearest[rows], second[rows], rank[rows]
    by_distance = np.zeros((max_buffer // 2 + 1, THRESHOLDS))
    np.add.at(by_distance, (nearest, rank), 1)
    full = np.zeros(THRESHOLDS)
    for buffer in range(max_buffer + 1):
        half = buffer // 2
        if buffer % 2 == 0:
            filled = second == half
            np.subtract.at(by_distance, (nearest[filled], rank[filled]), 1)
            np.add.at(full, rank[filled], 1)
        shares = np.sqrt(1 - np.arange(half + 1) / max(buffer, 1))
        yield np.cumsum(full + shares @ by_distance[: half + 1])


def _distances_to_events(
    labels: Bool[np.ndarray, " time"],
) -> tuple[Int[np.ndarray, " time"], Int[np.ndarray, " time"]]:
    """Return the distances of each row outside events to the nearest and the second nearest event, in rows."""
    far = np.iinfo(np.int64).max // 2
    bounds = np.array(events(labels), dtype=np.int64)
    last = np.concatenate(([-far, -far], bounds[:, 1] - 1))
    first = np.concatenate((bounds[:, 0], [far, far]))
    row = np.arange(labels.size)
    before = np.searchsorted(bounds[:, 0], row, side="right")
    distances = np.stack((row - last[before], row - last[before + 1], first[before] - row, first[before + 1] - row))
    nearest, second = np.sort(distances, axis=0)[:2]
    return nearest, second


def _existence(
    rank: Int[np.ndarray, " time"], labels: Bool[np.ndarray, " time"], half: int
) -> Float[np.ndarray, " thresholds"]:
    """Return per threshold the share of events, each with ``half`` rows on both sides, that hold a flag."""
    start, stop = np.array(events(labels), dtype=np.int64).T
    apart = start[1:] - half >= stop[:-1] + half
    start = np.maximum(start[np.append(True, apart)] - half, 0)
    stop = np.minimum(stop[np.append(apart, True)] + half, labels.size)
    edges = np.stack((start, stop), axis=1).ravel()
    first = np.minimum.reduceat(np.append(rank, THRESHOLDS), edges)[::2]
    return np.asarray(_flagged(first) / start.size)
