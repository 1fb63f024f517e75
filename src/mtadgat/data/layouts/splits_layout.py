"""Split folders: a folder with ``train``, ``eval``, ``labels`` and ``new`` files, or a folder of such folders.

The files may be of any format. ``test`` is read as ``eval``, ``label`` and ``test_label`` as ``labels``; they label
the eval split. ``interpretation.txt`` names the features to blame. Every file but one of train, eval, new is optional.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from mtadgat.data.layouts.layout import SPLITS, EntitySplits, Layout, SplitFiles
from mtadgat.data.storage.table_suffix import is_table, stem
from mtadgat.errors import DataError

ROLES = {
    "train": "train",
    **dict.fromkeys(("eval", "test"), "eval"),
    **dict.fromkeys(("labels", "label", "test_label", "test_labels"), "labels"),
    "new": "new",
    "interpretation": "interpretation",
}


class SplitFolders(Layout):
    """One folder per entity, one file per split."""

    description: ClassVar[str] = (
        "train, eval, labels and new files (.txt, .csv, .parquet or .npy), in one folder per entity"
    )
    folder_per_entity: ClassVar[bool] = True
    role_names: ClassVar[Collection[str]] = ROLES.keys()

    def entity_splits(self, names: Collection[str]) -> EntitySplits:
        """Return what the files hold; a file in the folder itself hides the folders below."""
        folders: dict[str, dict[str, str]] = {}
        for name in sorted(names):
            folder, role = name.rpartition("/")[0], ROLES.get(stem(name).lower())
            if role is None or not is_table(name) or "/" in folder:
                continue
            other = folders.setdefault(folder, {}).setdefault(role, name)
            if other != name:
                raise DataError(f"one file for {role}", f"{other} and {name}", "Remove one of them.")
        entities = {folder: splits for folder, roles in folders.items() if (splits := _splits(roles))}
        return {"": entities[""]} if "" in entities else entities


def _splits(roles: dict[str, str]) -> dict[str, SplitFiles]:
    splits = {split: SplitFiles(roles[split]) for split in SPLITS if split in roles}
    if "eval" in splits:
        splits["eval"] = SplitFiles(roles["eval"], roles.get("labels"), roles.get("interpretation"))
    return splits


LAYOUT = SplitFolders()
