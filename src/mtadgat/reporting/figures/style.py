"""Style of the pictures: quiet axes, text as it is, dates on the axis if rows have them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont, get_font
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter

from mtadgat.reporting.palette import LIGHT
from mtadgat.reporting.time_axis import TimeAxis

FONT = "DejaVu Sans"
WIDTH = 11.0
DPI = 130


def new_figure(height: float, width: float = WIDTH) -> Figure:
    """Return an empty figure, in inches, that belongs to no window and no global state."""
    return Figure(figsize=(width, height), dpi=DPI, facecolor=LIGHT["paper"], layout="constrained")


@cache
def _glyphs() -> frozenset[int]:
    return frozenset(get_font(findfont(FONT)).get_charmap())


def drawable(text: str) -> str:
    """Return the text with a box for each character that the font lacks."""
    return "".join(letter if letter == "\n" or ord(letter) in _glyphs() else "\u25a1" for letter in text)


def short(name: str, max_length: int = 28) -> str:
    """Return the name, with its middle left out if it is long."""
    half = max_length // 2 - 1
    return name if len(name) <= max_length else f"{name[:half]}\u2026{name[-half:]}"


def title(axes: Axes, fact: str, detail: str = "") -> None:
    """Write what a picture shows above its left edge: the fact in bold, details below it."""
    above = axes.annotate(
        drawable(detail), (0, 1), (0, 7), xycoords="axes fraction", textcoords="offset points", fontsize=9
    )
    above.set(color=LIGHT["muted"], parse_math=False, annotation_clip=False)
    fact_text = axes.set_title(drawable(fact), loc="left", fontsize=12, fontweight="bold", pad=22 if detail else 8)
    fact_text.set(color=LIGHT["ink"], parse_math=False)


def quiet(axes: Axes, grid: str = "y") -> None:
    """Take away what is not data: top and right frame, dark ticks."""
    axes.set_facecolor("none")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(LIGHT["rule"])
    axes.tick_params(colors=LIGHT["muted"], labelsize=9, length=3)
    axes.set_axisbelow(True)
    if grid:
        axes.grid(axis=grid, color=LIGHT["rule"], linewidth=0.6, alpha=0.7)  # type: ignore[arg-type]


def label(axes: Axes, x: str = "", y: str = "") -> None:
    """Name the axes, units included."""
    for text, write in ((x, axes.set_xlabel), (y, axes.set_ylabel)):
        if text:
            write(drawable(text), fontsize=9, color=LIGHT["muted"], parse_math=False)


def label_time_axis(axes: Axes, time_axis: TimeAxis) -> None:
    """Label the horizontal axis with dates if rows have them, else with row numbers."""
    if time_axis.timed:
        zone = time_axis.drawn_zone
        locator = AutoDateLocator(tz=zone, minticks=4, maxticks=9)  # type: ignore[no-untyped-call]
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, tz=zone))  # type: ignore[no-untyped-call]
        axes.xaxis.get_offset_text().set(color=LIGHT["muted"], fontsize=9)
    else:
        count = 10**time_axis.decimals
        axes.xaxis.set_major_formatter(
            FuncFormatter(lambda position, _: f"{position / count:,.{time_axis.decimals}f}")
        )
    label(axes, x=time_axis.label)


def legend(figure: Figure, handles: Sequence[Artist], names: Sequence[str]) -> None:
    """Put a legend below the axes, outside of the data."""
    box = figure.legend(
        handles, [drawable(name) for name in names], loc="outside lower left", ncols=6, frameon=False, fontsize=9
    )
    plain(box.get_texts())


def plain(texts: Sequence[Text]) -> None:
    """Draw names letter by letter: a dollar sign in a feature's name starts no formula."""
    for text in texts:
        text.set(parse_math=False, color=LIGHT["ink"])
