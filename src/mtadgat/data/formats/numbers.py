"""Numbers: columns of text whose cells are numbers as people write them become columns of numbers.

- A decimal comma, signs between thousands (comma, point, blank, apostrophe, underscore), a typographic minus, and
  one unit behind all numbers of a column, or one currency before them, are understood and said.
- Where a comma may be either, as in ``1,234``, the other columns decide, then a delimiter ``;``; else it is an error.
- Known missing words are missing values, and counted; ``--missing-words`` adds further ones.
- A column with any other word stays text: it may hold labels, times or names of machines. So does a column with the
  name of a label that holds nothing but missing words.
"""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from mtadgat.config import FileConfig
from mtadgat.data.columns.name_lists import named_columns
from mtadgat.data.columns.names import is_label_name
from mtadgat.data.formats.cells import QUANTITY
from mtadgat.data.formats.missing_words import MissingWords, missing_words_option, sentinel_of
from mtadgat.data.formats.number_signs import COMMA, GROUPED_BY_COMMA, PLAIN, Signs, possible_signs
from mtadgat.errors import DataError
from mtadgat.reading import Notes

MINUS = "\u2212"
"""The minus sign of typography."""

AROUND = " \t\r\n\u00a0\"'="
"""What may stand around a number: blanks, and quotes that are written behind a blank, or as ``="1.5"``."""

MAX_UNKNOWN = 20
"""More different words than these in a column are no missing values."""

SAMPLE = 1000
"""Cells of a column that are looked at first, to tell text from numbers without reading all of it."""

PREFIXED = re.compile(
    r"(?:[kKMGTPE]i?|[mµμun])?(?:[bB](?:it|yte)?s?|s|sec|W|Wh|V|A|VA|Hz|g|m|l|L|Pa|bar|J|N|C|F|K|°C|°F|rpm|%)(?:/s|ps)?"
)
"""Units that differ by a prefix, such as KiB and MiB."""


class Written(NamedTuple):
    """What a column of text holds that is made of numbers and missing words.

    Args:
        numbers: (present) the numbers as text, without units.
        words: the missing words, and in how many rows.
        units: what is written behind or before the numbers, and in how many rows.
        plain: whether all numbers are written as programs write them.
    """

    numbers: pd.Series
    words: Counter[str]
    units: Counter[str]
    plain: bool


