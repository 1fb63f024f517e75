"""Number signs: the decimal sign, and the sign between thousands, of written numbers."""

from __future__ import annotations

import re
from typing import NamedTuple

import pandas as pd

from mtadgat.data.formats.cells import BLANK_SIGNS

GROUP_SIGNS = "'’_" + BLANK_SIGNS
"""What may stand between thousands besides comma and point."""


class Signs(NamedTuple):
    """The signs in written numbers.

    Args:
        decimal: before the fraction.
        thousands: between thousands, empty if there is none.
    """

    decimal: str
    thousands: str = ""

    @property
    def pattern(self) -> str:
        """A regular expression of the numbers that are written so."""
        decimal = re.escape(self.decimal)
        whole = r"\d+"
        if self.thousands:
            group = f"[{re.escape(BLANK_SIGNS if self.thousands in BLANK_SIGNS else self.thousands)}]"
            whole = rf"(?:\d+|[1-9]\d{{0,2}}(?:{group}\d{{2,3}})*{group}\d{{3}})"
        return rf"[-+]?(?:{whole}(?:{decimal}\d*)?|{decimal}\d+)(?:[eE][-+]?\d+)?"

    def fit(self, numbers: pd.Series) -> bool:
        """Whether all of some distinct numbers are written so."""
        return bool(numbers.str.fullmatch(self.pattern).all())

    def parsed(self, numbers: pd.Series) -> pd.Series:
        """Return numbers that are written so as floats."""
        if self.thousands:
            signs = BLANK_SIGNS if self.thousands in BLANK_SIGNS else self.thousands
            numbers = numbers.str.replace(f"[{re.escape(signs)}]", "", regex=True)
        if self.decimal != ".":
            numbers = numbers.str.replace(self.decimal, ".", regex=False)
        return numbers.astype("float64")


PLAIN, COMMA, GROUPED_BY_COMMA, GROUPED_BY_POINT = Signs("."), Signs(","), Signs(".", ","), Signs(",", ".")


def possible_signs(numbers: pd.Series, decimal: str | None = None, thousands: str | None = None) -> list[Signs]:
    """Return the ways in which all of some numbers can be written, the likeliest first; two where it is ambiguous.

    Args:
        numbers: distinct numbers, without blanks around them and without units.
        decimal: decimal sign, if it is known.
        thousands: sign between thousands, if it is known.
    """
    if thousands:
        candidates = [Signs(sign, thousands) for sign in ".," if sign != thousands]
    else:
        group = next((sign for sign in GROUP_SIGNS if numbers.str.contains(sign, regex=False).any()), "")
        candidates = [PLAIN, COMMA, GROUPED_BY_COMMA, GROUPED_BY_POINT]
        candidates += [Signs(sign, group) for sign in ".,"] if group else []
    fitting = [signs for signs in candidates if decimal in (None, signs.decimal) and signs.fit(numbers)]
    if PLAIN in fitting:
        return [PLAIN]
    if COMMA in fitting and GROUPED_BY_COMMA in fitting:
        return [GROUPED_BY_COMMA] if _are_thousands(numbers) else fitting
    return fitting[:1]


def _are_thousands(numbers: pd.Series) -> bool:
    """Whether numbers with a comma go on where those without end, as in 900, 950, 1,000."""
    has_comma = numbers.str.contains(",", regex=False)
    whole = numbers[~has_comma].astype("float64").abs()
    fractions = COMMA.parsed(numbers[has_comma]).abs()
    return bool(len(whole) and len(fractions) and whole.min() > 10 * fractions.max())
