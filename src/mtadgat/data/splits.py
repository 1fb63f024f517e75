"""Splits: the parts of the data that a request names."""

from __future__ import annotations

from dataclasses import asdict

from mtadgat.config import DataConfig
from mtadgat.data.reader import available_splits, read_series
from mtadgat.series import Series


class Splits:
    """The parts of the data, each read when it is first asked for, and once.

    Args:
        data: which data.
    """

    def __init__(self, data: DataConfig) -> None:
        self.data = data
        self._known: dict[str, Series] = {}

    def read(self, split: str) -> Series:
        """Return one part: train, eval or new.

        Raises:
            DataError: the data cannot be read.
        """
        if split not in self._known:
            self._known[split] = read_split(self.data, split)
        return self._known[split]

    @property
    def names(self) -> tuple[str, ...]:
        """The parts that there are."""
        return available_splits(**asdict(self.data))


def read_split(data: DataConfig, split: str) -> Series:
    """Read one part of the data: train, eval or new.

    Raises:
        DataError: the data cannot be read.
    """
    return read_series(split=split, **asdict(data))
