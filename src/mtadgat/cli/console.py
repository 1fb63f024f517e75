"""Console: text that rich lays out, as a string."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from io import StringIO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

DEFAULT_WIDTH = 100
UNBOUND = 10_000


def table(title: str, columns: Sequence[str]) -> Table:
    """Return an empty table: first column aligned to the left, numbers to the right."""
    empty = Table(
        title=safe(title) if title else None, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD,
        show_edge=False, pad_edge=False, padding=(0, 2, 0, 0),
    )  # fmt: skip
    for index, column in enumerate(columns):
        empty.add_column(safe(column), justify="right" if index else "left", no_wrap=bool(index))
    return empty


def starred(text: str, best: bool) -> Text:
    """Return a number, marked if it is the best of its kind."""
    # The star marks it where there is no colour.
    return Text(f"{text}*", style="bold green") if best else Text(f"{text} ")


def safe(text: str) -> Text:
    """Return text that starts no markup and sends nothing but printable characters to the terminal."""
    return Text(clean(text))


def clean(text: str) -> str:
    """Return text with each character that cannot be printed replaced by a sign."""
    # A feature's name must not move the cursor or change colours.
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


def window_width(width: int | None) -> int:
    """Return the columns of the terminal, unless a width is given."""
    return width or shutil.get_terminal_size((DEFAULT_WIDTH, 24)).columns


def printed(parts: Sequence[Table | Text], colour: bool, width: int, wrap: bool = True) -> str:
    """Return tables and texts as a string, a blank line before each table but the first.

    Args:
        parts: what to print.
        colour: whether the terminal shows colours.
        width: columns of the terminal.
        wrap: whether texts that are too long continue on the next line.
    """
    stream = StringIO()
    console = Console(
        file=stream, width=UNBOUND, force_terminal=colour, color_system="standard" if colour else None,
        no_color=not colour, highlight=False, markup=False, emoji=False, legacy_windows=False,
    )  # fmt: skip
    for index, part in enumerate(parts):
        if isinstance(part, Table) and index:
            console.print()
        # Numbers are never cut: a table may be wider than a very narrow window.
        room = max(width, console.measure(part).minimum) if isinstance(part, Table) else width
        console.print(part, soft_wrap=not wrap, width=room if wrap else None)
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines())
