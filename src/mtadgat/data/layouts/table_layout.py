"""Table: a single table with optional time and label columns, or a folder of such tables, one per entity.

In a folder an entity is called like its file without the suffix, with the folder below the root in front:
``valve1-0`` for ``valve1/0.csv``. Files that continue one another are one table (`mtadgat.data.storage.pieces`).
`mtadgat.data.rows` says how a table is split.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from mtadgat.data.layouts.layout import SPLITS, EntitySplits, Layout, SplitFiles
from mtadgat.data.storage.pieces import natural
from mtadgat.data.storage.table_suffix import is_table, stem
from mtadgat.errors import DataError


class Table(Layout):
    """One file per entity."""

    description: ClassVar[str] = "a table (.csv, .txt, .parquet or .npy), or a folder of tables, one per entity"
    one_table: ClassVar[bool] = True

    def entity_splits(self, names: Collection[str]) -> EntitySplits:
        """Return the tables; every split of an entity is in its one file.

        Raises:
            DataError: two files are those of one entity.
        """
        tables: dict[str, str] = {}
        for name in sorted(names, key=natural):
            if is_table(name):
                other = tables.setdefault(_entity(name), name)
                if other != name:
                    raise DataError(
                        f"one file for entity {_entity(name)}", f"{other} and {name}", "Give the path of one of them."
                    )
        return {entity: _every_split(name) for entity, name in tables.items()}

    def single_file(self, name: str) -> EntitySplits:
        """Return a single file, whatever its name, as one entity without a name."""
        return {"": _every_split(name)}


def _entity(name: str) -> str:
    folder = name.rpartition("/")[0]
    return "-".join([*folder.split("/"), stem(name)]) if folder else stem(name)


def _every_split(name: str) -> dict[str, SplitFiles]:
    return {split: SplitFiles(name) for split in SPLITS}


LAYOUT = Table()
