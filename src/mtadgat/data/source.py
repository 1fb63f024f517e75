"""Source: where a path leads: its layout, its data set's name, and the entities that it holds.

The data set is named after the last part of the path, without suffix. Where that says too little, the part before it
helps: ``asd/train.csv`` is called ``asd``, ``valve1/0.csv`` is called ``valve1-0``.

A path into partitions is named after the folder that holds them: ``fleet/machine=pump-1`` is entity ``pump-1`` of
``fleet``.

A path may point into a data set. The folder of one entity beside folders of others (``asd/omi-1``) reads as entity
``omi-1`` of ``asd``, and a file of OmniAnomaly's or telemanom's ``train/`` or ``test/`` as that entity, so that either
spelling finds the same models. A folder of its own is a data set without entities.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from mtadgat.config.data import PATH_OPTION
from mtadgat.data.entities import chosen_entity, listed_names
from mtadgat.data.layouts import candidates
from mtadgat.data.layouts.layout import EntitySplits, Layout, SplitFiles
from mtadgat.data.storage.location import (
    Location,
    folder_above,
    is_hidden,
    open_location,
    sibling_folders,
)
from mtadgat.data.storage.pieces import date_keys, partitions
from mtadgat.data.storage.place import Place, place
from mtadgat.data.storage.table_suffix import stem
from mtadgat.errors import DataError

MAX_SIBLINGS = 8
"""Folders beside a folder that are looked into, to see whether it is one entity of several."""


class EntityFiles(NamedTuple):
    """The files of one entity."""

    entity: str
    splits: dict[str, SplitFiles]


@dataclass(frozen=True)
class Source:
    """A data set, opened.

    Args:
        location: its files.
        layout: how they are arranged.
        entities: what they hold; a single entity if the path points to one.
        dataset: its name.
    """

    location: Location
    layout: Layout
    entities: EntitySplits
    dataset: str

    def entity_files(self, entity: str | None) -> EntityFiles:
        """Return the files of an entity; None picks the only one.

        Raises:
            DataError: there is no such entity, or there are several to choose from.
        """
        chosen = chosen_entity(entity, list(self.entities), self.location.url, self._remedy)
        return EntityFiles(chosen, dict(self.entities[chosen]))

    def has_partition(self, key: str) -> bool:
        """Whether the folders of the data are partitions by this key, such as ``machine=pump-1`` by ``machine``."""
        paths = [f"{self.location.root}/{piece}" for pieces in self.location.files.values() for piece in pieces]
        return any(key == each for path in paths for each, _ in partitions(path))

    def joins(self, name: str) -> bool:
        """Whether a file stands for several, which only their names tell to be pieces of one table."""
        pieces = self.location.piece_names(name)
        return len(pieces) > 1 and not any(partitions(piece) for piece in pieces)

    @property
    def _remedy(self) -> str:
        """What to do where several entities are there and none was asked for."""
        pieces = list(self.location.files.values())
        folders = {paths[0].rpartition("/")[0] for paths in pieces}
        if self.layout.one_table and len(folders) < len(pieces) and all(len(paths) == 1 for paths in pieces):
            return "Pick one with --entity, or join files that continue one another with --join-files true."
        return "Pick one with --entity."

    def holds(self, output: Place) -> bool:
        """Whether an output would replace a file that is read here."""
        used = {name for splits in self.entities.values() for files in splits.values() for name in files if name}
        return self._root.leads_to(output) or any(
            output.leads_to(self._place(path)) for name in used for path in self.location.files.get(name, ())
        )

    def would_read(self, output: Place, layout: str) -> bool:
        """Whether a new output would be read as a part of the data the next time.

        Args:
            output: where it is to be written.
            layout: name of the layout, or auto to recognise it.
        """
        if not output.lies_in(self._root):
            return False
        name, names = output.name_in(self._root), set(self.location.files)
        if is_hidden(name):
            return False
        try:
            return self.location.is_file or _found(names | {name}, layout) != _found(names, layout)
        except DataError:  # the output would make the folder ambiguous
            return True

    @property
    def _root(self) -> Place:
        return self._place(self.location.root)

    def _place(self, path: str) -> Place:
        return place(str(self.location.filesystem.unstrip_protocol(path)))


def _found(names: Collection[str], layout: str) -> tuple[Layout, EntitySplits] | None:
    """Return how files of these names are arranged, and what they hold."""
    for candidate in candidates(layout):
        entities = candidate.entity_splits(names)
        if entities:
            return candidate, entities
    return None


def find_source(url: str, layout: str = "auto", join_files: bool | None = None) -> Source:
    """Open a path and recognise the data set that it leads to.

    Args:
        url: file, folder or URL.
        layout: name of the layout, or auto to recognise it.
        join_files: whether the tables of a folder are one; None: where their names differ by a date alone.

    Raises:
        DataError: nothing is there, or its files are not arranged in any of the layouts.
        MissingExtraError: the package for this kind of URL is not installed.
    """
    location = open_location(url, join_files)
    if location.is_file:
        return _source_of_file(location, layout)
    found = _found(list(location.files), layout)
    if found is not None:
        return _source_of_folder(location, *found)
    raise DataError(
        "; or ".join(candidate.description for candidate in candidates(layout)),
        f"{listed_names(sorted(location.files))} in {url}",
        f"Check {PATH_OPTION} and --layout.",
    )


def name_of_path(url: str) -> str:
    """Return the name of the data set that a path spells, without looking at the files."""
    bare = re.sub(r"^[a-z0-9+.-]+://[^/]*", "", url, flags=re.IGNORECASE) if "://" in url else url
    bare = re.split(r"/[^/=]+=", bare.partition("?")[0].replace("\\", "/"), maxsplit=1)[0]
    parts = [part for part in bare.split("/") if part not in ("", ".", "..", "~")]
    last = stem(parts[-1]) if parts else "series"
    above = parts[-2] if len(parts) > 1 else ""
    if above and last != parts[-1]:
        last = above if _is_role(last) else f"{above}-{last}" if last.isdigit() else last
    return re.sub(r"[^\w.-]+", "-", last).strip("-") or "series"


def _is_role(name: str) -> bool:
    return any(name.lower() in layout.role_names for layout in candidates())


def _source_of_file(location: Location, layout: str) -> Source:
    around = _surrounding_source(location, layout)
    if around is not None:
        return around
    for candidate in candidates(layout):
        entities = candidate.single_file(location.name)
        if entities:
            return Source(location, candidate, _within(location, entities), name_of_path(location.root))
    raise DataError(
        "; or ".join(candidate.description for candidate in candidates(layout)),
        f"the file {location.url}",
        "Give the folder, or another --layout.",
    )


def _surrounding_source(location: Location, layout: str) -> Source | None:
    """Return the data set around a file in a split folder, narrowed to the entity of that file."""
    folder, entity = location.folder, stem(location.name)
    siblings = [name for each in candidates(layout) if folder in each.split_folders for name in each.split_folders]
    above = location.root.split("/")[:-2]
    if location.is_web or not any(
        location.filesystem.isdir("/".join([*above, name])) for name in dict.fromkeys(siblings) if name != folder
    ):
        return None
    whole = find_source(folder_above(location, 2), layout)
    if folder not in whole.layout.split_folders or entity not in whole.entities:
        return None
    return Source(whole.location, whole.layout, {entity: whole.entities[entity]}, whole.dataset)


def _source_of_folder(location: Location, layout: Layout, entities: EntitySplits) -> Source:
    dataset = name_of_path(location.root)
    if layout.folder_per_entity and list(entities) == [""]:
        siblings = sibling_folders(location, MAX_SIBLINGS)
        if any(layout.entity_splits(names) for names in siblings.values()):
            dataset = name_of_path(location.root.rpartition("/")[0])
            entities = {location.name: entities[""]}
    return Source(location, layout, _within(location, entities), dataset)


def _within(location: Location, entities: EntitySplits) -> EntitySplits:
    """Return the entities of a path that leads into partitions, with what those say before their names."""
    above = partitions(f"{location.root}/")
    dates = date_keys([f"{location.root}/"])
    named = [value for key, value in above if key not in dates]
    return {"-".join([*named, *filter(None, [entity])]): splits for entity, splits in entities.items()}
