"""Splits: the parts of the data that a request names."""

from __future__ import annotations

from dataclasses import asdict

from mtadgat.config import DataConfig
from mtadgat.reading import available_splits, read_series
from mtadgat.series import Series


def read_split(data: DataConfig, split: str) -> Series:
    """Read one part of the data: train, eval or new.

    Raises:
        DataError: the data cannot be read.
    """
    return read_series(split=split, **asdict(data))


def newest_split(data: DataConfig) -> str:
    """Return ``new`` where the data have such a part, else ``eval``."""
    return "new" if "new" in available_splits(**asdict(data)) else "eval"
