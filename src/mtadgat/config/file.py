"""How a file is written, and which of its columns is what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from mtadgat.config.parameter import Checked, parameter


@dataclass(frozen=True)
class FileConfig(Checked):
    """How a file is written, and which of its columns is what; a trained model remembers it.

    Whatever is omitted is detected by content. Lists separate their items by commas; a name that holds a comma needs
    no quotes.
    """

    heading: ClassVar[str] = "File"

    time_column: str | None = parameter(
        None, "Column that holds the time, or two that hold date and time: `Date,Time`; detected if omitted."
    )
    time_format: str | None = parameter(
        None, "How times are written: %d/%m/%Y %I:%M:%S %p, or s, ms, us or ns since 1970; detected if omitted."
    )
    day_first: bool | None = parameter(None, "Whether 1/2/2024 is the first of February; detected if omitted.")
    time_zone: str | None = parameter(
        None, "Zone of times that name none, such as Europe/Berlin or +01:00; others are shown in it."
    )
    label_column: str | None = parameter(None, "Column that holds the labels; detected if omitted.")
    anomalous_labels: str | None = parameter(
        None, "Labels that mean anomalous, such as -1, or BROKEN,RECOVERING; detected if omitted."
    )
    entity_column: str | None = parameter(
        None, "Column that names the machine of each row, where one table holds several."
    )
    feature_columns: str | None = parameter(None, "Columns that are features whatever they look like.")
    ignore_columns: str | None = parameter(None, "Columns to leave out.")
    delimiter: str | None = parameter(None, "Column separator of text files; detected if omitted.")
    decimal: str | None = parameter(None, "Decimal sign of text files; detected if omitted.", choices=(".", ","))
    thousands: str | None = parameter(None, "Sign between thousands in text files; detected if omitted.")
    missing_words: str | None = parameter(
        None, "Further words and numbers that stand for a missing value, such as Bad,Shutdown,-999."
    )
    skip_lines: int | None = parameter(
        None, "Lines before the header, or the first row, of text files; detected if omitted.", low=0
    )
    comment: str | None = parameter(None, "Sign with which lines to skip begin in text files; detected if omitted.")
    header: bool | None = parameter(
        None, "Whether the first line of a text file names the columns; detected if omitted."
    )
    encoding: str | None = parameter(None, "Encoding of text files, such as cp1252; detected if omitted.")

    def contradictions(self) -> list[str]:
        """Return one sentence for each value that no file can have been written with."""
        faults = []
        if self.encoding is not None and not _is_encoding(self.encoding):
            faults.append(f"encoding: expected an encoding, such as utf-8 or cp1252, got {self.encoding!r}")
        if self.thousands is not None and (len(self.thousands) != 1 or self.thousands.isalnum()):
            faults.append(f"thousands: expected one sign, such as , or ' or a blank, got {self.thousands!r}")
        if self.thousands is not None and self.thousands == self.decimal:
            faults.append(f"thousands: expected another sign than the decimal sign, got {self.thousands!r} for both")
        return faults


def _is_encoding(name: str) -> bool:
    try:
        "a".encode(name)
    except (LookupError, ValueError):
        return False
    return True
