"""Content of a report: everything that it says, as plain arrays and tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Bool, Float, Shaped

from mtadgat.series import Event


@runtime_checkable
class EpochLosses(Protocol):
    """Losses of one epoch, as training gives them; NaN where there was no validation."""

    @property
    def epoch(self) -> int: ...
    @property
    def train_forecast(self) -> float: ...
    @property
    def train_reconstruction(self) -> float: ...
    @property
    def train_total(self) -> float: ...
    @property
    def validation_forecast(self) -> float: ...
    @property
    def validation_reconstruction(self) -> float: ...
    @property
    def validation_total(self) -> float: ...


@dataclass(frozen=True, eq=False)
class LossCurves:
    """Losses over the epochs.

    Args:
        epochs: (epochs,) numbers of the epochs.
        train: (epochs, 3) total, forecast and reconstruction loss of the training windows.
        validation: (epochs, 3) the same of the validation windows, NaN where there are none.
        best_epoch: the epoch whose weights were kept.
    """

    PARTS = ("total", "forecast", "reconstruction")

    epochs: Shaped[np.ndarray, " epochs"]
    train: Float[np.ndarray, "epochs 3"]
    validation: Float[np.ndarray, "epochs 3"]
    best_epoch: int

    @classmethod
    def of(cls, losses: Sequence[EpochLosses], best_epoch: int) -> LossCurves:
        """Return the curves of a training history's epochs."""
        return cls(
            epochs=np.array([each.epoch for each in losses], dtype=np.int64),
            train=_table(losses, "train"),
            validation=_table(losses, "validation"),
            best_epoch=best_epoch,
        )


def _table(losses: Sequence[EpochLosses], stage: str) -> Float[np.ndarray, "epochs 3"]:
    rows = [[float(getattr(each, f"{stage}_{part}")) for part in LossCurves.PARTS] for each in losses]
    return np.array(rows, dtype=np.float64).reshape(-1, 3)


__all__ = [
    "AttentionChange",
    "BaselineRow",
    "BaselineTable",
    "EventPage",
    "FeatureTrace",
    "KnownCause",
    "LossCurves",
    "ReportContent",
    "ThresholdLine",
]


class BaselineRow(NamedTuple):
    """One metric of the detector, and the same metric of two detectors that know nothing.

    Args:
        metric: its name, such as ``PA-F1``.
        model: figure of the detector.
        random: figure of random scores with the same share of flagged rows.
        largest_z: figure of the largest absolute z-score.
        unit: empty for a ratio, ``%`` for a share, else the noun that is counted, such as ``rows``.
        better: ``higher``, ``lower``, or empty where neither is.
        note: what it measures, in a few words.
    """

    metric: str
    model: float
    random: float = float("nan")
    max_z: float = float("nan")
    unit: str = ""
    better: str = "higher"
    note: str = ""


class BaselineTable(NamedTuple):
    """The metrics at one threshold, or those that need none.

    Args:
        threshold: its name, empty for metrics that need no threshold.
        rows: one for each metric.
        value: the threshold, NaN where it changes or there is none.
    """

    threshold: str
    rows: tuple[BaselineRow, ...]
    value: float = float("nan")


@dataclass(frozen=True, eq=False)
class ThresholdLine:
    """A threshold over the scores.

    Args:
        name: its method, such as ``pot``.
        values: (time,) the threshold of every row.
        uses_labels: whether it was chosen by looking at the labels.
    """

    name: str
    values: Float[np.ndarray, " time"]
    uses_labels: bool = False

    def flags(self, scores: Float[np.ndarray, " time"]) -> Bool[np.ndarray, " time"]:
        """Return (time,) true where the score reaches the threshold."""
        return scores >= self.values

    @property
    def value(self) -> float | None:
        """The threshold where it is the same for every row, else None."""
        return float(self.values[0]) if len(self.values) and (self.values == self.values[0]).all() else None


