"""Widgets: the options of a command as the parameters of a notebook."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Widget:
    """A parameter as a notebook shows it.

    Args:
        name: name of the parameter, with underscores.
        label: the text above the widget.
        default: initial value, a string, empty for none.
        choices: the permitted values, empty where they cannot be listed.
        aliases: other names by which a notebook that runs this one may pass the value.
    """

    name: str
    label: str
    default: str = ""
    choices: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


def show(dbutils: Any, widgets: Iterable[Widget]) -> None:
    """Create the widgets; those that already exist keep their values."""
    for widget in widgets:
        if widget.choices:
            choices = list(dict.fromkeys((widget.default, *widget.choices)))
            dbutils.widgets.dropdown(widget.name, widget.default, choices, widget.label)
        else:
            dbutils.widgets.text(widget.name, widget.default, widget.label)


def changed_values(dbutils: Any, widgets: Iterable[Widget]) -> dict[str, str]:
    """Return the values that were typed in or passed by another notebook, by name; unchanged defaults are left out."""
    values = {}
    for widget in widgets:
        for name in (widget.name, *widget.aliases):
            value = _value(dbutils, name)
            if value and (name != widget.name or value != widget.default):
                values[name] = value
    return values


def _value(dbutils: Any, name: str) -> str:
    try:
        return str(dbutils.widgets.get(name))
    except Exception:  # there is no such widget: an error of Java, without a type in Python
        return ""
