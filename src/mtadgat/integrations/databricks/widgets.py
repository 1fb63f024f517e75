"""Widgets: the parameters of a notebook, made from the declarations that the command line is made from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Widget:
    """A parameter as a notebook shows it.

    Args:
        name: its name, with underscores.
        label: what the notebook writes above it.
        default: its value as text, empty where nothing is given.
        choices: the only values, where they can be listed.
        others: other names under which a caller may give it.
    """

    name: str
    label: str
    default: str = ""
    choices: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


def show(dbutils: Any, widgets: Iterable[Widget]) -> None:
    """Make the widgets; those that exist keep their values."""
    for widget in widgets:
        if widget.choices:
            choices = list(dict.fromkeys((widget.default, *widget.choices)))
            dbutils.widgets.dropdown(widget.name, widget.default, choices, widget.label)
        else:
            dbutils.widgets.text(widget.name, widget.default, widget.label)


def given(dbutils: Any, widgets: Iterable[Widget]) -> dict[str, str]:
    """Return what was typed or handed over, by name; what was left as it was is left out."""
    found = {}
    for widget in widgets:
        for name in (widget.name, *widget.others):
            text = _value(dbutils, name)
            if text and (name != widget.name or text != widget.default):
                found[name] = text
    return found


def _value(dbutils: Any, name: str) -> str:
    try:
        return str(dbutils.widgets.get(name))
    except Exception:  # a name that nobody gave: Java's error, of no type that Python knows
        return ""
