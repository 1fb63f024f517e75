"""Causes: the features to blame for each labelled event, from an interpretation file.

One line an event, ``first-last:feature,feature,...``, rows counted from 0 and features from 1. Whether ``last`` is the
event's last row (ASD) or the row after it (SMD) is inferred from the labels, file by file; without labels the layout
decides.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mtadgat.errors import DataError
from mtadgat.series import Cause, Event, events

if TYPE_CHECKING:
    from jaxtyping import Bool

log = logging.getLogger(__name__)

LINE = re.compile(r"\s*(\d+)\s*-\s*(\d+)\s*:\s*(\d+(?:\s*,\s*\d+)*)\s*,?\s*")


class Blame(NamedTuple):
    """One line of an interpretation file: features from 0, ``last`` as written."""

    first: int
    last: int
    features: tuple[int, ...]


def read_blames(text: str, name: str) -> list[Blame]:
    """Return the lines of an interpretation file.

    Args:
        text: its content.
        name: its name, for messages.

    Raises:
        DataError: a line does not have the form ``first-last:feature,feature``.
    """
    blames = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        match = LINE.fullmatch(line)
        features = [] if match is None else [int(feature) - 1 for feature in match[3].split(",")]
        if match is None or min(features) < 0:
            raise DataError(
                f"lines such as 760-765:4,5,7 in {name}, features from 1",
                f"{line[:60]!r} in line {number}",
                "Correct the line, or remove the file.",
            )
        blames.append(Blame(int(match[1]), int(match[2]), tuple(features)))
    return blames


def causes_of(
    blames: Sequence[Blame], labels: Bool[np.ndarray, " time"] | None, *, inclusive: bool
) -> tuple[Cause, ...]:
    """Return events with their features, in time order.

    Args:
        blames: lines of an interpretation file.
        labels: (time,) labels of the same rows, or None if there are none.
        inclusive: whether ``last`` belongs to the event if the labels do not decide.
    """
    if labels is not None:
        labelled = set(events(labels))
        matches = {extra: sum((blame.first, blame.last + extra) in labelled for blame in blames) for extra in (0, 1)}
        if matches[0] != matches[1]:
            inclusive = matches[1] > matches[0]
    extra = int(inclusive)
    return tuple(Cause(Event(blame.first, blame.last + extra), blame.features) for blame in sorted(blames))


def kept_causes(
    causes: Sequence[Cause], numbered: Sequence[str], features: Sequence[str], name: str
) -> tuple[Cause, ...]:
    """Return the causes with their features numbered among those that were kept.

    Args:
        causes: features numbered among ``numbered``.
        numbered: the features of the table.
        features: those that are left after ``--ignore-columns``.
        name: name of the interpretation file, for messages.

    Raises:
        DataError: a feature's number is larger than the table has features.
    """
    position = {column: index for index, column in enumerate(features)}
    kept = []
    for event, blamed in causes:
        if max(blamed) >= len(numbered):
            raise DataError(
                f"features from 1 to {len(numbered)} in {name}",
                f"{max(blamed) + 1} for the event of row {event.start}",
                "Correct the file, or remove it.",
            )
        columns = [position[numbered[column]] for column in blamed if numbered[column] in position]
        kept.append(Cause(event, tuple(columns)))
    return tuple(kept)
