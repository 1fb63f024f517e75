"""Content of a report: everything that it says, as plain arrays and tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

import numpy as np

from mtadgat.clock import Clock
from mtadgat.data.profile import Profile
from mtadgat.metrics.event_metrics import EventMetrics
from mtadgat.reporting.baseline_tables import BaselineTable
from mtadgat.series import Event

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Shaped


@runtime_checkable
class RecordedLosses(Protocol):
    """Losses of one epoch, as training returns them; NaN if there was no validation."""

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
        validation: (epochs, 3) the same of the validation windows, NaN if there are none.
        best_epoch: the epoch whose weights were kept.
    """

    PARTS = ("total", "forecast", "reconstruction")

    epochs: Shaped[np.ndarray, " epochs"]
    train: Float[np.ndarray, "epochs 3"]
    validation: Float[np.ndarray, "epochs 3"]
    best_epoch: int

    @classmethod
    def of(cls, losses: Sequence[RecordedLosses], best_epoch: int) -> LossCurves:
        """Return the curves of a training history's epochs."""
        return cls(
            epochs=np.array([each.epoch for each in losses], dtype=np.int64),
            train=_table(losses, "train"),
            validation=_table(losses, "validation"),
            best_epoch=best_epoch,
        )


def _table(losses: Sequence[RecordedLosses], stage: str) -> Float[np.ndarray, "epochs 3"]:
    rows = [[float(getattr(each, f"{stage}_{part}")) for part in LossCurves.PARTS] for each in losses]
    return np.array(rows, dtype=np.float64).reshape(-1, 3)


@dataclass(frozen=True, eq=False)
class ThresholdLine:
    """A threshold over the scores.

    Args:
        name: its method, such as ``pot``.
        values: (time,) the threshold of every row.
        uses_labels: whether it was chosen by looking at the labels.
        event: detected events, latencies and false alarms of its flags, as evaluated; None without labels.
    """

    name: str
    values: Float[np.ndarray, " time"]
    uses_labels: bool = False
    event: EventMetrics | None = None

    def flags(self, scores: Float[np.ndarray, " time"]) -> Bool[np.ndarray, " time"]:
        """Return (time,) true where the score reaches the threshold."""
        return scores >= self.values

    @property
    def value(self) -> float | None:
        """The threshold if it is the same for every row, else None."""
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
        cause: whether it is labelled as a cause; None if the event has no labelled causes.
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


class RankedCause(NamedTuple):
    """A feature that is labelled as a cause, and its rank among the detector's features, from 1; None: not ranked."""

    name: str
    rank: int | None


@dataclass(frozen=True, eq=False)
class EventPage:
    """Everything that a report says about one event.

    Args:
        event: its rows: those labelled, or those flagged if it is a false alarm.
        kind: ``found``, ``missed``, ``false alarm``, or ``flagged`` if the series has no labels.
        latency: rows from its start to its first flag; None if it was missed or not labelled.
        latency_seconds: the same in seconds of elapsed time; None also if rows have no times.
        peak: its highest score.
        shown: the rows of the traces.
        traces: the features with the largest share of the score, largest first.
        causes: the labelled causes, None if the event has none.
        attention: how the attention between features changed, None if it was not computed.
    """

    event: Event
    kind: str
    latency: int | None
    latency_seconds: float | None
    peak: float
    shown: Event
    traces: tuple[FeatureTrace, ...]
    causes: tuple[RankedCause, ...] | None = None
    attention: AttentionChange | None = None

    @property
    def hits(self) -> int:
        """Number of the n causes that are among the first n features of the ranking (HitRate@100%)."""
        causes = self.causes or ()
        return sum(cause.rank is not None and cause.rank <= len(causes) for cause in causes)


@dataclass(frozen=True, eq=False)
class ReportContent:
    """Everything that a report says.

    Args:
        subject: what was evaluated, such as ``asd-omi-1``.
        scores: (time,) the scores.
        thresholds: at least one; the first defines the events.
        features: names of the features.
        timestamps: (time,) datetime64 or integers, or None.
        clock: how the times were written.
        labels: (time,) true where a row is anomalous, or None.
        tables: the baseline comparison, at each threshold and without one.
        events: a page for each event.
        events_left_out: number of events without a page.
        losses: loss curves, or None.
        facts: further facts, name and text, such as the run id.
        profile: what was understood of the rows, or None.
        detector: heading of the detector's column of metrics.
    """

    subject: str
    scores: Float[np.ndarray, " time"]
    thresholds: tuple[ThresholdLine, ...]
    features: tuple[str, ...]
    timestamps: Shaped[np.ndarray, " time"] | None = None
    clock: Clock = field(default_factory=Clock)
    labels: Bool[np.ndarray, " time"] | None = None
    tables: tuple[BaselineTable, ...] = ()
    events: tuple[EventPage, ...] = ()
    events_left_out: int = 0
    losses: LossCurves | None = None
    facts: tuple[tuple[str, str], ...] = ()
    profile: Profile | None = None
    detector: str = "this model"
