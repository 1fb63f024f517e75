"""Tables as people and machines write them, and what they must be read as."""

from __future__ import annotations

import pandas as pd

from mtadgat.config import FileConfig
from mtadgat.data.formats.tables import read_table
from mtadgat.reading import Notes

ROWS = 30
TIMES = tuple(f"2024-03-01 00:{minute:02d}:00" for minute in range(ROWS))
VALUES = tuple((10 + (row * 37 % 97) / 97, 200 + (row * 11 % 89) / 89) for row in range(ROWS))


def lines(*text: str) -> bytes:
    """Return lines of text as the content of a file."""
    return ("\n".join(text) + "\n").encode()


def rows(delimiter: str = ",", decimal: str = ".", digits: int = 4) -> list[str]:
    """Return the lines of `TIMES` with `VALUES`."""
    return [
        delimiter.join([time, *(f"{value:.{digits}f}".replace(".", decimal) for value in values)])
        for time, values in zip(TIMES, VALUES, strict=True)
    ]


def read(content: bytes, **options: object) -> tuple[pd.DataFrame, Notes]:
    """Return the table in a file, and the notes on it."""
    notes = Notes("pump.csv")
    return read_table([content], FileConfig(**options), notes), notes


def texts(notes: Notes) -> str:
    """Return all notes, one a line."""
    return "\n".join(note.text for note in notes.all)
