"""OmniAnomaly: ``train/``, ``test/``, ``test_label/``, ``interpretation_label/`` with one file per entity (SMD)."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from mtadgat.data.layouts.layout import EntitySplits, Layout, SplitFiles, tables_in


class OmniAnomaly(Layout):
    """One folder per split, one file per entity."""

    description: ClassVar[str] = "train/ and test/ with one file per entity, and test_label/ with its labels"
    inclusive_causes: ClassVar[bool] = False
    split_folders: ClassVar[tuple[str, ...]] = ("train", "test")

    def entity_splits(self, names: Collection[str]) -> EntitySplits:
        """Return what the files hold; both ``train/`` and ``test/`` must be there."""
        train, test = tables_in("train", names), tables_in("test", names)
        labels, causes = tables_in("test_label", names), tables_in("interpretation_label", names)
        if not train or not test:
            return {}
        entities: dict[str, dict[str, SplitFiles]] = {}
        for entity in sorted(train.keys() | test.keys()):
            entities[entity] = {}
            if entity in train:
                entities[entity]["train"] = SplitFiles(train[entity])
            if entity in test:
                entities[entity]["eval"] = SplitFiles(test[entity], labels.get(entity), causes.get(entity))
        return entities


LAYOUT = OmniAnomaly()
