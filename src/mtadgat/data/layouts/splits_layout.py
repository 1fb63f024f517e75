"""Splits: a folder with ``train``, ``eval``, ``labels`` and ``new`` files, or a folder of such folders.

The files may be of any format. ``test`` is read as ``eval``, ``label`` and ``test_label`` as ``labels``; they label
the eval part. ``interpretation.txt`` names the features to blame. Every file but one of train, eval, new is optional.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from mtadgat.data.layouts.base import SPLITS, Layout, Part, Parts
from mtadgat.data.storage.location import is_table, stem
from mtadgat.errors import DataError

ROLES = {
    "train": "train",
    **dict.fromkeys(("eval", "test"), "eval"),
    **dict.fromkeys(("labels", "label", "test_label", "test_labels"), "labels"),
    "new": "new",
    "interpretation": "interpretation",
}


class Splits(Layout):
    """A folder an entity, a file a split."""

    name: ClassVar[str] = "splits"
    looks: ClassVar[str] = "train, eval, labels and new files (.txt, .csv, .parquet or .npy), in one folder an entity"

    def parts(self, names: Collection[str]) -> Parts:
        """Return what the files hold; a file in the folder itself hides the folders below."""
        folders: dict[str, dict[str, str]] = {}
        for name in sorted(names):
            folder, role = name.rpartition("/")[0], ROLES.get(stem(name).lower())
            if role is None or not is_table(name) or "/" in folder:
                continue
            other = folders.setdefault(folder, {}).setdefault(role, name)
            if other != name:
                raise DataError(f"one file for {role}", f"{other} and {name}", "Take one of them away.")
        found = {folder: _splits(roles) for folder, roles in folders.items()}
        found = {folder: splits for folder, splits in found.items() if splits}
        return {"": found[""]} if "" in found else found


def _splits(roles: dict[str, str]) -> dict[str, Part]:
    found = {split: Part(roles[split]) for split in SPLITS if split in roles}
    if "eval" in found:
        found["eval"] = Part(roles["eval"], roles.get("labels"), roles.get("interpretation"))
    return found
