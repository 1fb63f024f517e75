"""Pictures of a search: how the loss went down, and which values went with a low loss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from mtadgat.reporting.figures.style import drawable, label, legend, new_figure, quiet, short, title
from mtadgat.reporting.palette import LIGHT
from mtadgat.reporting.wording import counted
from mtadgat.tracking import names

if TYPE_CHECKING:
    from jaxtyping import Float

GOOD_TO_BAD = LinearSegmentedColormap.from_list("loss", [LIGHT["good"], LIGHT["labelled"], LIGHT["rule"]])
WIDE_RATIO = 20
"""Ratio of the largest to the smallest value from which a parameter is drawn on a logarithmic axis."""
MAX_TICKS = 6


def search_history_figure(trials: pd.DataFrame, loss: str) -> Figure:
    """Draw the loss of every trial and the lowest so far.

    Args:
        trials: one row for each trial with ``number``, ``status`` and ``loss``.
        loss: name of the loss.
    """
    figure = new_figure(3.8)
    axes = figure.subplots()
    quiet(axes)
    finished, pruned, failed = (trials[trials["status"] == status] for status in names.ENDED_STATES)
    handles = [
        axes.scatter(
            finished["number"], finished["loss"], s=26, color=LIGHT["predicted"], label=names.FINISHED, zorder=3
        )
    ]
    if len(pruned):
        handles.append(
            axes.scatter(
                pruned["number"],
                pruned["loss"],
                s=30,
                facecolors="none",
                edgecolors=LIGHT["muted"],
                label=names.PRUNED,
            )
        )
    if len(failed):
        at_top = axes.get_xaxis_transform()
        height = np.full(len(failed), 0.97)
        handles.append(
            axes.scatter(
                failed["number"], height, s=40, color=LIGHT["bad"], marker="x", transform=at_top, label=names.FAILED
            )
        )
    lowest = finished.set_index("number")["loss"].cummin()
    (line,) = axes.step(lowest.index, lowest.to_numpy(), where="post", color=LIGHT["good"], linewidth=1.6)
    line.set_label("lowest so far")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=12))
    label(axes, x="trial", y=f"loss ({loss})")
    title(axes, *_history_words(trials, finished))
    legend(figure, [*handles, line], [str(each.get_label()) for each in [*handles, line]])
    return figure


def _history_words(trials: pd.DataFrame, finished: pd.DataFrame) -> tuple[str, str]:
    counts = trials["status"].value_counts()
    more = [f"{counts[status]} {status}" for status in (names.PRUNED, names.FAILED) if counts.get(status)]
    detail = ", ".join([counted(len(trials), "trial"), *more])
    if not len(finished):
        return "No trial finished", detail
    best = int(np.argmin(finished["loss"].to_numpy()))
    return f"Lowest loss {finished['loss'].iloc[best]:.4g}, in trial {finished['number'].iloc[best]}", detail


def search_parameters_figure(trials: pd.DataFrame, searched: Sequence[str], loss: str) -> Figure:
    """Draw every trial as a line through the values of its parameters to its loss (parallel coordinates).

    Args:
        trials: one row for each trial with ``status``, ``loss`` and a column for each parameter.
        searched: parameters that were searched.
        loss: name of the loss.
    """
    shown = trials[trials["status"] != names.FAILED].sort_values("loss", ascending=False)
    columns = [*searched, "loss"]
    figure = new_figure(4.6, width=max(7.0, 1.35 * len(columns)))
    axes = figure.subplots()
    quiet(axes, grid="")
    axes.set_ylim(-0.05, 1.05)
    axes.set_xlim(-0.4, len(columns) - 0.6)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xticks(range(len(columns)), [drawable(short(name)).replace("_", "\n") for name in columns])
    heights = np.column_stack([_axis(axes, column, shown[name]) for column, name in enumerate(columns)])
    rank = np.linspace(1, 0, len(shown)) if len(shown) > 1 else np.zeros(len(shown))
    for row, worst in zip(heights, rank, strict=True):
        best = worst == 0
        axes.plot(
            row, color=GOOD_TO_BAD(worst), linewidth=2.6 if best else 1.1, alpha=1 if best else 0.75, zorder=2 - worst
        )
    title(axes, "Which values went with a low loss", f"each line a trial, the best in bold; loss: {loss}")
    return figure


def _axis(axes: Axes, column: int, values: pd.Series) -> Float[np.ndarray, " trials"]:
    """Draw the axis of one parameter, and return the height of each value on it; NaN if it was not drawn."""
    axes.axvline(column, color=LIGHT["rule"], linewidth=1, zorder=0)
    drawn = [value for value in values if not pd.isna(value)]
    numeric = drawn and all(
        isinstance(value, (int, float, np.number)) and not isinstance(value, bool) for value in drawn
    )
    if numeric:
        numbers = np.array([np.nan if pd.isna(value) else float(value) for value in values])
        ticks = _ticks(np.array(sorted(set(drawn)), dtype=np.float64))
        wide = ticks.min() > 0 and ticks.max() / ticks.min() >= WIDE_RATIO
        low, high = (np.log(ticks.min()), np.log(ticks.max())) if wide else (ticks.min(), ticks.max())
        marks = [(f"{tick:.3g}", np.log(tick) if wide else tick) for tick in ticks]
        heights = np.log(numbers) if wide else numbers
    else:
        words = sorted({_word(value) for value in values})
        marks = [(word, float(number)) for number, word in enumerate(words)]
        heights = np.array([float(words.index(_word(value))) for value in values])
        low, high = 0.0, float(max(1, len(words) - 1))
    reach = high - low or 1.0
    for text, height in marks:
        mark = axes.annotate(drawable(text), (column, (height - low) / reach), (4, 0), textcoords="offset points")
        mark.set(fontsize=8, va="center", color=LIGHT["muted"], parse_math=False)
        mark.set_bbox({"facecolor": LIGHT["paper"], "edgecolor": "none", "alpha": 0.75, "pad": 1})
    return np.asarray((heights - low) / reach, dtype=np.float64)


def _ticks(distinct: Float[np.ndarray, " distinct"]) -> Float[np.ndarray, " ticks"]:
    if len(distinct) <= MAX_TICKS:
        return distinct
    return np.array([distinct[0], np.median(distinct), distinct[-1]])


def _word(value: object) -> str:
    return "none" if pd.isna(value) else str(value).lower()  # type: ignore[call-overload]