class NumberColumns:
    """Makes numbers of the columns of text of one table, which may come in pieces, and notes at the end what it found.

    Args:
        file: what the user said about numbers and missing words.
        notes: take what is decided; they name the table.
    """

    def __init__(self, file: FileConfig, notes: Notes) -> None:
        self._file, self._notes = file, notes
        self._missing = MissingWords.of(file.missing_words, file.anomalous_labels)
        self._words: dict[str, Counter[str]] = {}
        self._units: dict[str, Counter[str]] = {}
        self._signs: dict[str, Signs] = {}
        self._uncertain: set[str] = set()
        self._sentinels: dict[str, float] = {}

    def convert(
        self, frame: pd.DataFrame, kept: Collection[str], decimal: str | None = None, delimiter: str = ""
    ) -> pd.DataFrame:
        """Return a table whose columns of written numbers are numbers.

        Args:
            frame: the table, or a piece of it; names as strings.
            kept: columns to leave as they are.
            decimal: decimal sign of the numbers that have been parsed already, if it is known.
            delimiter: of the text that it was, empty if it was none.

        Raises:
            DataError: a comma may be a decimal sign or between thousands, or the units in a column differ.
        """
        decimal = self._file.decimal or decimal
        names = [str(name) for name in frame.columns]
        columns = [column for _, column in frame.items()]
        places = [place for place, name in enumerate(names) if name not in kept]
        written = {place: found for place in places if (found := self._written(names[place], columns[place], decimal))}
        choices = {place: self._choices(found, decimal) for place, found in written.items()}
        ambiguous = any(len(signs) > 1 for signs in choices.values())
        elsewhere = _comma_is_decimal(columns, choices) if ambiguous else None
        for place, found in written.items():
            if choices[place]:
                signs = self._decided(names[place], choices[place], elsewhere, delimiter, found.numbers)
                columns[place] = self._as_numbers(columns[place], names[place], found, signs)
                if signs not in (PLAIN, Signs(decimal or ".")):
                    self._signs[names[place]] = signs
        cleaned = [self._without_sentinels(columns[place], names[place]) for place in places]
        if not written and all(new is columns[place] for new, place in zip(cleaned, places, strict=True)):
            return frame
        for place, column in zip(places, cleaned, strict=True):
            columns[place] = column
        return pd.concat(columns, axis=1)

    def note(self) -> None:
        """Note what was found in all pieces."""
        for name, words in self._words.items():
            counts = ", ".join(
                f"{word!r} in {count} row{'s' if count > 1 else ''}" for word, count in words.most_common(5)
            )
            more = f", and {len(words) - 5} other words" if len(words) > 5 else ""
            self._notes.decided(f"column {name!r}: {counts}{more} taken as missing values")
        for name, units in self._units.items():
            bare = units[""]
            unit = next(unit for unit in units if unit)
            text = f"column {name!r}: the unit {unit!r} is left out of its numbers"
            if bare:
                self._notes.doubtful(f"{text}; {bare} rows have none and are taken to be in the same")
            else:
                self._notes.decided(text)
        for signs in dict.fromkeys(self._signs.values()):
            names = [name for name, chosen in self._signs.items() if chosen == signs]
            how = "with a decimal comma" if signs.decimal == "," else "with a decimal point"
            if signs.thousands:
                how += f" and {signs.thousands!r} between thousands"
            note = self._notes.doubtful if self._uncertain.intersection(names) else self._notes.decided
            shown = ", ".join(map(repr, names[:5])) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
            note(f"{shown}: numbers are read {how}; --decimal and --thousands say otherwise")
        for name, number in self._sentinels.items():
            self._notes.doubtful(
                f"column {name!r}: {number:.12g} occurs repeatedly, far from all other values; if it stands for a "
                f"missing value, say so: {missing_words_option([f'{number:.12g}'])}"
            )

    def _written(self, name: str, column: pd.Series, decimal: str | None) -> Written | None:
        if not _is_text(column):
            return None
        cells = column.dropna().str.strip(AROUND)
        if not all(cell in self._missing or QUANTITY.fullmatch(cell) for cell in cells.iloc[:SAMPLE].unique()):
            return None
        known = decimal != "," and not self._file.thousands
        others = cells[pd.to_numeric(cells, errors="coerce").isna()] if known else cells
        words = [cell for cell in others.unique() if cell in self._missing]
        if len(words) == len(cells.unique()) and is_label_name(name):
            return None
        if len(words) == others.nunique():
            counts = Counter({word: int((others == word).sum()) for word in words if word})
            return Written(cells.drop(others.index), counts, Counter(), plain=True)
        missing = cells.isin(words)
        parts = cells[~missing].str.replace(MINUS, "-").str.extract(QUANTITY)
        units = Counter(map(str, parts["currency"].fillna("") + parts["unit"].fillna("")))
        units[""] -= int((parts["unit"].isna() & parts["number"].str.fullmatch("0+")).sum())  # nothing in any unit
        if parts["number"].isna().any() or not self._is_one_unit(name, units):
            return None
        counts = Counter({word: int((others == word).sum()) for word in words if word})
        return Written(parts["number"], counts, units, plain=False)

    def _choices(self, found: Written, decimal: str | None) -> list[Signs]:
        if found.plain:
            return [PLAIN]
        choices = possible_signs(found.numbers, decimal, self._file.thousands)
        return choices or ([] if self._file.decimal else possible_signs(found.numbers))

    def _is_one_unit(self, name: str, units: Counter[str]) -> bool:
        distinct = sorted(unit for unit in {*units, *self._units.get(name, ())} if unit)
        if len(distinct) > 1 and all(PREFIXED.fullmatch(unit) for unit in distinct):
            raise DataError(
                f"one unit in column {name!r} of {self._notes.name}",
                ", ".join(map(repr, distinct)),
                f"Write all numbers in the same, or leave the column out: --ignore-columns {shlex.quote(name)}.",
            )
        return len(distinct) <= 1

    def _decided(
        self, name: str, choices: list[Signs], elsewhere: bool | None, delimiter: str, numbers: pd.Series
    ) -> Signs:
        if len(choices) == 1:
            return choices[0]
        if self._signs.get(name) in choices:
            return self._signs[name]
        if elsewhere is None and delimiter != ";":
            raise DataError(
                f"one meaning of the comma in column {name!r} of {self._notes.name}",
                f"{numbers[numbers.str.contains(',', regex=False)].iloc[0]!r}, which may be a fraction or thousands",
                "Say which: --decimal , or --thousands ,",
            )
        if elsewhere is None:
            self._uncertain.add(name)
        return GROUPED_BY_COMMA if elsewhere is False else COMMA

    def _as_numbers(self, column: pd.Series, name: str, found: Written, signs: Signs) -> pd.Series:
        if found.words:
            self._words.setdefault(name, Counter()).update(found.words)
        if any(found.units):
            self._units.setdefault(name, Counter()).update(found.units)
        numbers = signs.parsed(found.numbers).reindex(column.index)
        numbers.name = column.name
        return numbers

    def _without_sentinels(self, column: pd.Series, name: str) -> pd.Series:
        if not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
            return column
        found = column.isin(self._missing.numbers) if self._missing.numbers else None
        if found is not None and found.any():
            words = Counter({f"{number:.12g}": count for number, count in column[found].value_counts().items()})
            self._words.setdefault(name, Counter()).update(words)
            column = column.astype("float64").mask(found)
        sentinel = sentinel_of(column)
        if sentinel is not None:
            self._sentinels[name] = sentinel
        return column


