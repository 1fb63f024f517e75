"""Layout: an arrangement of files that says which entity and which split each file holds."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np

from mtadgat.config import FileConfig
from mtadgat.data.joined_table import read_joined
from mtadgat.data.labels import labels_of_file
from mtadgat.data.storage.location import Location
from mtadgat.data.storage.table_suffix import is_table, stem
from mtadgat.reading import Notes

if TYPE_CHECKING:
    from jaxtyping import Bool

SPLITS = ("train", "eval", "new")


class SplitFiles(NamedTuple):
    """The files of one split of one entity, by their names in the location."""

    rows: str
    labels: str | None = None
    causes: str | None = None


EntitySplits = Mapping[str, Mapping[str, SplitFiles]]
"""Entity -> split -> its files. An entity without a name is the empty string."""


class Layout(ABC):
    """One arrangement of files, recognised by their names alone."""

    description: ClassVar[str]
    """What it looks like, for messages."""
    inclusive_causes: ClassVar[bool] = True
    """Whether ``last`` in its interpretation files belongs to the event."""
    one_table: ClassVar[bool] = False
    """Whether all splits come from the same rows."""
    folder_per_entity: ClassVar[bool] = False
    """Whether each entity has a folder of its own, so that a path may lead to a single entity of a data set."""
    split_folders: ClassVar[tuple[str, ...]] = ()
    """Folders that each hold one split of every entity, so that a path to a file in one of them names an entity."""
    role_names: ClassVar[Collection[str]] = ()
    """File names, without suffix, that tell the role of a file and nothing about the data set."""

    @abstractmethod
    def entity_splits(self, names: Collection[str]) -> EntitySplits:
        """Return what the files of a folder hold, nothing if they are arranged in another way."""

    def single_file(self, name: str) -> EntitySplits:
        """Return what a file of this name holds by itself, nothing if the layout needs a folder."""
        del name
        return {}

    def labels(
        self, location: Location, files: SplitFiles, entity: str, rows: int, *, file: FileConfig, notes: Notes
    ) -> Bool[np.ndarray, " time"] | None:
        """Return the labels of a split that are stored outside its table.

        Args:
            location: the location of the files.
            files: the files of the split.
            entity: machine or channel.
            rows: number of rows of the split.
            file: how the files are written.
            notes: take what is decided.

        Raises:
            DataError: the labels do not fit the rows.
        """
        del entity
        if files.labels is None:
            return None
        frame = read_joined(location, files.labels, file, notes.about(files.labels))
        return labels_of_file(frame, rows, file, notes.about(files.labels))

    def targets(self, features: tuple[str, ...]) -> tuple[str, ...]:
        """Return the features to forecast and reconstruct; empty means all."""
        del features
        return ()


def tables_in(folder: str, names: Collection[str]) -> dict[str, str]:
    """Return entity -> name of its table directly in ``folder``, in the order of the names."""
    inside = (name for name in sorted(names) if name.rpartition("/")[0] == folder and is_table(name))
    return {stem(name): name for name in inside}
