"""Source: where a path leads: its layout, its data set's name, and the entities that it holds.

The data set is named after the last part of the path, without suffix. Where that says too little, the part before it
helps: ``asd/train.csv`` is called ``asd``, ``valve1/0.csv`` is called ``valve1-0``.

A path may point into a data set. The folder of one entity beside folders of others (``asd/omi-1``) reads as entity
``omi-1`` of ``asd``, and a file of OmniAnomaly's or telemanom's ``train/`` or ``test/`` as that entity, so that either
spelling finds the same models. A folder of its own is a data set without entities.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from mtadgat.config.data import PATH_OPTION
from mtadgat.data.layouts import candidates
from mtadgat.data.layouts.layout import EntitySplits, Layout, SplitFiles
from mtadgat.data.storage.location import (
    Location,
    folder_above,
    open_location,
    sibling_folders,
    stem,
)
from mtadgat.errors import DataError, closest

MAX_SIBLINGS = 8
"""Folders beside a folder that are looked into, to see whether it is one entity of several."""

MAX_LISTED = 20
"""Entities that a message lists."""


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
        names = list(self.entities)
        if entity is None and len(names) == 1:
            entity = names[0]
        if entity is None:
            raise DataError(
                f"one entity of {self.location.url}", f"{len(names)}: {_list(names)}", "Pick one with --entity."
            )
        if entity not in self.entities:
            expected = f"one of {_list(names)}" if any(names) else "no entity, as the data hold only one"
            raise DataError(
                f"{expected}, in {self.location.url}", f"{entity!r}{closest(entity, names)}", "Correct --entity."
            )
        return EntityFiles(entity, dict(self.entities[entity]))


def find_source(url: str, layout: str = "auto") -> Source:
    """Open a path and recognise the data set that it leads to.

    Args:
        url: file, folder or URL.
        layout: name of the layout, or auto to recognise it.

    Raises:
        DataError: nothing is there, or its files are not arranged in any of the layouts.
        MissingExtraError: the package for this kind of URL is not installed.
    """
    location = open_location(url)
    if location.is_file:
        return _source_of_file(location, layout)
    for candidate in candidates(layout):
        entities = candidate.entity_splits(list(location.files))
        if entities:
            return _source_of_folder(location, candidate, entities)
    raise DataError(
        "; or ".join(candidate.description for candidate in candidates(layout)),
        f"{_list(sorted(location.files))} in {url}",
        f"Check {PATH_OPTION} and --layout.",
    )


def name_of_path(url: str) -> str:
    """Return the name of the data set that a path spells, without looking at the files."""
    bare = re.sub(r"^[a-z0-9+.-]+://[^/]*", "", url, flags=re.IGNORECASE) if "://" in url else url
    parts = [part for part in bare.partition("?")[0].replace("\\", "/").split("/") if part not in ("", ".", "..", "~")]
    last = stem(parts[-1]) if parts else "series"
    above = parts[-2] if len(parts) > 1 else ""
    if above and last != parts[-1]:
        last = above if _is_role(last) else f"{above}-{last}" if last.isdigit() else last
    return re.sub(r"[^\w.-]+", "-", last).strip("-") or "series"


def _is_role(name: str) -> bool:
    return any(name.lower() in layout.role_names for layout in candidates())


def _list(names: list[str]) -> str:
    more = len(names) - MAX_LISTED
    return ", ".join(names[:MAX_LISTED]) + (f" and {more} more" if more > 0 else "")


def _source_of_file(location: Location, layout: str) -> Source:
    around = _surrounding_source(location, layout)
    if around is not None:
        return around
    for candidate in candidates(layout):
        entities = candidate.single_file(location.name)
        if entities:
            return Source(location, candidate, entities, name_of_path(location.root))
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
    return Source(location, layout, entities, dataset)
