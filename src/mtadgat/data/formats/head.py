"""Head: how a text begins, and so where its table begins and how it is written.

- The delimiter is found by `mtadgat.data.formats.delimiters`, or said by Excel's ``sep=;``.
- Before the table may stand comments (``#``, ``//``, ``%``, ``!``, ``;``), titles and other lines of another width, or
  padded to the width of the table. The header may be the last comment.
- The header is the last line before the values that has a name for each column. Its cells may be numbers: where they
  are quoted and the rows are not, where all are distinct whole numbers above fractions, or are ``0, 1, 2 ...`` (four
  or more, or after an empty one, as pandas writes unnamed columns).
- Up to three lines between the header and the values hold units or types.
- What was found is said, with the option that says otherwise.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from mtadgat.config import FileConfig
from mtadgat.data.columns.names import TIMES, plain
from mtadgat.data.formats.cells import NUMBERS, Kind, kind_of
from mtadgat.data.formats.delimiters import BLANKS, DELIMITERS, cells_of, delimiter_of, later
from mtadgat.data.formats.missing_words import MissingWords
from mtadgat.data.formats.number_signs import GROUPED_BY_POINT, PLAIN, possible_signs
from mtadgat.reading import Notes

COMMENT_SIGNS = ("#", "//", "%", "!", ";")
EXCEL_DELIMITER = re.compile(r'"?sep=(.|\\t)"?[,;\t|]*', re.IGNORECASE)
RULE = re.compile(r"[-=+|\s]*-{3}[-=+|\s]*|[-=+|\s]*={3}[-=+|\s]*")
"""A line that only rules off the header."""

ZONE = re.compile(r"\d ?(Z|[A-Za-z]{3,4}|[-+]\d{2}:?\d{2})$")
"""How a time with a zone ends."""

SAMPLE_LINES, SAMPLE_CELLS = 300, 20_000
MAX_UNIT_ROWS, MAX_DECIDING = 3, 30
FRACTION, PLAIN_NUMBER = re.compile(r"\d[.,]\d"), re.compile(r"[-+]?\d+(\.\d*)?")


class Line(NamedTuple):
    """A line of a text, or several that quotes hold together.

    Args:
        first, last: numbers of its first and last line, from 0.
        cells: what the delimiter separates, without blanks around.
        quoted: whether it begins with a quote.
    """

    first: int
    last: int
    cells: tuple[str, ...]
    quoted: bool


class Head(NamedTuple):
    """How a delimited text is written.

    Args:
        delimiter: between columns; `BLANKS` for runs of them.
        names: of the columns; None if there is no header.
        width: number of columns.
        first_row: number of lines before the first row.
        header_line: number of the line that is the header, from 0; None if there is none.
        decimal: sign before fractions, None if the first rows do not tell.
        comment: sign with which lines to skip begin, empty if there is none.
        comments: the comments before the header.
        zoned: places of the columns that hold times with a zone.
    """

    delimiter: str
    names: tuple[str, ...] | None
    width: int
    first_row: int
    header_line: int | None = None
    decimal: str | None = None
    comment: str = ""
    comments: tuple[str, ...] = ()
    zoned: tuple[int, ...] = ()


def read_head(text: str, file: FileConfig, notes: Notes) -> Head:
    """Detect how a delimited text is written.

    Args:
        text: its beginning, whole lines.
        file: what the user said about it, which wins.
        notes: take what is decided; they name the file.

    Raises:
        DataError: the delimiter has several characters, or the lines before the table cannot be told from it.
    """
    lines = lines_of(text)
    skipped = set(range(file.skip_lines or 0))
    excel = EXCEL_DELIMITER.fullmatch(lines[0].strip("\r\n\ufeff")) if lines else None
    if excel is not None:
        skipped.add(0)
    comment = file.comment if file.comment is not None else _comment_sign(lines, skipped)
    comments = [at for at, line in enumerate(lines) if comment and at not in skipped and _begins(line, comment)]
    skipped |= set(comments)
    left = [
        at for at, line in enumerate(lines) if at not in skipped and line.strip() and not RULE.fullmatch(line.strip())
    ][:SAMPLE_LINES]
    delimiter = delimiter_of([lines[at] for at in left], file, excel[1] if excel else None, notes)
    found = _Table(_split(lines, left, delimiter), file, notes, delimiter)
    if excel is not None and file.delimiter is None:
        notes.decided(f"line 1 says that {excel[1]!r} separates the columns")
    head = found.head(lines, comment, comments)
    given = file.decimal or ("," if file.thousands == "." else None)
    decimal = given or _decimal(found.rows, file)
    if decimal == "," and given is None:
        notes.decided("numbers are read with a decimal comma; --decimal . reads them otherwise")
    return head._replace(decimal=decimal)


def lines_of(text: str) -> list[str]:
    """Return the lines of a text, whatever ends them."""
    lines = re.split(r"\r\n|\r|\n", text)
    return lines[:-1] if lines and not lines[-1] else lines


def _begins(line: str, sign: str) -> bool:
    return line.lstrip(' \t"').startswith(sign)


def _comment_sign(lines: Sequence[str], skipped: set[int]) -> str:
    left = [line for at, line in enumerate(lines) if at not in skipped and line.strip()]
    for sign in COMMENT_SIGNS:
        count = next((at for at, line in enumerate(left) if not _begins(line, sign)), 0)
        rest = left[count:]
        as_delimiter = sign in DELIMITERS and any(sign in line for line in rest)
        if count and not as_delimiter:
            return sign
    return ""


def _split(lines: Sequence[str], left: Sequence[int], delimiter: str) -> list[Line]:
    if delimiter == BLANKS:
        return [Line(at, at, tuple(lines[at].split()), quoted=False) for at in left]
    reader = csv.reader((lines[at] + "\n" for at in left), delimiter=delimiter, skipinitialspace=True)
    rows, begin = [], 0
    try:
        for cells in reader:
            end = reader.line_num
            quoted = lines[left[begin]].lstrip().startswith('"')
            rows.append(Line(left[begin], left[end - 1], tuple(cell.strip() for cell in cells), quoted))
            begin = end
    except csv.Error:
        pass  # the parser of the whole text says what is wrong
    return rows[: max(2, SAMPLE_CELLS // max(len(row.cells) for row in rows))] if rows else rows


class _Table:
    """The first lines of a text, split into cells, and where among them the table begins."""

    def __init__(self, lines: list[Line], file: FileConfig, notes: Notes, delimiter: str) -> None:
        self.lines, self.file, self.notes, self.delimiter = lines, file, notes, delimiter
        self.words = MissingWords.of(file.missing_words, file.anomalous_labels)
        widths = Counter(len(line.cells) for line in later(lines))
        most = max(widths.values(), default=0)
        self.width = max((width for width, count in widths.items() if count == most), default=0)
        self.kinds = [tuple(kind_of(cell, self.words) for cell in line.cells) for line in lines]
        self.signature = self._signature()
        self.start = self._first_values()

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """The cells of the rows that hold values."""
        return [line.cells for line in self.lines[self.start :] if len(line.cells) == self.width]

    def head(self, text: Sequence[str], comment: str, comments: Sequence[int]) -> Head:
        """Return how the text is written.

        Args:
            text: all lines.
            comment: sign with which lines to skip begin.
            comments: numbers of the lines that do.
        """
        if not self.lines:
            return Head(self.delimiter, None, self.width, len(text), comment=comment)
        above = [at for at in comments if at < self.lines[self.start].first]
        plain = Head(
            self.delimiter,
            None,
            self.width,
            self.lines[self.start].first,
            comment=comment,
            comments=tuple(text[at].strip() for at in above),
            zoned=tuple(
                place
                for place, column in enumerate(zip(*self.rows, strict=True))
                if self.signature[place] is Kind.TIME and any(map(ZONE.search, column))
            ),
        )
        place = self._header()
        if place is None:
            return self._without_header(plain, text, above)
        self._note_skipped(place, above)
        following = self.start if place < self.start <= place + 1 + MAX_UNIT_ROWS else place + 1
        self._note_units(place + 1, following)
        header = self.lines[place]
        row = self.lines[following].first if following < len(self.lines) else header.last + 1
        return plain._replace(names=self._names(place, following), first_row=row, header_line=header.first)

    def _names(self, place: int, following: int) -> tuple[str, ...]:
        """Return the names of the columns, from several lines where pandas wrote columns of several levels."""
        cells = self.lines[place].cells
        names = self._fitted(cells) or cells
        block = [line.cells for line in self.lines[max(0, place - MAX_UNIT_ROWS) : following]]
        levels = [level for level in block if len(level) == len(names) and any(level[1:])]
        joined = tuple(" ".join(filter(None, column)) for column in zip(*(level[1:] for level in levels), strict=True))
        unnamed, repeated = not any(names[1:]), len(set(names)) < len(names)
        if len(names) > 2 and (unnamed or repeated) and len(joined) == len(set(joined)) == len(names) - 1:
            self.notes.decided(f"names of several levels are put together: {_shown(joined)}")
            return (names[0], *joined)
        return names

    def _without_header(self, plain: Head, text: Sequence[str], comments: Sequence[int]) -> Head:
        if any(len([cell for cell in line.cells if cell]) > 1 for line in self.lines[: self.start]):
            return plain._replace(first_row=self.lines[0].first)  # ragged lines: the parser says which
        if comments and self.file.header is None:
            names = self._names_in_comment(text[comments[-1]], plain.comment)
            if names is not None:
                self.notes.decided(f"line {comments[-1] + 1} is a comment, and names the columns")
                return plain._replace(names=names, header_line=comments[-1])
        self._note_skipped(self.start, comments)
        return plain

    def _signature(self) -> list[Kind]:
        later = [kinds for kinds in self.kinds[len(self.kinds) * 2 // 5 :] if len(kinds) == self.width]
        columns = [Counter(kind for kind in column if kind is not Kind.MISSING) for column in zip(*later, strict=True)]
        return [column.most_common(1)[0][0] if column else Kind.MISSING for column in columns] or [
            Kind.TEXT
        ] * self.width

    def _first_values(self) -> int:
        tables = [at for at, kinds in enumerate(self.kinds) if len(kinds) == self.width]
        shares = [self._share_of_values(at) for at in tables]
        for at, share, following in zip(tables, shares, [*shares[1:], 1.0], strict=False):
            # Metadata such as `Serial,12345` are followed by the header, a row by others.
            if share == 1 or (share >= 0.5 and following > 0):
                return at
        return tables[0] if tables else 0

    def _share_of_values(self, at: int) -> float:
        """Return the share of the cells of a line that hold what later lines hold in the same columns."""
        pairs = [pair for pair in zip(self.kinds[at], self.signature, strict=True) if pair[0] is not Kind.MISSING]
        if Kind.TIME in self.signature:
            return float(any(kind is Kind.TIME and usual is Kind.TIME for kind, usual in pairs))
        numbers = [kind is usual or kind is Kind.NUMBER for kind, usual in pairs if usual in NUMBERS]
        return sum(numbers) / len(numbers) if numbers else 0.0

    def _header(self) -> int | None:
        """Return the place of the header among the lines, None if there is none."""
        if self.file.header is False:
            return None
        if self.file.skip_lines is not None and self.start > 0:
            return 0
        first = self.start
        while first > 0 and len(self.lines[first - 1].cells) == self.width:
            first -= 1
        above = range(first, self.start)
        for fits in (self._names_the_time, self._is_full_of_words, self._is_full, lambda at: True):
            place = next((at for at in above if fits(at)), None)
            if place is not None:
                return place
        if self.start > 0 and self._fitted(self.lines[self.start - 1].cells) is not None:
            return self.start - 1
        return self.start if self.file.header or self._names_columns(self.start) else None

    def _names_the_time(self, at: int) -> bool:
        cells = self.lines[at].cells
        return any(
            usual is Kind.TIME and plain(cell) in TIMES for cell, usual in zip(cells, self.signature, strict=True)
        )

    def _is_full_of_words(self, at: int) -> bool:
        return self._is_full(at) and Kind.NUMBER not in self.kinds[at]

    def _is_full(self, at: int) -> bool:
        cells = self.lines[at].cells
        if len(cells) == 1:
            return ":" not in cells[0] and len(cells[0].split()) < 3
        return len([cell for cell in cells[1:] if cell]) >= max(1, len(cells) - 2)

    def _fitted(self, cells: tuple[str, ...]) -> tuple[str, ...] | None:
        """Return names for all columns from a line that may lack one, None if it does not name them.

        Rows may end in a delimiter where the header does not, or the other way round; R writes no name for its row
        names.
        """
        if any(kind_of(cell, self.words) is Kind.NUMBER for cell in cells):
            return None
        while len(cells) > self.width and not cells[-1]:
            cells = cells[:-1]
        if len(cells) == self.width:
            return cells
        if len(cells) == self.width - 1 > 1:
            if not any(row[-1] for row in self.rows):
                return (*cells, "")
            firsts = [row[0] for row in self.rows]
            if firsts[0] in ("0", "1") and all(map(str.isdigit, firsts)) and len(set(firsts)) == len(firsts):
                return ("", *cells)
        return None

    def _names_columns(self, at: int) -> bool:
        """Whether a line that could hold values is the header."""
        cells, kinds = self.lines[at].cells, self.kinds[at]
        below = list(zip(*self.rows[1:], strict=True)) or [()] * len(cells)
        if any(kind in NUMBERS and FRACTION.search(cell) for cell, kind in zip(cells, kinds, strict=True)):
            # A fraction means data: `0.5,foo,0.7` must become an error, not a header that swallows a row.
            return False
        texts = [place for place, kind in enumerate(kinds) if kind is Kind.TEXT]
        texts += [
            place for place, kind in enumerate(kinds) if kind is Kind.QUANTITY and self.signature[place] is not kind
        ]
        if texts:
            return not all(cells[place] in below[place] for place in texts)
        return bool(cells) and any(below) and self._numbers_are_names(at, cells, below)

    def _numbers_are_names(self, at: int, cells: tuple[str, ...], below: Sequence[Sequence[str]]) -> bool:
        indexed = not cells[0] and len(cells) > 2 and all(below[0])
        names = cells[1:] if indexed else cells
        if not all(map(str.isdigit, names)) or len(set(names)) < len(names):
            return False
        numbers = [int(name) for name in names]
        if indexed or (numbers == list(range(len(numbers))) and len(numbers) >= 4):
            return True
        if self.lines[at].quoted and not any(line.quoted for line in self.lines[at + 1 :]):
            return True
        if len(names) < 2:
            return False
        consecutive = len(names) > 2 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        outside = not all(_is_near(number, column) for number, column in zip(numbers, below, strict=True))
        fractions = sum(any(FRACTION.search(cell) for cell in column) for column in below)
        if 2 * fractions >= len(names) and (consecutive or outside):
            self.notes.decided(f"the first line, {_shown(cells)}, is read as names; --header false reads it as a row")
            return True
        beyond = not any(_is_near(number, column) for number, column in zip(numbers, below, strict=True))
        if fractions == len(names) or (len(names) >= 4 and (consecutive or beyond)):
            self.notes.doubtful(f"the first line, {_shown(cells)}, is read as a row; --header true reads it as names")
        return False

    def _names_in_comment(self, line: str, sign: str) -> tuple[str, ...] | None:
        """Return the names of the columns that a comment before headerless rows lists, None if it does not."""
        bare = line.lstrip(' \t"').removeprefix(sign)
        if sign == "%" and not bare[:1].isspace():
            bare = sign + bare
        if self.width == 1 and " " in bare.strip():
            return None
        names = self._fitted(tuple(cells_of(bare.lstrip(sign) if sign != "%" else bare, self.delimiter)))
        return names if any(kind_of(name, self.words) is Kind.TEXT for name in names or ()) else None

    def _note_skipped(self, begin: int, comments: Sequence[int]) -> None:
        numbers = sorted([*comments, *(line.first for line in self.lines[:begin])])
        if numbers:
            several = len(numbers) > 1
            self.notes.decided(
                f"{len(numbers)} line{'s' if several else ''} before the table, from line {numbers[0] + 1} on, "
                f"{'are' if several else 'is'} skipped; --skip-lines says otherwise"
            )

    def _note_units(self, first: int, following: int) -> None:
        for line in self.lines[first:following]:
            self.notes.decided(
                f"line {line.first + 1} holds units or types and no values, and is left out: {_shown(line.cells)}"
            )


def _decimal(rows: Sequence[Sequence[str]], file: FileConfig) -> str | None:
    """Return the decimal sign that the first rows show, None if they show none, or both."""
    columns = list(zip(*rows, strict=True))
    if not any("," in cell for column in columns for cell in column):
        return None
    found = set()
    for sign in ".,":
        for column in [column for column in columns if any(sign in cell for cell in column)][:MAX_DECIDING]:
            numbers = {cell for cell in column if kind_of(cell, MissingWords()) is Kind.NUMBER}
            written = pd.Series([cell for cell in numbers if not cell.lstrip("+-").isdigit()], dtype=object)
            choices = possible_signs(written, thousands=file.thousands)
            # `1.234` may be a fraction as well as thousands: another column has to tell.
            if len(written) and len(choices) == 1 and not (choices == [PLAIN] and GROUPED_BY_POINT.fit(written)):
                found.add(choices[0].decimal)
    return found.pop() if len(found) == 1 else None


def _is_near(number: int, column: Sequence[str]) -> bool:
    """Whether a number could be the row before those of a column."""
    values = [float(value) for value in column if PLAIN_NUMBER.fullmatch(value)]
    if not values:
        return False
    low, high = min(values), max(values)
    return low - (high - low) / 5 <= number <= high + (high - low) / 5


def _shown(cells: Sequence[str]) -> str:
    return ",".join(cells[:6]) + (" ..." if len(cells) > 6 else "")
