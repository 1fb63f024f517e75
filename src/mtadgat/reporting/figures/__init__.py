"""Figures: pictures for files, drawn with matplotlib without its global state."""

from __future__ import annotations

from mtadgat.reporting.figures.attention import attention_figure
from mtadgat.reporting.figures.event import event_figure
from mtadgat.reporting.figures.losses import loss_figure
from mtadgat.reporting.figures.scores import latency_figure, score_figure, score_histogram_figure

__all__ = [
    "attention_figure",
    "event_figure",
    "latency_figure",
    "loss_figure",
    "score_figure",
    "score_histogram_figure",
]