def columns_as_written(columns: Sequence[object], file: FileConfig) -> set[str]:
    """Return the columns that stay as they are written: the user named them, and not for features."""
    names = [str(column) for column in columns]
    options = (file.time_column, file.label_column, file.entity_column, file.ignore_columns)
    return {column for option in options for column in named_columns(option, names).columns}


def refuse_unknown_words(frame: pd.DataFrame, name: str, leaving_out: str) -> None:
    """Refuse words in columns that otherwise hold numbers.

    Args:
        frame: columns that are no numbers.
        name: name of the table, for messages.
        leaving_out: the option that leaves them out.

    Raises:
        DataError: there are such words; the remedy declares them to be missing values.
    """
    unknown = {str(column): found for column in frame.columns if (found := _unknown_words(frame[column]))}
    if unknown:
        words = sorted({word for found in unknown.values() for word in found})
        shown = "; ".join(
            f"{column!r} holds {', '.join(map(repr, found[:3]))}" for column, found in list(unknown.items())[:5]
        )
        raise DataError(
            f"numbers in each row of columns that hold mostly numbers in {name}",
            shown,
            f"Where they stand for a missing value, say so: {missing_words_option(words)}. Else correct them, or "
            f"leave the columns out: {leaving_out}.",
        )


def _unknown_words(column: pd.Series) -> list[str]:
    """Return the distinct words in a column of which at least half is numbers, none if there are too many."""
    if not _is_text(column):
        return []
    cells = column.dropna().str.strip(AROUND)
    distinct = cells.value_counts()
    missing = MissingWords()
    words = [str(cell) for cell in distinct.index if not QUANTITY.fullmatch(cell) and cell not in missing]
    return words if len(words) <= MAX_UNKNOWN and 2 * int(distinct[words].sum()) <= len(cells) else []


def _comma_is_decimal(columns: Sequence[pd.Series], choices: Mapping[int, list[Signs]]) -> bool | None:
    """Return whether a comma is the decimal sign where a table shows it, None if it does not."""
    clear = [found[0] for found in choices.values() if len(found) == 1 and found != [PLAIN]]
    if clear:
        return clear[0].decimal == ","
    fractions = (column.dropna() for column in columns if pd.api.types.is_float_dtype(column))
    return False if any((column % 1 != 0).any() for column in fractions) else None


def _is_text(column: pd.Series) -> bool:
    if isinstance(column.dtype, pd.StringDtype):
        return True
    return column.dtype == object and pd.api.types.infer_dtype(column, skipna=True) in ("string", "empty")
