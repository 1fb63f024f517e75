"""Joined: the rows of all pieces of a table, one after another.

- All pieces have the same columns, in any order; columns that the user ignores may be absent from some.
- The keys of partitions are no columns. Where the pieces have a column of the same name and value as well, a number
  such as ``year``, it is left out.
- Rows that a piece repeats from the one before are rows of the same time as any others.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from mtadgat.config import FileConfig
from mtadgat.data.formats.missing_words import listed_words
from mtadgat.data.storage.pieces import date_keys, partitions
from mtadgat.errors import DataError
from mtadgat.reading import Notes


def joined(frames: Mapping[str, pd.DataFrame], file: FileConfig, notes: Notes) -> pd.DataFrame:
    """Return the rows of all pieces of a table.

    Args:
        frames: name of each piece -> its rows, in order.
        file: names the columns to be ignored.
        notes: take what is decided.

    Raises:
        DataError: the columns of a piece are others than those of the first.
    """
    filled = {piece: frame for piece, frame in frames.items() if not frame.empty}
    if not filled:
        return next(iter(frames.values()))
    if len(filled) < len(frames):
        first = next(piece for piece in frames if piece not in filled)
        notes.decided(f"{len(frames) - len(filled)} of its {len(frames)} files have no rows, first {first}")
    filled = _without_keys(filled)
    _refuse_other_columns(filled, file)
    return _stacked(list(filled.values()))


def _without_keys(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    repeated = [
        key for key in date_keys(frames) if all(_repeats(frame, piece, key) for piece, frame in frames.items())
    ]
    return {piece: frame.drop(columns=repeated) for piece, frame in frames.items()}


def _repeats(frame: pd.DataFrame, piece: str, key: str) -> bool:
    """Whether a column has the name of a key, and in each row its value, a number."""
    value = dict(partitions(piece)).get(key, "")
    if key not in frame.columns or not re.fullmatch(r"\d{1,4}", value):
        return False
    return bool((pd.to_numeric(frame[key], errors="coerce") == int(value)).all())


def _refuse_other_columns(frames: Mapping[str, pd.DataFrame], file: FileConfig) -> None:
    (first_piece, first), *others = frames.items()
    ignored = set(listed_words(file.ignore_columns or ""))
    for piece, frame in others:
        absent = [column for column in first.columns if column not in frame.columns and column not in ignored]
        further = [column for column in frame.columns if column not in first.columns and column not in ignored]
        if absent or further:
            differing = ([f"without {absent}"] if absent else []) + ([f"with {further} besides"] if further else [])
            apart = "" if partitions(piece) else ", or read the files one by one with --join-files false"
            raise DataError(
                f"the columns of {first_piece} in {piece} too, as both are pieces of one table",
                f"it {' and '.join(differing)}",
                f"Leave them out with --ignore-columns {shlex.quote(','.join([*absent, *further]))}{apart}.",
            )


def _stacked(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    if len(frames) == 1:
        return frames[0]
    columns = list(dict.fromkeys(column for frame in frames for column in frame.columns))
    if len(columns) < max(frame.shape[1] for frame in frames):  # a name that comes twice is refused later
        return pd.concat(frames, ignore_index=True)
    ends = np.cumsum([len(frame) for frame in frames])
    placed = [frame.set_axis(range(end - len(frame), end), axis=0) for end, frame in zip(ends, frames, strict=True)]
    return pd.DataFrame(
        {
            column: _column([part[column] for part in placed if column in part.columns], int(ends[-1]))
            for column in columns
        }
    )


def _column(parts: Sequence[pd.Series], rows: int) -> pd.Series:
    """Return a column from its parts: one that is empty everywhere in a part does not change its type."""
    filled = [part.dropna() for part in parts if part.notna().any()]
    if not filled:
        return pd.Series(np.nan, index=range(rows))
    column: pd.Series = pd.concat(filled)
    return column.reindex(range(rows))
