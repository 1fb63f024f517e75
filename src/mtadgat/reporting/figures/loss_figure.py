"""Picture of the losses over the epochs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from mtadgat.reporting import wording
from mtadgat.reporting.content import LossCurves
from mtadgat.reporting.figures.style import label, legend, new_figure, quiet, title
from mtadgat.reporting.palette import LIGHT

if TYPE_CHECKING:
    from jaxtyping import Float


def loss_figure(losses: LossCurves) -> Figure:
    """Draw the losses of training and validation windows over the epochs; the best epoch is marked.

    Args:
        losses: the curves: the total, and the parts that it is the sum of.
    """
    figure = new_figure(3.8)
    total, *parts = figure.subplots(1, 3, gridspec_kw={"width_ratios": [2, 1.15, 1.15]})
    for column, axes in enumerate((total, *parts)):
        handles = _curves(axes, losses, column)
        quiet(axes)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
        label(axes, x="epoch", y="loss (RMSE of scaled values)" if axes is total else "")
    title(total, *wording.training(losses))
    for axes, name in zip(parts, LossCurves.PARTS[1:], strict=True):
        title(axes, "", f"of which {name}")
    legend(figure, handles, [str(handle.get_label()) for handle in handles])
    return figure


def _curves(axes: Axes, losses: LossCurves, column: int) -> list[Line2D]:
    handles = [_curve(axes, losses, losses.train[:, column], LIGHT["muted"], "training windows")]
    if not np.isnan(losses.validation).all():
        handles.append(_curve(axes, losses, losses.validation[:, column], LIGHT["predicted"], "validation windows"))
    best = axes.axvline(losses.best_epoch, color=LIGHT["good"], linewidth=1.2, linestyle=(0, (2, 2)))
    best.set_label("best epoch, whose weights are kept")
    axes.set_ylim(bottom=0)
    return [*handles, best]


def _curve(axes: Axes, losses: LossCurves, values: Float[np.ndarray, " epochs"], colour: str, name: str) -> Line2D:
    marker = "o" if len(values) < 40 else ""
    (line,) = axes.plot(losses.epochs, values, color=colour, linewidth=1.6, marker=marker, markersize=3.5, label=name)
    return line
