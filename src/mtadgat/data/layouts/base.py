"""Layout: an arrangement of files that says which entity and which split each file holds."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from typing import ClassVar, NamedTuple

import numpy as np
from jaxtyping import Bool

from mtadgat.data.formats.tables import read_table
from mtadgat.data.labels import labels_of_file
from mtadgat.data.storage.location import Location, is_table, stem

SPLITS = ("train", "eval", "new")


class Part(NamedTuple):
    """The files of one split of one entity, by their names in the location."""

    rows: str
    labels: str | None = None
    causes: str | None = None


Parts = Mapping[str, Mapping[str, Part]]
"""Entity -> split -> its files. An entity without a name is the empty text."""


class Layout(ABC):
    """One arrangement of files; it is recognised by their names alone."""

    name: ClassVar[str]
    looks: ClassVar[str]
    """What it looks like, for messages."""
    inclusive_causes: ClassVar[bool] = True
    """Whether ``last`` in its interpretation files belongs to the event."""
    one_table: ClassVar[bool] = False
    """Whether all splits come from the same rows."""

    @abstractmethod
    def parts(self, names: Collection[str]) -> Parts:
        """Return what the files hold; nothing where they are arranged in another way."""

    def labels(
        self, location: Location, part: Part, entity: str, rows: int, delimiter: str | None
    ) -> Bool[np.ndarray, " time"] | None:
        """Return the labels that stand outside the table of a part.

        Args:
            location: where the files are.
            part: the files of the part.
            entity: machine or channel.
            rows: how many rows the part has.
            delimiter: column separator of text; None finds it out.

        Raises:
            DataError: the labels do not fit the rows.
        """
        del entity
        if part.labels is None:
            return None
        frame = read_table(location.read(part.labels), part.labels, delimiter)
        return labels_of_file(frame, part.labels, rows)

    def targets(self, features: tuple[str, ...]) -> tuple[str, ...]:
        """Return the features to forecast and reconstruct; empty means all."""
        del features
        return ()


def tables_in(folder: str, names: Collection[str]) -> dict[str, str]:
    """Return entity -> name of its table directly in ``folder``, in the order of the names."""
    inside = (name for name in sorted(names) if name.rpartition("/")[0] == folder and is_table(name))
    return {stem(name): name for name in inside}
