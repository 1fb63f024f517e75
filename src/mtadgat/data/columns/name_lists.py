"""Name list: columns named in one option, separated by commas.

A name stands as the table has it, commas, quotes and braces included: where several names fit, the longest is meant.
A whole number that is no name is a position from 0.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import NamedTuple

from mtadgat.errors import closest

OPENING, CLOSING, QUOTES = "([{", ")]}", "\"'"


class NamedColumns(NamedTuple):
    """What a list names.

    Args:
        columns: the columns that are there, each once, in the order of the list.
        absent: items that name no column.
    """

    columns: tuple[str, ...]
    absent: tuple[str, ...]


def named_columns(
    text: str | None, columns: Sequence[str], elsewhere: Sequence[str] = (), *, positions: bool = True
) -> NamedColumns:
    """Return the columns that a list names.

    Args:
        text: names or positions, separated by commas; None names none.
        columns: the columns of the table.
        elsewhere: names that may stand in the list although the table lacks them.
        positions: whether a whole number may be a position.
    """
    found: dict[str, None] = {}
    absent: dict[str, None] = {}
    names = sorted({*columns, *elsewhere}, key=len, reverse=True)
    rest = (text or "").lstrip(" \t,")
    while rest:
        item = next((name for name in names if _begins_with(rest, name)), None) or _first_item(rest)
        column = column_named(item.strip(), columns, positions=positions)
        if column is not None:
            found[column] = None
        elif item not in elsewhere:
            absent[item.strip()] = None
        rest = rest[len(item) :].lstrip(" \t,")
    return NamedColumns(tuple(found), tuple(absent))


def column_named(name: str, columns: Sequence[str], *, positions: bool = True) -> str | None:
    """Return the column of this name, else the one at this position, else None.

    Args:
        name: a name, or a position from 0.
        columns: the columns of the table.
        positions: whether a whole number may be a position.
    """
    if name in columns:
        return name
    bare = name[1:-1] if len(name) > 1 and name[0] == name[-1] and name[0] in QUOTES else name
    if bare in columns:
        return bare
    if positions and name.isdecimal() and int(name) < len(columns):
        return columns[int(name)]
    return None


def name_list(names: Sequence[str], columns: Sequence[str]) -> str:
    """Return a list that names these columns and no others.

    Args:
        names: some of ``columns``.
        columns: the columns of the table.
    """
    text = ",".join(names)
    if named_columns(text, columns).columns == tuple(names) and text.strip().lower() not in ("none", "null"):
        return text
    return ",".join(str(list(columns).index(name)) for name in names)


def option_line(option: str, names: Sequence[str], columns: Sequence[str]) -> str:
    """Return what to type in a shell to name columns in an option, such as ``--ignore-columns 'Row,No'``.

    Args:
        option: its name, with hyphens.
        names: some of ``columns``.
        columns: the columns of the table.
    """
    return typed(option, name_list(names, columns))


def typed(option: str, value: str) -> str:
    """Return what to type in a shell to give an option a value, such as ``--anomalous-labels=-1``.

    Args:
        option: its name, with hyphens.
        value: any text.
    """
    return f"{option}{'=' if value.startswith('-') else ' '}{shlex.quote(value)}"


def did_you_mean(names: Sequence[str], columns: Sequence[str]) -> str:
    """Return the column most like the first of some absent names that has one, as `closest` does."""
    return next((near for near in (closest(name, list(columns)) for name in names) if near), "")


def _begins_with(text: str, name: str) -> bool:
    rest = text[len(name) :].lstrip(" \t")
    return bool(name) and text.startswith(name) and (not rest or rest[0] == ",")


def _first_item(text: str) -> str:
    depth, quote = 0, ""
    for place, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in QUOTES:
            quote = sign
        elif sign in OPENING + CLOSING:
            depth += 1 if sign in OPENING else -1
        elif sign == "," and depth <= 0:
            return text[:place]
    return text if depth <= 0 and not quote else text.partition(",")[0]
