"""Metrics: how good flags and scores are, what chance would reach, and whether the right features were blamed."""

from __future__ import annotations

from mtadgat.metrics.baselines import LargestZ, chance_figures, random_scores
from mtadgat.metrics.curves import Best, Curve, Rates, adjusted_curve, point_curve
from mtadgat.metrics.evaluation import FlagMetrics, ScoreMetrics, evaluate_flags, evaluate_scores
from mtadgat.metrics.event import Detection, EventMetrics, event_metrics
from mtadgat.metrics.period import buffer_window
from mtadgat.metrics.root_cause import (
    RootCause,
    RootCauseMetrics,
    feature_shares,
    healthy_levels,
    ranked_features,
    root_cause_metrics,
)
from mtadgat.metrics.volume import Volumes, volumes

__all__ = [
    "Best",
    "Curve",
    "Detection",
    "EventMetrics",
    "FlagMetrics",
    "LargestZ",
    "Rates",
    "RootCause",
    "RootCauseMetrics",
    "ScoreMetrics",
    "Volumes",
    "adjusted_curve",
    "buffer_window",
    "chance_figures",
    "evaluate_flags",
    "evaluate_scores",
    "event_metrics",
    "feature_shares",
    "healthy_levels",
    "point_curve",
    "random_scores",
    "ranked_features",
    "root_cause_metrics",
    "volumes",
]
