"""Pictures of scores: over time, and by label."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, NullLocator

from mtadgat.reporting import wording
from mtadgat.reporting.content import ReportContent, ThresholdLine
from mtadgat.reporting.figures.style import label, label_time_axis, legend, new_figure, quiet, title
from mtadgat.reporting.palette import LIGHT
from mtadgat.reporting.plot_data import spiky
from mtadgat.reporting.sampling import downsample, merged
from mtadgat.reporting.time_axis import TimeAxis
from mtadgat.series import Event, events

if TYPE_CHECKING:
    from jaxtyping import Bool, Float

PIXEL_BINS = 2000
MAX_SPANS = 1000


def score_figure(content: ReportContent) -> Figure:
    """Draw the scores over time with the first threshold; labelled and predicted events are marked.

    Args:
        content: scores, thresholds, labels and timestamps.
    """
    scores, labels, threshold = content.scores, content.labels, content.thresholds[0]
    time_axis, flags = TimeAxis(content.timestamps, len(scores), content.clock), threshold.flags(scores)
    figure = new_figure(4.2)
    axes, lanes = figure.subplots(2, 1, sharex=True, gridspec_kw={"height_ratios": [12, 1.3 if labels is None else 2]})
    lines = draw_scores(axes, scores, threshold, time_axis, Event(0, len(scores)))
    spans = [("predicted", flags)] if labels is None else [("labelled", labels), ("predicted", flags)]
    for lane, (kind, rows) in enumerate(reversed(spans)):
        _lane(lanes, rows, time_axis, kind, lane)
    if labels is not None:
        shade(axes, labels, time_axis, "labelled")
    lanes.set(yticks=range(len(spans)), ylim=(-0.6, len(spans) - 0.4))
    lanes.set_yticklabels([kind for kind, _ in reversed(spans)], fontsize=9)
    quiet(axes)
    quiet(lanes, grid="")
    lanes.spines["left"].set_visible(False)
    lanes.tick_params(axis="y", length=0)
    label_time_axis(lanes, time_axis)
    fact, detail = wording.detection(flags, threshold.event)
    title(axes, wording.about(content.subject, fact), detail)
    patches = [Patch(color=LIGHT[kind]) for kind, _ in spans]
    legend(
        figure,
        [*lines, *patches],
        ["score", f"threshold ({threshold.name})", *(f"{kind} events" for kind, _ in spans)],
    )
    return figure


def draw_scores(
    axes: Axes, scores: Float[np.ndarray, " time"], threshold: ThresholdLine, time_axis: TimeAxis, shown: Event
) -> tuple[Line2D, Line2D]:
    """Draw the scores and the threshold of the shown rows; on a logarithmic axis if peaks dwarf the threshold."""
    limits = threshold.values[shown.start : shown.stop]
    rows = shown.start + downsample(np.stack([scores[shown.start : shown.stop], limits], axis=1), PIXEL_BINS)
    days = time_axis.days()[rows]
    (line,) = axes.plot(days, scores[rows], color=LIGHT["score"], linewidth=0.8)
    (limit,) = axes.plot(days, threshold.values[rows], color=LIGHT["threshold"], linewidth=1.4, linestyle=(0, (5, 2)))
    if spiky(scores, threshold.values):
        floor = max(float(np.quantile(scores[scores > 0], 0.001)), float(np.nanmedian(threshold.values)) * 1e-3)
        axes.set_yscale("log")
        axes.set_ylim(bottom=floor / 1.5)
        axes.yaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_major_formatter(FuncFormatter(lambda score, _: f"{score:,g}"))
        label(axes, y="score, logarithmic")
    else:
        axes.set_ylim(bottom=min(0.0, float(np.nanmin(scores))))
        label(axes, y="score")
    axes.set_xlim(
        time_axis.days()[shown.start] - time_axis.step / 2, time_axis.days()[shown.stop - 1] + time_axis.step / 2
    )
    return line, limit


def shade(axes: Axes, rows: Bool[np.ndarray, " time"], time_axis: TimeAxis, kind: str) -> None:
    """Shade the runs of true rows: the whole height if they are labelled, a strip at the foot if predicted."""
    low, high = axes.get_xlim()
    days, step = time_axis.days(), time_axis.step
    for start, stop in merged(events(rows), MAX_SPANS):
        left = days[start] - step / 2
        right = max(days[stop - 1] + step / 2, left + (high - low) / 2000)
        if left < high and right > low:
            top, alpha = (1.0, 0.24) if kind == "labelled" else (0.05, 1.0)
            axes.axvspan(
                max(left, low), min(right, high), ymax=top, color=LIGHT[kind], alpha=alpha, linewidth=0, zorder=0
            )


def _lane(axes: Axes, rows: Bool[np.ndarray, " time"], time_axis: TimeAxis, kind: str, lane: int) -> None:
    days, step = time_axis.days(), time_axis.step
    min_width = (days[-1] - days[0]) / 700
    bars = [
        (days[start] - step / 2, max(days[stop - 1] - days[start] + step, min_width))
        for start, stop in merged(events(rows), MAX_SPANS)
    ]
    axes.broken_barh(bars, (lane - 0.36, 0.72), facecolors=LIGHT[kind], linewidth=0)


def score_histogram_figure(content: ReportContent) -> Figure:
    """Draw the distributions of scores in healthy and in labelled rows: the further apart, the better the scores.

    Args:
        content: scores, thresholds and labels; without labels all rows are drawn alike.
    """
    scores, threshold = content.scores, content.thresholds[0]
    labels = np.zeros(len(scores), dtype=bool) if content.labels is None else content.labels
    figure = new_figure(3.6, 7.5)
    axes = figure.subplots()
    low = max(float(scores.min()), float(np.quantile(scores, 0.001)))
    logarithmic = low > 0 and spiky(scores, threshold.values)
    # A single huge score would squeeze all others into one bar: the last bar holds what lies beyond.
    high = min(float(scores.max()), 2 * max(float(np.quantile(scores, 0.999)), float(np.nanmedian(threshold.values))))
    edges = np.geomspace(low, high, 61) if logarithmic else np.linspace(scores.min(), high, 61)
    handles: list[Artist] = []
    kinds = {"healthy rows": (~labels, LIGHT["muted"]), "labelled rows": (labels, LIGHT["labelled"])}
    shown = {kind: each for kind, each in kinds.items() if each[0].any()}
    for rows, colour in shown.values():
        counts, _ = np.histogram(np.clip(scores[rows], edges[0], edges[-1]), bins=edges)
        handles.append(axes.stairs(counts / max(rows.sum(), 1), edges, fill=True, color=colour, alpha=0.55))
    limit = float(np.nanmedian(threshold.values))
    handles.append(axes.axvline(limit, color=LIGHT["threshold"], linestyle=(0, (5, 2)), linewidth=1.4))
    if logarithmic:
        axes.set_xscale("log")
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter(FuncFormatter(lambda score, _: f"{score:,g}"))
    axes.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    quiet(axes)
    label(axes, x="score, logarithmic" if logarithmic else "score", y="share of the rows")
    title(axes, _reached(scores >= threshold.values, labels))
    legend(figure, handles, [*shown, f"threshold ({threshold.name})"])
    return figure


def _reached(flags: Bool[np.ndarray, " time"], labels: Bool[np.ndarray, " time"]) -> str:
    """Say which share of labelled and of healthy rows reaches the threshold."""
    if not labels.any():
        return f"{flags.mean():.1%} of healthy rows reach the threshold"
    reached = f"{flags[labels].mean():.0%} of labelled rows reach the threshold"
    return reached if labels.all() else f"{reached}, {flags[~labels].mean():.1%} of healthy rows do"
