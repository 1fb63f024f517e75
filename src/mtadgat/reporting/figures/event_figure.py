"""Picture of one event: the features to blame, and the score."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from mtadgat.reporting import wording
from mtadgat.reporting.content import EventPage, FeatureTrace, ReportContent
from mtadgat.reporting.figures.score_figures import draw_scores, shade
from mtadgat.reporting.figures.style import drawable, label_time_axis, legend, new_figure, quiet, short, title
from mtadgat.reporting.palette import LIGHT
from mtadgat.reporting.sampling import downsample
from mtadgat.reporting.time_axis import TimeAxis

PIXEL_BINS = 1000


def event_figure(content: ReportContent, page: EventPage, features: int = 3) -> Figure:
    """Draw one event: actual, forecast and reconstruction of its top features, and the score below.

    Args:
        content: scores, thresholds, labels and timestamps of the whole series.
        page: the event.
        features: how many features to draw.
    """
    scores, labels, threshold = content.scores, content.labels, content.thresholds[0]
    traces, time_axis = page.traces[:features], TimeAxis(content.timestamps, len(scores), content.clock)
    figure = new_figure(1.9 + 1.45 * (len(traces) + 1))
    panels = list(figure.subplots(len(traces) + 1, 1, sharex=True, squeeze=False)[:, 0])
    spans = ([] if labels is None else [("labelled", labels)]) + [("predicted", threshold.flags(scores))]
    for axes, trace in zip(panels, traces, strict=False):
        handles = _trace(axes, trace, page, time_axis)
    _, limit = draw_scores(panels[-1], scores, threshold, time_axis, page.shown)
    handles = [*(handles if traces else []), limit]
    panels[-1].set_ylabel(panels[-1].get_ylabel(), rotation=0, ha="right", va="center", fontsize=9, color=LIGHT["ink"])
    for axes in panels:
        quiet(axes)
        for kind, rows in spans:
            shade(axes, rows, time_axis, kind)
    label_time_axis(panels[-1], time_axis)
    figure.align_ylabels(panels)
    fact, detail = wording.event(page, time_axis)
    title(panels[0], wording.about(content.subject, fact), detail)
    names = [str(handle.get_label()) for handle in handles[:-1]] + [f"threshold ({threshold.name})"]
    patches = [Patch(color=LIGHT[kind], alpha=0.24 if kind == "labelled" else 1.0) for kind, _ in spans]
    legend(figure, [*handles, *patches], names + [f"{kind} event" for kind, _ in spans])
    return figure


def _trace(axes: Axes, trace: FeatureTrace, page: EventPage, time_axis: TimeAxis) -> list[Line2D]:
    rows = downsample(np.stack([trace.actual, trace.forecast, trace.reconstruction], axis=1), PIXEL_BINS)
    days = time_axis.days()[page.shown.start + rows]
    handles = []
    for name, width, style in (("reconstruction", 1.3, (0, (4, 1.5))), ("forecast", 1.1, "-"), ("actual", 1.5, "-")):
        (line,) = axes.plot(
            days, getattr(trace, name)[rows], color=LIGHT[name], linewidth=width, linestyle=style, label=name
        )
        handles.append(line)
    blame = {True: "\nknown cause", False: "\nnot a known cause", None: ""}[trace.cause]
    axes.set_ylabel(
        drawable(f"{short(trace.name)}\n{trace.share:.0%} of the score{blame}"),
        rotation=0, ha="right", va="center", fontsize=9, color=LIGHT["ink"], parse_math=False,
    )  # fmt: skip
    return handles[::-1]
