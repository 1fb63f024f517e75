"""Reading: what was understood of a table, and what was decided for the user on the way."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

log = logging.getLogger(__name__)


class Note(NamedTuple):
    """One thing that was decided for the user, or that is doubtful.

    Args:
        text: a sentence, without the name of the table.
        doubtful: whether the user should look at it.
        counted: whether it only counts gaps, repairs, or constant or empty features, which tables show by themselves.
    """

    text: str
    doubtful: bool = False
    counted: bool = False


class Notes:
    """The notes on one table: each is logged when it is made, and kept.

    Args:
        name: name of the table, which the log puts before each note.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._notes: list[Note] = []

    def about(self, name: str) -> Notes:
        """Return the notes on another file of the same table, which are kept together with these."""
        other = Notes(name)
        other._notes = self._notes
        return other

    @property
    def all(self) -> tuple[Note, ...]:
        """The notes so far, in the order in which they were made."""
        return tuple(self._notes)

    def decided(self, text: str, *, counted: bool = False) -> None:
        """Note what was decided for the user; ``counted`` as in `Note`."""
        self._add(Note(text, counted=counted), logging.INFO)

    def doubtful(self, text: str, *, counted: bool = False) -> None:
        """Note what the user should look at; ``counted`` as in `Note`."""
        self._add(Note(text, doubtful=True, counted=counted), logging.WARNING)

    def _add(self, note: Note, level: int) -> None:
        if note not in self._notes:
            self._notes.append(note)
            log.log(level, "%s: %s", self.name, note.text)


@dataclass(frozen=True)
class Reading:
    """What was understood of a table.

    Args:
        time: column that holds the time, empty if there is none.
        label: column that holds the labels, empty if there is none.
        entity: column that names the machine of each row, empty if there is none.
        left_out: the other columns that are no features, each with the reason.
        notes: what was decided, and what is doubtful.
        rows: rows of the table, those included that were left out.
        ordered: whether rows of the table have an order of their own, as lines of a file have.
        options: parameters of `FileConfig` by name, as they were given or detected: they read the next file alike.
    """

    time: str = ""
    label: str = ""
    entity: str = ""
    left_out: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    rows: int = 0
    ordered: bool = True
    options: Mapping[str, object] = field(default_factory=dict)


class Known(NamedTuple):
    """What a model knows of the tables that it reads.

    Args:
        features: names of its features, in their order.
        options: parameters of `FileConfig` by name, as its training rows were read.
        zone: time zone of its training rows, empty if nobody told: times that name none are in it.
    """

    features: tuple[str, ...]
    options: Mapping[str, object]
    zone: str = ""
