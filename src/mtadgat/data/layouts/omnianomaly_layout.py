"""OmniAnomaly: ``train/``, ``test/``, ``test_label/``, ``interpretation_label/`` with one file an entity (SMD)."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from mtadgat.data.layouts.base import Layout, Part, Parts, tables_in


class OmniAnomaly(Layout):
    """A folder a split, a file an entity."""

    name: ClassVar[str] = "omnianomaly"
    looks: ClassVar[str] = "train/ and test/ with one file an entity, and test_label/ with its labels"
    inclusive_causes: ClassVar[bool] = False

    def parts(self, names: Collection[str]) -> Parts:
        """Return what the files hold; both ``train/`` and ``test/`` must be there."""
        train, test = tables_in("train", names), tables_in("test", names)
        labels, causes = tables_in("test_label", names), tables_in("interpretation_label", names)
        if not train or not test:
            return {}
        found: dict[str, dict[str, Part]] = {}
        for entity in sorted(train.keys() | test.keys()):
            found[entity] = {}
            if entity in train:
                found[entity]["train"] = Part(train[entity])
            if entity in test:
                found[entity]["eval"] = Part(test[entity], labels.get(entity), causes.get(entity))
        return found
