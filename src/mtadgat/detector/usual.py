"""Usual: what training rows are like, one feature at a time: what stands in where the network has nothing to read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mtadgat.gaps import Pace, Ticks
from mtadgat.series import Series

if TYPE_CHECKING:
    from jaxtyping import Bool, Float

    from mtadgat.detector.fitted_network import Scaler

CONSTANT_RANGE = 1e-9
"""Scaled range of the training rows below which a feature of an earlier model was constant."""


@dataclass(frozen=True, eq=False)
class Usual:
    """What training rows are like.

    Args:
        row: (features,) the median of each feature, scaled.
        constant: (features,) true where a feature never changed.
        pace: how far apart they were.
    """

    row: Float[np.ndarray, " features"]
    constant: Bool[np.ndarray, " features"]
    pace: Pace

    @classmethod
    def fit(cls, series: Series, rows: Float[np.ndarray, "time features"]) -> Usual:
        """Learn from training rows.

        Args:
            series: training rows.
            rows: (time, features), the same scaled.
        """
        return cls(
            np.quantile(rows, 0.5, axis=0, method="lower").astype(rows.dtype),  # a value that was there
            np.ptp(series.values, axis=0) == 0,
            Pace.of(series.timestamps),
        )

    @classmethod
    def of_earlier_model(
        cls, scaler: Scaler, clip: float | None, context: Float[np.ndarray, "window features"], times: Ticks
    ) -> Usual:
        """Derive it from what models kept before they kept it.

        Args:
            scaler: fitted on the training rows.
            clip: how far it lets values through beyond the range of the training rows; None: all of them.
            context: (window, features) the last training rows, scaled.
            times: of the last two training rows.
        """
        row = np.quantile(context, 0.5, axis=0, method="lower").astype(context.dtype)
        constant = np.zeros(len(row), dtype=bool)
        if clip is not None:
            constant = (scaler.high - scaler.low) - 2 * clip < CONSTANT_RANGE
        step = float(np.diff(times.counts)[0]) if len(times.counts) == 2 else 0.0
        return cls(row, constant, Pace(times.kind, step, step) if step > 0 else Pace())

    def metadata(self) -> dict[str, Any]:
        """Return what is not an array, as JSON has it."""
        return {"pace": vars(self.pace)}

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the arrays by name."""
        return {"usual.row": self.row, "usual.constant": self.constant}

    @classmethod
    def from_state(cls, metadata: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> Usual:
        """Make what `metadata` and `arrays` described."""
        return cls(arrays["usual.row"], arrays["usual.constant"], Pace(**metadata["pace"]))
