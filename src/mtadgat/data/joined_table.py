"""Joined table: a file of a location, all of its pieces, in the order that their names tell."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from mtadgat.config import FileConfig
from mtadgat.data.formats.tables import read_table
from mtadgat.data.storage.location import Location
from mtadgat.data.storage.pieces import date_keys, partitions
from mtadgat.reading import Notes


def read_joined(location: Location, name: str, file: FileConfig, notes: Notes) -> pd.DataFrame:
    """Read a file of a location, all of its pieces.

    Args:
        location: the location of the file.
        name: name of the file there.
        file: how it is written.
        notes: take what is decided; they name the file.

    Raises:
        DataError: a piece cannot be read, or its columns are others than those of the first.
    """
    pieces = location.piece_names(name)
    _note_order(pieces, notes)
    return read_table(location.pieces(name), file, notes, pieces)


def _note_order(pieces: Sequence[str], notes: Notes) -> None:
    dates = date_keys(pieces)
    keys = [key for key in dict.fromkeys(key for piece in pieces for key, _ in partitions(piece)) if key in dates]
    if keys:
        notes.decided(f"its files lie in partitions by {', '.join(keys)}: parts of a date, and no columns")
    if len(pieces) > 1:
        notes.decided(f"{len(pieces)} files are one table in this order: {pieces[0]} to {pieces[-1]}")
