"""Delimited text: the columns of a txt or csv file, with delimiter and header detected.

- The delimiter is the one of ``;``, tab, ``,`` and ``|`` that gives most of the first lines the same number of
  columns; if none does, runs of blanks.
- The first line is a header when a cell of it is neither a number nor a time nor empty, and none has a fraction; or
  when its cells are ``0, 1, 2 ...`` (four or more, or after an empty one, as pandas writes unnamed columns).
- Empty cells, ``NaN``, ``NA``, ``null`` and the like are missing values.
- A line with more or fewer columns than the first is an error that gives its number. Blank lines are skipped.
- UTF-8 is read, with or without a byte order mark; UTF-16 with one; anything else as Latin-1.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from datetime import datetime
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

from mtadgat.config import FileConfig
from mtadgat.config.data import PATH_OPTION
from mtadgat.errors import DataError
from mtadgat.reading import Notes

DELIMITERS = (";", "\t", ",", "|")
BLANKS = " "
"""Stands for any run of blanks and tabs."""

NAMED_DELIMITERS = {"\\t": "\t", "tab": "\t", "space": BLANKS, "whitespace": BLANKS, "\\s+": BLANKS, "comma": ","}
MISSING = frozenset({"", "nan", "na", "n/a", "#n/a", "null", "none", "-nan"})
SAMPLE_BYTES, SAMPLE_LINES = 1 << 16, 50
MAX_BLOCK_BYTES = 2**31 - 1


class Dialect(NamedTuple):
    """How a delimited text is written."""

    delimiter: str
    header: bool


def read_delimited(content: bytes, file: FileConfig, notes: Notes) -> pd.DataFrame:
    """Read delimited text; unnamed columns are called ``feature_0``, ``feature_1`` ...

    Args:
        content: the bytes of the file.
        file: how it is written.
        notes: take what is decided; they name the file.

    Raises:
        DataError: the lines are ragged, the delimiter is wrong, or this is not a table.
    """
    name = notes.name
    text = _utf8(content)
    head = text[:SAMPLE_BYTES].decode("utf-8", errors="ignore")
    _refuse_other_content(head, name)
    dialect = sniff(head, file.delimiter)
    if dialect.delimiter == BLANKS:
        text = re.sub(rb"(?m)^[ \t]+|[ \t\r]+$", b"", text)
        text = re.sub(rb"[ \t]+", b"\t", text)
        dialect = dialect._replace(delimiter="\t")
    # pyarrow finds no row in a single line that does not end.
    frame = _parsed(text if text.endswith(b"\n") else text + b"\n", name, dialect)
    _refuse_wrong_delimiter(frame, name, dialect)
    return frame


def sniff(head: str, delimiter: str | None = None) -> Dialect:
    """Detect the delimiter and whether the first line is a header.

    Args:
        head: the beginning of a text.
        delimiter: column separator, detected if None.

    Raises:
        DataError: the delimiter has several characters.
    """
    lines = _sample(head)
    given = None if delimiter is None else NAMED_DELIMITERS.get(delimiter.lower(), delimiter)
    if given is not None and len(given) != 1:
        raise DataError("a delimiter of one character", repr(given), "Correct --delimiter.")
    delimiter = _likely_delimiter(lines) if given is None else given
    cells = [cell.strip() for cell in _cells(lines[0], delimiter)] if lines else []
    numbered = _are_numbers(cells, min_cells=4) or (cells[:1] == [""] and _are_numbers(cells[1:], min_cells=2))
    # A fraction in the first line means data: `0.5,?,0.7` must become an error, not a header that swallows a row.
    texts = any(not _is_value(cell) for cell in cells) and not any("." in cell and _is_number(cell) for cell in cells)
    return Dialect(delimiter, numbered or texts)


def _utf8(content: bytes) -> bytes:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16").encode()
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1").encode()
    return content


def _refuse_other_content(head: str, name: str) -> None:
    content = ""
    if head.lstrip()[:15].lower().startswith(("<!doctype", "<html", "<?xml")):
        content = "a web page"
    elif "\0" in head:
        content = "a binary file"
    elif head.lstrip().startswith("{"):
        content = "JSON"
    if content:
        raise DataError(f"a table of csv or txt, parquet, or npy in {name}", content, f"Check {PATH_OPTION}.")


def _sample(head: str) -> list[str]:
    lines = head.splitlines()
    if len(head) >= SAMPLE_BYTES // 2 and len(lines) > 1:
        lines = lines[:-1]
    return [line for line in lines if line.strip()][:SAMPLE_LINES]


def _likely_delimiter(lines: list[str]) -> str:
    best, max_agreeing = "", 0
    for delimiter in DELIMITERS:
        columns, agreeing = Counter(len(_cells(line, delimiter)) for line in lines).most_common(1)[0]
        if columns > 1 and agreeing > max_agreeing:
            best, max_agreeing = delimiter, agreeing
    if best:
        return best
    rows = [line.split() for line in (lines[1:] or lines)[:5]]
    return BLANKS if all(len(row) > 1 and all(map(_is_number, row)) for row in rows) else ","


def _cells(line: str, delimiter: str) -> list[str]:
    return line.split() if delimiter == BLANKS else next(csv.reader([line], delimiter=delimiter))


def _are_numbers(cells: list[str], min_cells: int) -> bool:
    return len(cells) >= min_cells and cells == [str(number) for number in range(len(cells))]


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return cell.lower() in MISSING
    return True


def _is_value(cell: str) -> bool:
    if _is_number(cell) or cell.lower() in ("true", "false"):
        return True
    try:
        datetime.fromisoformat(cell)
    except ValueError:
        return False
    return True


def _parsed(text: bytes, name: str, dialect: Dialect) -> pd.DataFrame:
    try:
        table = read_keeping_zones(
            text,
            # One block: pyarrow takes the type of a column from the first block and fails on a later `1.5`.
            read_options=arrow_csv.ReadOptions(
                block_size=min(len(text) + 1, MAX_BLOCK_BYTES), autogenerate_column_names=not dialect.header
            ),
            parse_options=arrow_csv.ParseOptions(delimiter=dialect.delimiter),
            convert_options=arrow_csv.ConvertOptions(),
        )
    except (pa.ArrowInvalid, ValueError) as error:
        raise _why_unreadable(text, name, dialect, error) from error
    frame: pd.DataFrame = table.to_pandas(date_as_object=False)
    if not dialect.header:
        frame.columns = [f"feature_{position}" for position in range(frame.shape[1])]
    return frame


def read_keeping_zones(text: bytes, *, convert_options: arrow_csv.ConvertOptions, **options: Any) -> pa.Table:
    """Return a table of text as pyarrow reads it, but times with a zone as text: pyarrow would drop the zone.

    Args:
        text: the table.
        convert_options: how its columns are converted; changed where times have a zone.
        options: the other options of `pyarrow.csv.read_csv`.
    """
    table = arrow_csv.read_csv(pa.BufferReader(text), convert_options=convert_options, **options)
    zoned = [field.name for field in table.schema if pa.types.is_timestamp(field.type) and field.type.tz]
    if not zoned:
        return table
    convert_options.column_types = dict.fromkeys(zoned, pa.string())
    return arrow_csv.read_csv(pa.BufferReader(text), convert_options=convert_options, **options)


def _why_unreadable(text: bytes, name: str, dialect: Dialect, error: Exception) -> DataError:
    rows = csv.reader(io.StringIO(text.decode("utf-8"), newline=""), delimiter=dialect.delimiter)
    columns = 0
    for row in rows:
        columns = columns or len(row)
        if row and len(row) != columns:
            return DataError(
                f"{columns} columns in each line of {name}, as in the first",
                f"{len(row)} in line {rows.line_num}",
                "Correct the line, or the --delimiter.",
            )
    return DataError(f"delimited text in {name}", str(error), "Check how the file was written.")


def _refuse_wrong_delimiter(frame: pd.DataFrame, name: str, dialect: Dialect) -> None:
    if frame.shape[1] > 1 or not dialect.header:
        return
    first = str(frame.columns[0])
    others = [other for other in (*DELIMITERS, ":", " ") if other in first and other != dialect.delimiter]
    text = not pd.api.types.is_numeric_dtype(frame.iloc[:, 0])
    if others and text:
        raise DataError(
            f"columns separated by {dialect.delimiter!r} in {name}",
            f"one column, {first[:60]!r}",
            f"Try --delimiter {others[0]!r}, or leave the option out.",
        )
