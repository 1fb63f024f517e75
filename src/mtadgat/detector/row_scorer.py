"""Row scorer: from what the network expects of rows to their scores, from gap to gap.

Axes: ``time`` rows, ``window`` rows, ``features`` columns, ``targets`` those columns that are scored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mtadgat.config import DetectorConfig
from mtadgat.detector.fitted_network import FittedNetwork
from mtadgat.detector.masked_rows import MaskedRows
from mtadgat.detector.quality import quality_of
from mtadgat.detector.scoring import (
    ErrorScale,
    RowErrors,
    RowOutputs,
    Scores,
    partial_total_scores,
    row_scores,
    total_scores,
    trailing_means,
)
from mtadgat.detector.stretches import Stretch, stretches
from mtadgat.detector.usual import Usual

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int, Shaped


class Incoming(NamedTuple):
    """Rows to score: what came before them, and after which gaps they start anew."""

    context: MaskedRows
    rows: MaskedRows
    restarts: Int[np.ndarray, " gaps"]


class _ScoredStretch(NamedTuple):
    """The scores of rows without a gap between them; totals are not smoothed."""

    outputs: RowOutputs
    per_feature: Float[np.ndarray, "time targets"]
    means: Float[np.ndarray, " time"]
    quality: Shaped[np.ndarray, " time"]


class ScoredRows(NamedTuple):
    """The scores of some rows, and with what the next rows go on."""

    scores: Scores
    smoothed: float
    window: MaskedRows
    rows_to_fill: int


@dataclass(frozen=True, eq=False)
class RowScorer:
    """Scores rows with a fitted network.

    Args:
        fitted: what the network expects of rows.
        error_scale: what a healthy error of each target is.
        usual: what training rows are like.
        training_scores: (time,) unsmoothed totals of the training rows; empty while these are scored.
        config: how errors become scores, and windows start anew.
    """

    fitted: FittedNetwork
    error_scale: ErrorScale
    usual: Usual
    training_scores: Float[np.ndarray, " time"]
    config: DetectorConfig

    @cached_property
    def usual_score(self) -> float:
        """The smoothed score before the first row, as if the rows before had been like half of the training rows."""
        return float(np.median(self.training_scores))

    def per_feature(
        self, errors: RowErrors, rows: Float[np.ndarray, "time features"]
    ) -> Float[np.ndarray, "time targets"]:
        """Return the score of each row and target: 0 where a feature keeps the only value that training had.

        Args:
            errors: of each row and target.
            rows: (time, features), scaled.
        """
        scoring = self.config.scoring
        scores = row_scores(self.error_scale.apply(errors), scoring.gamma, scoring.error)
        for target, column in enumerate(self.fitted.targets):
            if self.usual.constant[column]:
                scores[rows[:, column] == self.usual.row[column], target] = 0
        return scores

    def totals(
        self,
        per_feature: Float[np.ndarray, "time targets"],
        unknown: Bool[np.ndarray, "time targets"] | None = None,
    ) -> Float[np.ndarray, " time"]:
        """Return the total of each row over the targets that count, or the usual score where none does.

        Args:
            per_feature: (time, targets), at least 0.
            unknown: (time, targets) true where a target does not count; None: nowhere.
        """
        scoring = self.config.scoring
        how = (scoring.aggregation, scoring.top, scoring.power)
        totals = total_scores(per_feature, *how)
        if unknown is None:
            return totals
        partly = unknown.any(axis=1)
        totals[partly] = partial_total_scores(per_feature[partly], ~unknown[partly], *how)
        changing = ~self.usual.constant[list(self.fitted.targets)]
        nothing_told = partly & (unknown | ~changing).all(axis=1) & (per_feature == 0).all(axis=1)
        totals[nothing_told] = self.usual_score
        return totals

    def score(self, incoming: Incoming, smoothed_before: float, rows_to_fill: int = 0, skipped: int = 0) -> ScoredRows:
        """Score rows, from gap to gap.

        Args:
            incoming: the rows.
            smoothed_before: the smoothed total before the first of them.
            rows_to_fill: how many rows the window still lacks since the last gap.
            skipped: how many of the first rows only warm up the smoothing.
        """
        window = self.config.windows.window
        scored: list[_ScoredStretch] = []
        for stretch in stretches(*incoming):
            before, to_fill = (self.usual_score, window) if stretch.starts_anew else (smoothed_before, rows_to_fill)
            scored.append(self._scored_stretch(stretch, before, to_fill))
            count = len(stretch.rows.values)
            smoothed_before = float(scored[-1].means[-1]) if count else before
            rows_to_fill = max(0, to_fill - count)
            last_window = stretch.context.rows(count).then(stretch.rows.rows(-window)).rows(-window)
        outputs, per_feature, means, quality = zip(*scored, strict=True)
        forecast, reconstruction = (joined(part)[skipped:] for part in zip(*outputs, strict=True))
        scores = Scores(
            total=joined(means)[skipped:].astype(per_feature[0].dtype),
            per_feature=joined(per_feature)[skipped:],
            forecast=self.fitted.inverse_transform(forecast),
            reconstruction=self.fitted.inverse_transform(reconstruction),
            features=self.fitted.target_names,
            quality=joined(quality)[skipped:],
        )
        return ScoredRows(scores, smoothed_before, last_window, rows_to_fill)

    def _scored_stretch(self, stretch: Stretch, smoothed_before: float, rows_to_fill: int) -> _ScoredStretch:
        rows, detection = stretch.rows, self.config.detection
        outputs = self.fitted.outputs(stretch.context.values, rows.values, self.config.compute)
        per_feature = self.per_feature(self.fitted.errors(rows.values, outputs), rows.values)
        unknown = rows.unknown_after(stretch.context, detection.max_missing)
        unknown_targets = None if unknown is None else unknown[:, list(self.fitted.targets)]
        if unknown_targets is not None:
            per_feature[unknown_targets] = 0
        means = trailing_means(self.totals(per_feature, unknown_targets), detection.smoothing, smoothed_before)
        quality = quality_of(np.arange(len(per_feature)) < rows_to_fill, unknown, self.fitted.features)
        return _ScoredStretch(outputs, per_feature, means, quality)


def joined(parts: Sequence[np.ndarray]) -> np.ndarray:
    """Return the rows of several arrays in one; a single array is not copied."""
    return parts[0] if len(parts) == 1 else np.concatenate(parts)
