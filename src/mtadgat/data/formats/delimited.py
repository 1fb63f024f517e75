"""Delimited text: the columns of a txt or csv file.

`mtadgat.data.formats.head` detects by the first lines how it is written, pyarrow parses the rest.

- Comments, repeated headers and a last line such as ``Total rows: 400`` are left out, and said.
- A line with more or fewer columns than the others is an error that gives its number. Blank lines are skipped.
- Empty cells, ``NaN``, ``NA``, ``null`` and the like are missing values.
"""

from __future__ import annotations

import csv
import io
import re
import shlex
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

from mtadgat.config import FileConfig
from mtadgat.config.data import PATH_OPTION
from mtadgat.data.formats.cells import Kind, kind_of
from mtadgat.data.formats.delimiters import BLANKS, DELIMITERS, NO_DELIMITER, cells_of
from mtadgat.data.formats.encoding import as_utf8
from mtadgat.data.formats.head import COMMENT_SIGNS, Head, read_head
from mtadgat.data.formats.influx import ANNOTATIONS, without_annotations
from mtadgat.data.formats.missing_words import MissingWords
from mtadgat.errors import DataError
from mtadgat.reading import Notes

HEAD_BYTES, HEAD_LINES = 1 << 16, 20
"""The beginning of a text by which it is told how it is written: the longer of both."""

TAIL_BYTES = 1 << 12
MAX_BLOCK_BYTES = 2**31 - 1
MAX_FOOTERS = 5
LINE_END = re.compile(rb"\r\n|\r|\n")


class Delimited(NamedTuple):
    """The table of a delimited text.

    Args:
        frame: its columns; unnamed ones are called ``feature_0``, ``feature_1`` ...
        head: how it is written.
    """

    frame: pd.DataFrame
    head: Head


def read_delimited(content: bytes, file: FileConfig, notes: Notes) -> Delimited:
    """Read delimited text.

    Args:
        content: the bytes of the file.
        file: how it is written.
        notes: take what is decided; they name the file.

    Raises:
        DataError: the lines are ragged, the delimiter is wrong, or this is not a table.
    """
    text = as_utf8(content, file.encoding, notes)
    skipped = file.skip_lines or 0
    end = max(_offset(text, skipped) + HEAD_BYTES, _offset(text, skipped + HEAD_LINES))
    beginning = text[:end].decode("utf-8", errors="ignore")
    _refuse_other_content(beginning, notes.name)
    head = read_head(_whole_lines(beginning) if len(text) > end else beginning, file, notes)
    frame: pd.DataFrame = _parsed(_rows(text, head, notes), head, notes.name).to_pandas(date_as_object=False)
    frame.columns = pd.Index(head.names or [f"feature_{place}" for place in range(frame.shape[1])], dtype=object)
    _refuse_wrong_delimiter(frame, notes.name, head)
    if any(comment.lstrip('"').startswith(ANNOTATIONS) for comment in head.comments):
        frame = without_annotations(frame, notes)
    return Delimited(_without_blanks_around(frame), head)


def _refuse_other_content(head: str, name: str) -> None:
    begin = head.lstrip()
    content, remedy = "", f"Check {PATH_OPTION}."
    if begin[:15].lower().startswith(("<!doctype", "<html", "<?xml")):
        content = "a web page"
    elif "\0" in head:
        content = "a binary file"
    elif begin.startswith(("{", "[{")) or re.match(r"\[\s*\{", begin):
        content = "JSON"
        remedy = "Write it as a table, in Python: pandas.read_json('data.json', lines=True).to_csv('data.csv')."
        if not re.match(r"\{[^\n]*\}\s*(\n|$)", begin) or begin.startswith("["):
            remedy = remedy.replace(", lines=True", "")
    if content:
        raise DataError(f"a table of csv or txt, parquet, arrow, or npy in {name}", content, remedy)


def _whole_lines(beginning: str) -> str:
    end = max(beginning.rfind("\n"), beginning.rfind("\r"))
    return beginning[: end + 1] if end >= 0 else beginning


def _offset(text: bytes, lines: int) -> int:
    """Return where the line after so many begins."""
    ends = LINE_END.finditer(text)
    end = 0
    for _ in range(lines):
        match = next(ends, None)
        if match is None:
            return len(text)
        end = match.end()
    return end


def _rows(text: bytes, head: Head, notes: Notes) -> bytes:
    """Return the rows of a text, with a blank line for each that is none of them, so that lines keep their numbers."""
    rows = text[_offset(text, head.first_row) :]
    sign = re.escape(head.comment.encode())
    if sign and re.search(rb"(?m)^[ \t\"]*" + sign, rows):
        rows = re.sub(rb"(?m)^[ \t\"]*" + sign + rb"[^\r\n]*", b"", rows)
        notes.decided(f"lines that begin with {head.comment!r} are skipped, among the rows too")
    header = _header_line(text, head)
    if header and b"\n" + header in rows:
        rows = re.sub(rb"(?m)^" + re.escape(header) + rb"(?=[\r\n]|$)", b"", rows)
        notes.decided("the header is repeated among the rows, and skipped there")
    return _without_footers(rows, head, notes)


def _header_line(text: bytes, head: Head) -> bytes:
    """Return the line of the header, empty if there is none or it could be a row."""
    if head.header_line is None:
        return b""
    begin, end = (_offset(text, lines) for lines in (head.header_line, head.header_line + 1))
    line = text[begin:end].rstrip(b"\r\n")
    cells = cells_of(line.decode(errors="replace"), head.delimiter)
    return line if any(kind_of(cell, MissingWords()) is Kind.TEXT for cell in cells) else b""


