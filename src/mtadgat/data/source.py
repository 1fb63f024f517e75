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

from mtadgat.data.layouts import LAYOUTS, Layout, OmniAnomaly, Part, Parts, Splits, Table
from mtadgat.data.layouts.splits_layout import ROLES
from mtadgat.data.storage.location import Location, closest, folder_above, folders_beside, open_location, stem
from mtadgat.errors import DataError

MOST_SIBLINGS = 8
"""Folders beside a folder that are looked into, to see whether it is one entity of several."""

MOST_LISTED = 20
"""Entities that a message lists."""


class Found(NamedTuple):
    """The files of one entity."""

    entity: str
    splits: dict[str, Part]


@dataclass(frozen=True)
class Source:
    """A data set that was found.

    Args:
        location: its files.
        layout: how they are arranged.
        parts: what they hold; a single entity where the path points to one.
        dataset: its name.
    """

    location: Location
    layout: Layout
    parts: Parts
    dataset: str

    def entity(self, wanted: str | None) -> Found:
        """Return the files of an entity; None picks the only one.

        Raises:
            DataError: there is no such entity, or there are several to choose from.
        """
        names = list(self.parts)
        if wanted is None and len(names) == 1:
            wanted = names[0]
        if wanted is None:
            raise DataError(
                f"one entity of {self.location.fpath}", f"{len(names)}: {_list(names)}", "Pick one with --entity."
            )
        if wanted not in self.parts:
            known = f"one of {_list(names)}" if any(names) else "no entity, these data are of one"
            raise DataError(
                f"{known}, in {self.location.fpath}", f"{wanted!r}{closest(wanted, names)}", "Correct --entity."
            )
        return Found(wanted, dict(self.parts[wanted]))


def find_source(fpath: str, layout: str = "auto") -> Source:
    """Find out what a path leads to.

    Args:
        fpath: file, folder or URL.
        layout: name of the layout, or auto to recognise it.

    Raises:
        DataError: nothing is there, or its files are arranged in no known way.
        MissingExtraError: the package for this kind of URL is not installed.
    """
    location = open_location(fpath)
    if location.is_file:
        return _source_of_file(location, layout)
    for candidate in LAYOUTS.values() if layout == "auto" else [LAYOUTS[layout]]:
        parts = candidate.parts(list(location.files))
        if parts:
            return _source_of_folder(location, candidate, parts)
    looks = [known.looks for known in LAYOUTS.values()] if layout == "auto" else [LAYOUTS[layout].looks]
    raise DataError("; or ".join(looks), f"{_list(sorted(location.files))} in {fpath}", "Check --fpath and --layout.")


def name_of_path(fpath: str) -> str:
    """Return the name of the data set that a path spells, without looking at the files."""
    bare = re.sub(r"^[a-z0-9+.-]+://[^/]*", "", fpath, flags=re.IGNORECASE) if "://" in fpath else fpath
    parts = [part for part in bare.partition("?")[0].replace("\\", "/").split("/") if part not in ("", ".", "..", "~")]
    last = stem(parts[-1]) if parts else "series"
    above = parts[-2] if len(parts) > 1 else ""
    if above and last != parts[-1]:
        last = above if last.lower() in ROLES else f"{above}-{last}" if last.isdigit() else last
    return re.sub(r"[^\w.-]+", "-", last).strip("-") or "series"


def _list(names: list[str]) -> str:
    more = len(names) - MOST_LISTED
    return ", ".join(names[:MOST_LISTED]) + (f" and {more} more" if more > 0 else "")


def _source_of_file(location: Location, layout: str) -> Source:
    if layout not in ("table", "splits"):
        around = _data_set_around(location, layout)
        if around is not None:
            return around
    if layout not in ("auto", "table"):
        raise DataError(LAYOUTS[layout].looks, f"the file {location.fpath}", "Give the folder, or another --layout.")
    table = Table()
    return Source(location, table, table.only(location.name), name_of_path(location.root))


def _data_set_around(location: Location, layout: str) -> Source | None:
    above = location.root.split("/")[:-1]
    other = {"train": "test", "test": "train"}.get(above[-1] if above else "")
    if other is None or location.is_web or not location.filesystem.isdir("/".join([*above[:-1], other])):
        return None
    whole = find_source(folder_above(location, 2), layout)
    entity = stem(location.name)
    if not isinstance(whole.layout, OmniAnomaly) or entity not in whole.parts:
        return None
    return Source(whole.location, whole.layout, {entity: whole.parts[entity]}, whole.dataset)


def _source_of_folder(location: Location, layout: Layout, parts: Parts) -> Source:
    dataset = name_of_path(location.root)
    if isinstance(layout, Splits) and list(parts) == [""]:
        beside = folders_beside(location, MOST_SIBLINGS)
        if any(layout.parts(names) for names in beside.values()):
            dataset = name_of_path(location.root.rpartition("/")[0])
            parts = {location.name: parts[""]}
    return Source(location, layout, parts, dataset)
