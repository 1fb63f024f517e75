"""Table: a single table with optional time and label columns, or a folder of such tables, one an entity.

In a folder an entity is called like its file without the suffix, with the folder below the root in front:
``valve1-0`` for ``valve1/0.csv``. `ranges` says how a table is split.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from mtadgat.data.layouts.base import SPLITS, Layout, Part, Parts
from mtadgat.data.storage.location import is_table, stem


class Table(Layout):
    """A file an entity."""

    name: ClassVar[str] = "table"
    looks: ClassVar[str] = "a table (.csv, .txt, .parquet or .npy), or a folder of tables, one an entity"
    one_table: ClassVar[bool] = True

    def parts(self, names: Collection[str]) -> Parts:
        """Return the tables; every split of an entity is in its one file."""
        tables = [name for name in sorted(names) if is_table(name)]
        return {_entity(name): _everything(name) for name in tables}

    def only(self, name: str) -> Parts:
        """Return the parts of a single file, whatever its name: one entity without a name."""
        return {"": _everything(name)}


def _entity(name: str) -> str:
    folder = name.rpartition("/")[0]
    return "-".join([*folder.split("/"), stem(name)]) if folder else stem(name)


def _everything(name: str) -> dict[str, Part]:
    return {split: Part(name) for split in SPLITS}
