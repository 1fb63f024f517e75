"""Column options: the columns that the user named, and for what.

A name that no column of the table has is an error with the nearest one, except where another split of the same data
has the column: the same options read a file with labels and one without.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from mtadgat.config import FileConfig
from mtadgat.data.columns.name_lists import did_you_mean, named_columns
from mtadgat.errors import DataError

IGNORE, KEEP, TIME, LABEL, ENTITY = (
    "--ignore-columns",
    "--feature-columns",
    "--time-column",
    "--label-column",
    "--entity-column",
)


class Named(NamedTuple):
    """The columns that the user named.

    Args:
        time: the time column, or those of date and time of day.
        label: column of labels.
        entity: column that names machines.
        features: features whatever they look like.
        ignored: columns to leave out.
    """

    time: tuple[str, ...]
    label: str | None
    entity: str | None
    features: tuple[str, ...]
    ignored: tuple[str, ...]


def named_of(
    columns: Sequence[str], file: FileConfig, name: str, elsewhere: Callable[[], Sequence[str]] | None = tuple
) -> Named:
    """Return the columns that the user named.

    Args:
        columns: all columns of the table.
        file: what the user named.
        name: name of the table, for messages.
        elsewhere: returns the columns of other splits, which may be named although this table lacks them; None: any
            column may be.

    Raises:
        DataError: a column is neither here nor elsewhere, or was named for two purposes.
    """
    named = {
        option: _named(option, text, columns, name, elsewhere)
        for option, text in (
            (TIME, file.time_column),
            (LABEL, file.label_column),
            (ENTITY, file.entity_column),
            (KEEP, file.feature_columns),
            (IGNORE, file.ignore_columns),
        )
    }
    for option, most in ((TIME, 2), (LABEL, 1), (ENTITY, 1)):
        if len(named[option]) > most:
            raise DataError(
                f"{'one column' if most == 1 else 'one column, or date and time of day,'} in {option}",
                f"{list(named[option])}",
                f"Correct {option}.",
            )
    for option in (TIME, LABEL, ENTITY, IGNORE):
        both = [column for column in named[KEEP] if column in named[option]]
        if both:
            raise DataError(
                f"each column named for one purpose in {name}",
                f"{both} in {option} and {KEEP}",
                "Correct one of them.",
            )
    return Named(
        named[TIME],
        next(iter(named[LABEL]), None),
        next(iter(named[ENTITY]), None),
        named[KEEP],
        tuple(column for column in named[IGNORE] if column not in (*named[TIME], *named[LABEL], *named[ENTITY])),
    )


def _named(
    option: str,
    text: str | None,
    columns: Sequence[str],
    name: str,
    elsewhere: Callable[[], Sequence[str]] | None,
) -> tuple[str, ...]:
    found = named_columns(text, columns)
    if found.absent and elsewhere is not None:
        others = list(elsewhere())
        found = named_columns(text, columns, others)
        if found.absent:
            known = [*columns, *(other for other in others if other not in columns)]
            raise DataError(
                f"{_kind(option, found.absent)} in {name}",
                f"columns {known}{did_you_mean(found.absent, known)}",
                f"Correct {option}{', or leave it out' if option == ENTITY else ''}.",
            )
    return found.columns


def _kind(option: str, absent: Sequence[str]) -> str:
    kinds = {TIME: "a time column", LABEL: "a label column", ENTITY: "an entity column"}
    if option in kinds:
        return f"{kinds[option]} {absent[0]!r}"
    return f"columns {list(absent)} of {option}"