def _without_footers(rows: bytes, head: Head, notes: Notes) -> bytes:
    lines = rows[-TAIL_BYTES:].rstrip().splitlines()[1:] if head.width > 1 else []
    footers: list[bytes] = []
    while lines and len(footers) < MAX_FOOTERS and _is_footer(lines[-1].decode(errors="replace"), head):
        footers.append(lines.pop())
    filled = [footer for footer in footers if footer.strip()]
    for footer in reversed(filled):
        notes.decided(f"the last line is no row and is left out: {footer.decode(errors='replace').strip()[:60]}")
    return rows[: rows.rfind(filled[-1])] if filled else rows


def _is_footer(line: str, head: Head) -> bool:
    if not line.strip():
        return True
    cells = cells_of(line, head.delimiter)
    kinds = [kind_of(cell, MissingWords()) for cell in cells if cell]
    if head.delimiter == BLANKS:
        return len(cells) != head.width and kinds[0] is Kind.TEXT
    alone = len(kinds) == 1 and (kinds[0] is Kind.TEXT or set(cells[0]) <= set("-=*"))
    return alone and (len(cells) != head.width or bool(cells[0]))


def _parsed(rows: bytes, head: Head, name: str) -> pa.Table:
    delimiter = head.delimiter
    if delimiter == BLANKS:
        rows = re.sub(rb"(?m)^[ \t]+|[ \t\r]+$", b"", rows)
        rows, delimiter = re.sub(rb"[ \t]+", b"\t", rows), "\t"
    if not rows or rows.isspace():
        return pa.table({f"f{place}": pa.array([], pa.null()) for place in range(max(head.width, 1))})
    rows = rows if rows.endswith(b"\n") else rows + b"\n"  # pyarrow finds no row in a single line that does not end
    try:
        table = read_keeping_zones(
            rows,
            # One block: pyarrow takes the type of a column from the first block and fails on a later `1.5`.
            read_options=arrow_csv.ReadOptions(
                block_size=min(len(rows) + 1, MAX_BLOCK_BYTES), autogenerate_column_names=True
            ),
            parse_options=arrow_csv.ParseOptions(delimiter=delimiter),
            convert_options=arrow_csv.ConvertOptions(
                decimal_point=head.decimal or ".", column_types={f"f{place}": pa.string() for place in head.zoned}
            ),
        )
    except (pa.ArrowInvalid, ValueError) as error:
        raise _why_unreadable(rows, head, delimiter, name, error) from error
    if head.names is not None and len(head.names) != table.num_columns:
        raise _ragged(len(head.names), table.num_columns, head.first_row + 1, name)
    return table


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
    convert_options.column_types = {**convert_options.column_types, **dict.fromkeys(zoned, pa.string())}
    return arrow_csv.read_csv(pa.BufferReader(text), convert_options=convert_options, **options)


def _why_unreadable(rows: bytes, head: Head, delimiter: str, name: str, error: Exception) -> DataError:
    reader = csv.reader(io.StringIO(rows.decode("utf-8"), newline=""), delimiter=delimiter)
    columns = len(head.names or ())
    try:
        for cells in reader:
            columns = columns or len(cells)
            if cells and len(cells) != columns:
                return _ragged(columns, len(cells), head.first_row + reader.line_num, name, cells[0].lstrip())
    except csv.Error as odd:
        line = head.first_row + reader.line_num
        return DataError(f"delimited text in {name}", f"{odd}, in line {line}", "Check the quotes there.")
    return DataError(f"delimited text in {name}", str(error), "Check how the file was written.")


def _ragged(columns: int, got: int, line: int, name: str, begin: str = "") -> DataError:
    sign = next((sign for sign in COMMENT_SIGNS if begin.startswith(sign)), None)
    remedy = "Correct the line, or the --delimiter; --skip-lines says how many lines stand before the table."
    if sign is not None:
        remedy = f"Skip such lines with --comment {shlex.quote(sign)}, or correct them."
    expected = f"{columns} column{'s' if columns > 1 else ''} in each line of {name}, as in the first"
    return DataError(expected, f"{got} in line {line}", remedy)


def _refuse_wrong_delimiter(frame: pd.DataFrame, name: str, head: Head) -> None:
    if frame.shape[1] > 1 or head.delimiter == NO_DELIMITER:
        return
    first = str(frame.columns[0]) if head.names else str(frame.iloc[0, 0]) if len(frame) else ""
    others = [other for other in (*DELIMITERS, ":", " ") if other in first and other != head.delimiter]
    text = not pd.api.types.is_numeric_dtype(frame.iloc[:, 0]) and not frame.iloc[:, 0].isna().all()
    if others and text:
        raise DataError(
            f"columns separated by {head.delimiter!r} in {name}",
            f"one column, {first[:60]!r}",
            f"Try --delimiter {others[0]!r}, or leave the option out.",
        )


def _without_blanks_around(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table without the blanks that stand before or behind its text, as in ``12:00 , pump``."""
    columns = [column for _, column in frame.items()]
    padded = [place for place, column in enumerate(columns) if _is_padded(column)]
    if not padded:
        return frame
    return pd.concat([column.str.strip() if at in padded else column for at, column in enumerate(columns)], axis=1)


def _is_padded(column: pd.Series) -> bool:
    first = column.iloc[0] if len(column) and not pd.api.types.is_numeric_dtype(column) else None
    return isinstance(first, str) and first != first.strip()
