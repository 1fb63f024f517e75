"""Layouts: how the files of a data set may be arranged.

A layout is one module of this package, ``NAME_layout.py``, with a subclass of `Layout` and its instance ``LAYOUT``;
``NAME`` is one of the choices of `DataConfig.layout`, which stand in the order in which ``auto`` tries them. Nothing
else in the source has to be touched for a new one.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from mtadgat.config import DataConfig
from mtadgat.config.parameter import declared
from mtadgat.data.layouts.layout import Layout

AUTO = "auto"


def layout_names() -> tuple[str, ...]:
    """Return the names of all layouts, in the order in which they are tried."""
    return tuple(name for name in declared(DataConfig)["layout"].parameter.choices if name != AUTO)


@cache
def find_layout(name: str) -> Layout:
    """Return the layout of this name."""
    layout: Layout = import_module(f"{__name__}.{name}_layout").LAYOUT
    return layout


def candidates(choice: str = AUTO) -> tuple[Layout, ...]:
    """Return the layouts to try: every one in order for ``auto``, else the one that was chosen."""
    return tuple(find_layout(name) for name in (layout_names() if choice == AUTO else (choice,)))
