"""Curve: precision and recall at every threshold that scores allow, computed by one sort.

Lowering the threshold from the highest score to the lowest flags the rows group by group. A *level* is the rank of a
distinct score in that order: 0 is the highest. Row ``t`` is flagged at level ``k`` when ``level[t] <= k``. Every
metric here is a sum over rows, or over events, of amounts that each enter at one level, so that one cumulative sum
gives the metric at all levels: exact, in O(n log n).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mtadgat.series import events

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int


class Rates(NamedTuple):
    """Precision, recall and their harmonic mean."""

    precision: float
    recall: float
    f1: float


PERCENTS = range(101)
"""K of PA%K, in percent."""

UNDEFINED = Rates(float("nan"), float("nan"), float("nan"))
"""Rates on labels without any event, or without any healthy row."""

NOTHING_FLAGGED = Rates(0.0, 0.0, 0.0)
"""Rates of flags that are all false, by the convention of scikit-learn and TSB-AD."""


class Best(NamedTuple):
    """The threshold with the highest F1, and the rates at it."""

    threshold: float
    precision: float
    recall: float
    f1: float


class Curve(NamedTuple):
    """Precision and recall at each distinct score as threshold, from the highest to the lowest."""

    thresholds: Float[np.ndarray, " levels"]
    precision: Float[np.ndarray, " levels"]
    recall: Float[np.ndarray, " levels"]

    @property
    def f1(self) -> Float[np.ndarray, " levels"]:
        """Harmonic mean of precision and recall; 0 where both are 0."""
        total = self.precision + self.recall
        product = 2 * self.precision * self.recall
        return np.asarray(np.divide(product, total, out=np.zeros_like(total), where=total > 0))

    @property
    def best(self) -> Best:
        """The point of the highest F1; of several the one with the highest threshold."""
        f1 = self.f1
        highest = int(np.argmax(f1))
        return Best(*(float(row[highest]) for row in (self.thresholds, self.precision, self.recall, f1)))

    @property
    def average_precision(self) -> float:
        """Area under precision over recall as a sum of steps, without interpolation: AUC-PR of a `point_curve`."""
        # Summed from the lowest threshold to the highest, like scikit-learn's average_precision_score: same bits.
        steps = np.diff(self.recall, prepend=0.0)
        return float(np.sum(steps[::-1] * self.precision[::-1]))

    @property
    def first(self) -> Rates:
        """The rates at the highest threshold: for flags given as 0 and 1, those of the flags."""
        return Rates(float(self.precision[0]), float(self.recall[0]), float(self.f1[0]))


class Levels(NamedTuple):
    """The distinct scores, highest first, and the level at which each row becomes flagged."""

    thresholds: Float[np.ndarray, " levels"]
    of_row: Int[np.ndarray, " time"]

    def accumulate(
        self, level: Int[np.ndarray, " entries"], amount: Float[np.ndarray, " entries"] | None = None
    ) -> Float[np.ndarray, " levels"]:
        """Return for each level the sum of the amounts that entered at it or before; amounts default to 1."""
        entered = np.bincount(level, weights=amount, minlength=self.thresholds.size)
        return np.cumsum(entered, dtype=np.float64)


def levels_of(scores: Float[np.ndarray, " time"]) -> Levels:
    """Sort the scores into levels; equal scores share one."""
    distinct, rising = np.unique(scores.astype(np.float64), return_inverse=True)
    return Levels(distinct[::-1].copy(), distinct.size - 1 - rising)


class EventRows(NamedTuple):
    """The labelled rows, event by event, each event in the order in which its rows become flagged."""

    row: Int[np.ndarray, " labelled"]
    event: Int[np.ndarray, " labelled"]
    rank: Int[np.ndarray, " labelled"]
    """1 for the first row of the event to be flagged."""
    length: Int[np.ndarray, " labelled"]
    """Rows of the event that the row belongs to."""


def event_rows(levels: Levels, labels: Bool[np.ndarray, " time"]) -> EventRows:
    """Sort the labelled rows by event, then by level."""
    bounds = np.array(events(labels), dtype=np.int64)
    lengths = bounds[:, 1] - bounds[:, 0]
    event = np.repeat(np.arange(len(lengths)), lengths)
    row = np.flatnonzero(labels)
    row = row[np.lexsort((levels.of_row[row], event))]
    rank = np.arange(row.size) - np.repeat(np.cumsum(lengths) - lengths, lengths) + 1
    return EventRows(row, event, rank, np.repeat(lengths, lengths))


def point_curve(scores: Float[np.ndarray, " time"], labels: Bool[np.ndarray, " time"]) -> Curve:
    """Precision and recall over rows at every threshold.

    Args:
        scores: (time,), higher is more anomalous.
        labels: (time,), at least one of them true.
    """
    levels = levels_of(scores)
    flagged = levels.accumulate(levels.of_row)
    hits = levels.accumulate(levels.of_row[labels])
    return Curve(levels.thresholds, hits / flagged, hits / labels.sum())


def adjusted_curve(scores: Float[np.ndarray, " time"], labels: Bool[np.ndarray, " time"], percent: int = 0) -> Curve:
    """Precision and recall over rows after point adjustment, at every threshold.

    Once more than ``percent`` % of an event's rows are flagged, all of its rows count as flagged. 0 is the usual
    point adjustment (one flag is enough), 100 is none.

    Args:
        scores: (time,), higher is more anomalous.
        labels: (time,), at least one of them true.
        percent: K of PA%K, 0 to 100.

    Source: Xu et al., WWW 2018 (point adjustment); Kim et al., AAAI 2022 (PA%K).
    """
    return next(adjusted_curves(scores, labels, (percent,)))


def adjusted_curves(
    scores: Float[np.ndarray, " time"], labels: Bool[np.ndarray, " time"], percents: Iterable[int] = PERCENTS
) -> Iterator[Curve]:
    """Yield `adjusted_curve` for each of several percents, sorting once."""
    levels = levels_of(scores)
    rows = event_rows(levels, labels)
    false_alarms = levels.accumulate(levels.of_row[~labels])
    for percent in percents:
        enough = percent * rows.length // 100 + 1
        gain = (rows.rank <= enough) + (rows.rank == enough) * (rows.length - enough)
        hits = levels.accumulate(levels.of_row[rows.row], gain.astype(np.float64))
        yield Curve(levels.thresholds, hits / (hits + false_alarms), hits / labels.sum())


def area_over_percents(f1: Sequence[float]) -> float:
    """Area under F1 after PA%K over K from 0 to 1, by the trapezoid rule over equal steps of K.

    Source: Kim et al., AAAI 2022.
    """
    return float(np.trapezoid(f1) / (len(f1) - 1))


def event_curve(scores: Float[np.ndarray, " time"], labels: Bool[np.ndarray, " time"]) -> Curve:
    """Share of detected events (recall) and share of flagged rows that are labelled (precision), at every threshold.

    Args:
        scores: (time,), higher is more anomalous.
        labels: (time,), at least one of them true.

    Source: Event-based-F1 of TSB-AD (Liu and Paparrizos, NeurIPS 2024).
    """
    levels = levels_of(scores)
    rows = event_rows(levels, labels)
    first = rows.row[rows.rank == 1]
    detected = levels.accumulate(levels.of_row[first])
    precision = levels.accumulate(levels.of_row[labels]) / levels.accumulate(levels.of_row)
    return Curve(levels.thresholds, precision, detected / first.size)
