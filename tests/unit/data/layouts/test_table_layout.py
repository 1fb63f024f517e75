"""What a user loses when these fail: a table that is enough for the whole job."""

from __future__ import annotations

from mtadgat.data.layouts.layout import SPLITS, SplitFiles
from mtadgat.data.layouts.table_layout import Table


def test_a_single_table_holds_every_split() -> None:
    assert Table().single_file("pump.data") == {"": {split: SplitFiles("pump.data") for split in SPLITS}}


def test_in_a_folder_every_table_is_an_entity() -> None:
    parts = Table().entity_splits(["valve1/0.csv", "healthy.csv.gz", "notes.md"])
    assert {entity: splits["eval"].rows for entity, splits in parts.items()} == {
        "healthy": "healthy.csv.gz",
        "valve1-0": "valve1/0.csv",
    }
