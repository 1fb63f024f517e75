"""Threshold: the contract of every way to choose when a score is high enough to flag."""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

import numpy as np

from mtadgat.config import DetectionConfig
from mtadgat.errors import DataError

if TYPE_CHECKING:
    from jaxtyping import Bool, Float

Kind = TypeVar("Kind", bound="Threshold")


@dataclasses.dataclass(frozen=True, eq=False)
class Step(Generic[Kind]):
    """What a threshold makes of one piece of a stream of scores.

    Args:
        values: (time,) the threshold in force at each row.
        next: the threshold as it stands after the last row, to step on from there.
    """

    values: Float[np.ndarray, " time"]
    next: Kind


class Threshold(ABC):
    """A rule that gives every row a threshold; a row is flagged where its score is at least that.

    Kinds are frozen dataclasses: the parameters, then what was fitted. ``fit`` returns a fitted copy, ``step`` the
    threshold for the next piece of a stream: nothing is changed in place.
    """

    method: ClassVar[str]
    uses_labels: ClassVar[bool] = False
    value: float | None
    """The threshold after fitting, None before."""

    @classmethod
    def from_config(cls: type[Kind], config: DetectionConfig) -> Kind:
        """Return an unfitted threshold with the parameters that the configuration holds for it."""
        return cls()

    def fit(self: Kind, scores: Float[np.ndarray, " time"], labels: Bool[np.ndarray, " time"] | None = None) -> Kind:
        """Return a copy that is fitted to scores.

        Args:
            scores: (time,) in time order, finite; of healthy rows where the method uses no labels.
            labels: (time,) rows that are anomalous, for the methods that use them.

        Raises:
            DataError: no scores, scores that are not finite, or labels that are missing or hold no event.
        """
        if scores.size == 0 or not np.isfinite(scores).all():
            raise DataError(
                f"finite scores to fit the threshold {self.method}",
                f"{np.count_nonzero(~np.isfinite(scores))} NaN or infinite of {scores.size}",
                "Check the rows that were scored, and the losses of the training.",
            )
        if self.uses_labels and (labels is None or not labels.any()):
            raise DataError(
                f"labels with at least one event to fit the threshold {self.method}",
                "no labels" if labels is None else "labels without any event",
                "Give labels, or choose a threshold that needs none, such as pot.",
            )
        return self._fitted(scores.astype(np.float64), labels)

    @abstractmethod
    def _fitted(self: Kind, scores: Float[np.ndarray, " time"], labels: Bool[np.ndarray, " time"] | None) -> Kind: ...

    def step(self: Kind, scores: Float[np.ndarray, " time"]) -> Step[Kind]:
        """Return the threshold in force at each row of a piece of a stream, and the threshold for the next piece.

        A stream that is cut into any pieces has the same thresholds as the whole.

        Args:
            scores: (time,) in time order, without NaN.

        Raises:
            DataError: the threshold is not fitted, or a score is NaN.
        """
        if self.value is None:
            raise DataError(
                f"a fitted threshold {self.method}", "one that was never fitted", "Call fit with scores first."
            )
        if np.isnan(scores).any():
            raise DataError(
                "scores without NaN", f"{np.count_nonzero(np.isnan(scores))} NaN", "Check the rows that were scored."
            )
        return self._step(scores.astype(np.float64), self.value)

    def _step(self: Kind, scores: Float[np.ndarray, " time"], value: float) -> Step[Kind]:
        """Step on from a fitted value; a threshold that follows nothing stays as it is."""
        return Step(np.full(scores.size, value), self)

    def values_for(self, scores: Float[np.ndarray, " time"]) -> Float[np.ndarray, " time"]:
        """Return the threshold in force at each row.

        Args:
            scores: (time,) in time order, without NaN.

        Raises:
            DataError: the threshold is not fitted, or a score is NaN.
        """
        return self.step(scores).values

    def to_dict(self) -> dict[str, Any]:
        """Return the method, parameters and fitted state as plain values for JSON."""
        return {"method": self.method, **dataclasses.asdict(self)}  # type: ignore[call-overload]

    @classmethod
    def from_fields(cls: type[Kind], fields: Mapping[str, Any]) -> Kind:
        """Return the threshold that the fields of `to_dict` describe, without the method."""
        return cls(**fields)


def just_above(score: float) -> float:
    """Return the smallest threshold that does not flag a score."""
    return float(np.nextafter(score, np.inf))
