"""Splits: the splits of the data that a request names."""

from __future__ import annotations

from functools import cached_property

from mtadgat.config import DataConfig
from mtadgat.data.reader import available_splits, open_source, read
from mtadgat.data.source import Source
from mtadgat.series import Series


class Splits:
    """The splits of the data: files are listed once, and each split is read once, when it is first asked for.

    Args:
        data: which data.
    """

    def __init__(self, data: DataConfig) -> None:
        self.data = data
        self._series: dict[str, Series] = {}

    def read(self, split: str) -> Series:
        """Return one split: train, eval or new.

        Raises:
            DataError: the data cannot be read.
        """
        if split not in self._series:
            self._series[split] = read(self.data, split, self._source)
        return self._series[split]

    @property
    def names(self) -> tuple[str, ...]:
        """The splits that can be read."""
        return available_splits(self.data, self._source)

    @cached_property
    def _source(self) -> Source | None:
        return open_source(self.data)
