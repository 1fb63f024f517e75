"""Dated name: the dates and times in the name of a file, and what remains of the name without them.

Recognised are years with months, days and times of day in any usual spelling (``2024-03-01``, ``20240301T1200``,
``01.03.2024``, ``01Mar2024``), weeks, quarters and days of a year (``2024-W09``, ``2024Q1``, ``2024-061``), seconds
since 1970, and numbered units (``day_1``). A number alone is no date, and neither is a year.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

CENTURY = r"(?:19|20)"
YEAR, MONTH, DAY = r"(?P<year>(?:19[7-9]\d|20\d\d))", r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
LOOSE_MONTH, LOOSE_DAY = r"(?:1[0-2]|0?[1-9])", r"(?:[12]\d|3[01]|0?[1-9])"
HOUR, SIXTIETH = r"(?:[01]\d|2[0-3])", r"[0-5]\d"
NO_DATE = rf"(?!{CENTURY}\d\d[-_.]?{MONTH})"
CLOCK = rf"(?:[T_ .-]{{1,3}}{NO_DATE}{HOUR}(?:[-_:.hH]?{SIXTIETH}(?:[-_:.mM]?{SIXTIETH}(?:[.,]\d{{1,6}})?)?)?Z?)?"
COMPACT_CLOCK = rf"(?:[T_ -]?{HOUR}{SIXTIETH}(?:{SIXTIETH})?Z?|[T_ -]{HOUR}Z?)?"
GAP = r"[-_. ]"
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH_WORD = (
    r"(?P<word>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
NO_DIGIT, NO_LETTER, END = r"(?<!\d)", r"(?<![A-Za-z])", r"(?!\d)"
WEEK, QUARTER = r"(?:kw|wk|week|w)[-_ ]?(?:\d{1,2})", r"q[1-4]"

FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{NO_DIGIT}{YEAR}(?P<gap>{GAP}){LOOSE_MONTH}(?P=gap){LOOSE_DAY}{CLOCK}{END}",
        rf"{NO_DIGIT}{YEAR}{MONTH}{DAY}{COMPACT_CLOCK}{END}",
        rf"{NO_DIGIT}(?P<first>{LOOSE_DAY}){GAP}(?P<second>{LOOSE_DAY}){GAP}{YEAR}{CLOCK}{END}",
        rf"{NO_DIGIT}(?P<first>{DAY})(?P<second>{MONTH}){YEAR}{END}",
        rf"{NO_DIGIT}{YEAR}[-_ ]?{WEEK}(?:-[1-7])?{END}",
        rf"{NO_LETTER}{WEEK}{GAP}{YEAR}{END}",
        rf"{NO_DIGIT}{YEAR}[-_ ]?{QUARTER}{END}",
        rf"{NO_LETTER}{QUARTER}{GAP}?{YEAR}{END}",
        rf"{NO_DIGIT}{YEAR}{GAP}?{MONTH_WORD}(?:{GAP}?{LOOSE_DAY})?(?![A-Za-z\d])",
        rf"(?<![A-Za-z\d])(?:{LOOSE_DAY}{GAP}?)?{MONTH_WORD}{GAP}?(?:{LOOSE_DAY}{GAP})?{YEAR}{END}",
        rf"{NO_DIGIT}{YEAR}[-_](?:[0-2]\d\d|3[0-5]\d|36[0-6]){END}",
        rf"{NO_DIGIT}{YEAR}[-_.]?{MONTH}{END}",
        rf"{NO_DIGIT}{MONTH}[-_.]{YEAR}{END}",
        rf"{NO_LETTER}(?:year|quarter|month|week|day|hour|minute)s?[-_ ]?\d{{1,4}}{END}",
        rf"{NO_DIGIT}1\d{{9}}(?:\d{{3}})?{END}",
    )
)
"""The spellings of a date, those that say most first."""
HOLE = "\0"


class Undated(NamedTuple):
    """A name without its dates.

    Args:
        rest: what remains, empty if the name is a date.
        moment: the numbers of its dates, the largest unit first; those of later dates are larger. Empty: no date.
    """

    rest: str
    moment: tuple[int, ...]


def undated(name: str, *, month_first: bool = False) -> Undated:
    """Return a name without its dates, and what they say.

    Args:
        name: part of a path, without suffix.
        month_first: whether 1-2-2024 is the second of January.
    """
    moment: list[int] = []

    def taken(date: re.Match[str]) -> str:
        moment.extend(_numbers(date, month_first=month_first))
        return HOLE

    for form in FORMS:
        name = form.sub(taken, name)
    return Undated(re.sub(rf"[-_. ]*{HOLE}[-_. {HOLE}]*", _mended, name), tuple(moment))


def writes_month_first(names: Iterable[str]) -> bool:
    """Whether some name has a date such as 3-31-2024, which can only have its month first."""
    dates = (date for name in names for date in FORMS[2].finditer(name))
    return any(int(date["second"]) > 12 for date in dates)


def _numbers(date: re.Match[str], *, month_first: bool) -> list[int]:
    parts = date.groupdict()
    if parts.get("first"):
        first, second = int(parts["first"]), int(parts["second"])
        day, month = (second, first) if second > 12 or (month_first and first <= 12) else (first, second)
        clock = re.findall(r"\d+", date.string[date.end("year") : date.end()])
        return [int(parts["year"]), month, day, *map(int, clock)]
    text = date[0]
    start = [int(parts["year"])] if parts.get("year") else []
    if start:
        text = date.string[date.start() : date.start("year")] + " " + date.string[date.end("year") : date.end()]
    if parts.get("word"):
        start.append(1 + MONTHS.index(parts["word"][:3].lower()))
    compact = start and re.fullmatch(r"\s*(\d\d)(\d\d)[T_ -]?(\d\d)?(\d\d)?(\d\d)?Z?\s*", text, re.IGNORECASE)
    digits = [part for part in compact.groups() if part] if compact else re.findall(r"\d+", text)
    return [*start, *map(int, digits)]


def _mended(hole: re.Match[str]) -> str:
    inside = hole.start() > 0 and hole.end() < len(hole.string)
    separators = hole[0].replace(HOLE, "")
    return separators[:1] if inside else ""
