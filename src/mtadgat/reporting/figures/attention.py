"""Picture of the attention between features: healthy, in an event, and what changed."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.colors import Normalize, PowerNorm
from matplotlib.figure import Figure

from mtadgat.reporting import wording
from mtadgat.reporting.content import AttentionChange
from mtadgat.reporting.figures.style import drawable, label, new_figure, plain, short, title
from mtadgat.reporting.palette import LIGHT

MOST_NAMES = 40


def attention_figure(change: AttentionChange) -> Figure:
    """Draw the attention of each feature (rows) to each other (columns): healthy, in an event, and the difference.

    Args:
        change: the two matrices.
    """
    figure = new_figure(5.6, 13.0)
    panels = figure.subplots(1, 3)
    highest = max(float(change.healthy.max()), float(change.event.max()))
    apart = max(float(np.abs(change.difference).max()), 1e-9)
    # Most weights are small: a square root spreads them.
    weights = PowerNorm(0.5, 0, highest)
    names = change.features
    _matrix(panels[0], change.healthy, names, "cividis", weights, named=True)
    _matrix(panels[1], change.event, names, "cividis", weights)
    _matrix(panels[2], change.difference, names, "PuOr_r", Normalize(-apart, apart))
    label(panels[0], y="feature that reads")
    title(panels[0], wording.attention(change), "healthy time")
    title(panels[1], "", change.title)
    title(panels[2], "", f"{change.title} \u2212 healthy time")
    return figure


def _matrix(
    axes: Axes,
    weights: Float[np.ndarray, "features features"],
    names: tuple[str, ...],
    colours: str,
    norm: Normalize,
    *,
    named: bool = False,
) -> None:
    image = axes.imshow(weights, cmap=colours, norm=norm, interpolation="nearest")
    label(axes, x="feature that is read")
    shown = [drawable(short(name, 18)) for name in names] if len(names) <= MOST_NAMES else []
    size = 6 if len(names) > 20 else 8
    axes.set_xticks(range(len(shown)), shown, fontsize=size, rotation=90)
    axes.set_yticks(range(len(shown)) if named else [], shown if named else [], fontsize=size)
    axes.tick_params(length=0)
    plain([*axes.get_xticklabels(), *axes.get_yticklabels()])
    for spine in axes.spines.values():
        spine.set_visible(False)
    bar = axes.figure.colorbar(image, ax=axes, orientation="horizontal", fraction=0.04, pad=0.02, aspect=40)
    bar.outline.set_visible(False)
    bar.ax.tick_params(labelsize=8, colors=LIGHT["muted"], length=2)
