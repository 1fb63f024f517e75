"""Figures: pictures for files, drawn with matplotlib without its global state.

The report page draws its own charts: only pictures that are recorded as files are drawn here.
"""

from __future__ import annotations

from mtadgat.reporting.figures.event_figure import event_figure
from mtadgat.reporting.figures.loss_figure import loss_figure
from mtadgat.reporting.figures.score_figures import score_figure, score_histogram_figure

__all__ = [
    "event_figure",
    "loss_figure",
    "score_figure",
    "score_histogram_figure",
]
