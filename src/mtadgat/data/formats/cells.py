"""Cell: what a single cell of a text is, judged by itself.

Where numbers may be written with a decimal comma, signs between thousands or a unit, a cell counts as a number as long
as it can be one; `mtadgat.data.formats.numbers` then decides for a whole column.
"""

from __future__ import annotations

import re
from enum import StrEnum

from mtadgat.data.formats.missing_words import MissingWords

BLANK_SIGNS = " \u00a0\u2009\u202f"
"""Blanks between thousands: of a keyboard, no-break, thin, and narrow no-break."""

_UNIT_SIGN = r"[^\s;,:\"=]"
UNIT = (
    rf"(?!T\d|[AaPp]\.?[Mm]\b)(?!.*[-/.:{BLANK_SIGNS}]\d)"  # not the rest of a time or of a date
    rf"(?:[^\W\d_]|[%‰°$€£¥/²³]){_UNIT_SIGN}*(?: {_UNIT_SIGN}+){{0,2}}"
)
_WHOLE = rf"\d{{1,3}}(?:[{BLANK_SIGNS}]\d{{3}})+|\d(?:[\d.,'’_]*\d)?"
_DIGITS = rf"[-+\u2212]?(?:(?:{_WHOLE})(?:[.,]\d*)?|[.,]\d+)(?:[eE][-+]?\d+)?"
QUANTITY = re.compile(rf"(?P<currency>[$€£¥]?) ?(?P<number>{_DIGITS})\s*(?P<unit>{UNIT})?")
"""A number as people write it, with its unit if it has one."""

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez)[a-z]*\.?"
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,:]\d+)?)?(?: ?[ap]\.?m\.?)?"
_DAY = (
    rf"(?:\d{{1,4}}([-/.])(?:\d{{1,2}}|{_MONTH})\1\d{{1,4}}"
    rf"|\d{{1,2}} {_MONTH},? \d{{2,4}}|{_MONTH} \d{{1,2}},? \d{{4}})"
)
_ZONE = r"(?:Z|[A-Z]{3,4}|[-+]\d{2}:?\d{2})"
TIME = re.compile(rf"(?:{_DAY}(?:[T ,:_]+{_CLOCK})?|{_CLOCK}|\d{{8}}T\d{{4,6}}) ?{_ZONE}?", re.IGNORECASE)


class Kind(StrEnum):
    """What a cell holds."""

    MISSING = "missing"
    NUMBER = "number"
    QUANTITY = "quantity"
    """A number with a unit."""
    TIME = "time"
    TRUTH = "truth"
    TEXT = "text"


NUMBERS = (Kind.NUMBER, Kind.QUANTITY)


def kind_of(cell: str, words: MissingWords) -> Kind:
    """Return what a cell holds.

    Args:
        cell: its text, without quotes.
        words: those that stand for a missing value.
    """
    cell = cell.strip()
    if not cell or (cell[0] not in "0123456789" and cell in words):
        return Kind.MISSING
    try:
        float(cell)
    except ValueError:
        return _kind_of_text(cell)
    return Kind.NUMBER


def _kind_of_text(cell: str) -> Kind:
    if cell.lower() in ("true", "false"):
        return Kind.TRUTH
    if TIME.fullmatch(cell):
        return Kind.TIME
    quantity = QUANTITY.fullmatch(cell)
    if quantity is None:
        return Kind.TEXT
    return Kind.QUANTITY if quantity["unit"] or quantity["currency"] else Kind.NUMBER
