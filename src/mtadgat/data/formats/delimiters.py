"""Delimiter: what separates the columns of a text.

It is the one of ``;``, tab, ``|`` and ``,`` that gives most of the lines the same number of columns; runs of blanks
where these separate values and the others do not; none where a comma is the decimal sign of a single column.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from typing import TypeVar

from mtadgat.config import FileConfig
from mtadgat.data.formats.cells import NUMBERS, Kind, kind_of
from mtadgat.data.formats.missing_words import MissingWords
from mtadgat.errors import DataError
from mtadgat.reading import Notes

Sampled = TypeVar("Sampled")

DELIMITERS = (";", "\t", "|", ",")
BLANKS = " "
"""Stands for any run of blanks and tabs."""

NO_DELIMITER = "\x1f"
"""Stands for none: the text has a single column."""

NAMED_DELIMITERS = {"\\t": "\t", "tab": "\t", "space": BLANKS, "whitespace": BLANKS, "\\s+": BLANKS, "comma": ","}
NAMED_DELIMITERS |= {"semicolon": ";", "pipe": "|"}


def cells_of(line: str, delimiter: str) -> list[str]:
    """Return the cells of a line, without blanks around them."""
    if delimiter == BLANKS:
        return line.split()
    return [cell.strip() for row in csv.reader([line], delimiter=delimiter, skipinitialspace=True) for cell in row]


def delimiter_of(lines: Sequence[str], file: FileConfig, excel: str | None, notes: Notes) -> str:
    """Return what separates the columns.

    Args:
        lines: the first lines of the text, without those to skip.
        file: what the user said, which wins.
        excel: the delimiter that Excel names in the first line, if it does.
        notes: take what is doubtful.

    Raises:
        DataError: the delimiter that was given has several characters.
    """
    given = file.delimiter if file.delimiter is not None else excel
    if given is None:
        return _likely_delimiter(lines, file, notes)
    named = NAMED_DELIMITERS.get(given.lower(), given)
    if len(named) != 1:
        raise DataError("a delimiter of one character", repr(named), "Correct --delimiter.")
    return named


def _likely_delimiter(lines: Sequence[str], file: FileConfig, notes: Notes) -> str:
    best, most = "", 0
    for delimiter in DELIMITERS:
        if delimiter == "," and file.decimal == "," and '"' not in "".join(lines):
            continue
        columns, agreeing = (
            Counter(len(cells_of(line, delimiter)) for line in later(lines)).most_common(1)[0] if lines else (0, 0)
        )
        if columns > 1 and agreeing > most:
            best, most = delimiter, agreeing
    if best == "," and _is_single_column(lines, notes):
        return NO_DELIMITER
    rows = (lines[1:] or lines)[-20:]
    by_comma = best == "," and _all_values(rows, best)
    if best in ("", ",") and not by_comma and _all_values(rows, BLANKS, numbers=True):
        return BLANKS
    return best or (NO_DELIMITER if file.decimal == "," else ",")


def later(lines: Sequence[Sampled]) -> Sequence[Sampled]:
    """Return the second half of many lines: what stands before the table may be long."""
    return lines[len(lines) // 2 :] if len(lines) >= 40 else lines


def _all_values(lines: Sequence[str], delimiter: str, *, numbers: bool = False) -> bool:
    rows = [cells_of(line, delimiter) for line in lines]
    kinds = [kind_of(cell, MissingWords()) for cells in rows for cell in cells]
    columns = min(map(len, rows), default=0)
    return columns > 1 and Kind.TEXT not in kinds and (not numbers or any(kind in NUMBERS for kind in kinds))


def _is_single_column(lines: Sequence[str], notes: Notes) -> bool:
    """Whether lines that a comma parts are numbers with a decimal comma, rather than two columns of whole numbers."""
    named = not any(sign.isdigit() for sign in lines[0]) and "," not in lines[0]
    rows = lines[1:] if named else lines
    if not all(re.fullmatch(r"\s*[-+]?\d{1,3}(\.\d{3})*,\d+\s*|\s*[-+]?\d+(,\d+)?\s*", line) for line in rows):
        return False
    fractions = [line.strip().partition(",")[2] for line in rows]
    if named or not all(fractions) or any(len(digits) > 1 and digits[0] == "0" for digits in fractions):
        return True
    if len(set(fractions)) >= 8 and max(map(len, fractions)) == 1:
        notes.doubtful("each row is read as two whole numbers; if the comma is a decimal sign, say so: --decimal ,")
    return False