@dataclass(frozen=True, eq=False)
class AttentionChange:
    """The feature-oriented attention in healthy time and in an event, each averaged over its windows.

    Args:
        features: names of the features.
        healthy: (features, features) weight that the row's feature gives to the column's, in healthy time.
        event: (features, features) the same in the event.
        title: which event, such as ``event 3``.
    """

    features: tuple[str, ...]
    healthy: Float[np.ndarray, "features features"]
    event: Float[np.ndarray, "features features"]
    title: str = "the event"

    @property
    def difference(self) -> Float[np.ndarray, "features features"]:
        """(features, features) weight in the event minus weight in healthy time."""
        return np.asarray(self.event - self.healthy)

    def largest(self, count: int) -> list[tuple[str, str, float, float]]:
        """Return the relations between two features that changed most.

        Returns:
            For each: the feature that reads, the feature that is read, its weight in healthy time and in the event.
        """
        others = self.difference * ~np.eye(len(self.features), dtype=bool)
        order = np.argsort(-np.abs(others), axis=None, kind="stable")[:count]
        return [
            (
                self.features[row],
                self.features[column],
                float(self.healthy[row, column]),
                float(self.event[row, column]),
            )
            for row, column in zip(*np.unravel_index(order, self.healthy.shape), strict=True)
        ]


class FeatureTrace(NamedTuple):
    """One feature of an event, with a margin of healthy rows.

    Args:
        name: the feature.
        share: its share of the event's score, 0 to 1.
        cause: whether it is known to be to blame; None where causes are not known.
        actual: (shown,) values, in the units of the input.
        forecast: (shown,) what the detector forecast.
        reconstruction: (shown,) what the detector reconstructed.
    """

    name: str
    share: float
    cause: bool | None
    actual: Float[np.ndarray, " shown"]
    forecast: Float[np.ndarray, " shown"]
    reconstruction: Float[np.ndarray, " shown"]


class KnownCause(NamedTuple):
    """A feature that is known to be to blame, and its place in the detector's ranking, from 1; None: not ranked."""

    name: str
    rank: int | None


@dataclass(frozen=True, eq=False)
class EventPage:
    """What is said of one event.

    Args:
        event: its rows; those labelled, or those flagged where no label is near.
        kind: ``found``, ``missed``, ``false alarm``, or ``flagged`` where nobody labelled the series.
        latency: rows from its start to its first flag; None where it was missed or not labelled.
        peak: its highest score.
        shown: the rows of the traces.
        traces: the features with the largest share of the score, largest first.
        causes: the features known to be to blame, None where they are not known.
        attention: how the attention between features changed, None where it was not taken.
    """

    event: Event
    kind: str
    latency: int | None
    peak: float
    shown: Event
    traces: tuple[FeatureTrace, ...]
    causes: tuple[KnownCause, ...] | None = None
    attention: AttentionChange | None = None

    @property
    def hits(self) -> int:
        """How many of the n causes are among the first n features of the ranking (HitRate@100%)."""
        causes = self.causes or ()
        return sum(cause.rank is not None and cause.rank <= len(causes) for cause in causes)


@dataclass(frozen=True, eq=False)
class ReportContent:
    """Everything that a report says.

    Args:
        subject: what was evaluated, such as ``asd-omi-1``.
        scores: (time,) the scores.
        thresholds: at least one; events are told by the first.
        features: names of the features.
        timestamps: (time,) datetime64 or integers, or None.
        labels: (time,) true where a row is anomalous, or None.
        tables: the baseline comparison, at each threshold and without one.
        events: a page for each event.
        events_left_out: events that have no page.
        losses: loss curves, or None.
        facts: what else to say, name and text, such as the run id.
        detector: name of the column of the detector's figures.
    """

    subject: str
    scores: Float[np.ndarray, " time"]
    thresholds: tuple[ThresholdLine, ...]
    features: tuple[str, ...]
    timestamps: Shaped[np.ndarray, " time"] | None = None
    labels: Bool[np.ndarray, " time"] | None = None
    tables: tuple[BaselineTable, ...] = ()
    events: tuple[EventPage, ...] = ()
    events_left_out: int = 0
    losses: LossCurves | None = None
    facts: tuple[tuple[str, str], ...] = ()
    detector: str = "this model"
