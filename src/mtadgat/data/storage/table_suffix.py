"""Table suffix: how the names of files end that hold a table."""

from __future__ import annotations

TABLE_SUFFIXES = (".csv", ".txt", ".tsv", ".parquet", ".npy", ".feather", ".arrow")
COMPRESSION_SUFFIXES = (".gz", ".zip", ".bz2", ".zst", ".xz")
"""What may be written behind them."""


def stem(name: str) -> str:
    """Return the last part of a path without the suffixes of a table: ``asd/train.csv.gz`` gives ``train``."""
    last = _uncompressed_name(name.rpartition("/")[2])
    for suffix in TABLE_SUFFIXES:
        if last.lower().endswith(suffix):
            return last[: -len(suffix)]
    return last


def is_table(name: str) -> bool:
    """Whether the suffix of a name is one of a table that can be read."""
    return _uncompressed_name(name).lower().endswith(TABLE_SUFFIXES)


def _uncompressed_name(name: str) -> str:
    suffix = next((suffix for suffix in COMPRESSION_SUFFIXES if name.lower().endswith(suffix)), "")
    return name[: len(name) - len(suffix)]
