"""Missing words: what exports, historians and spreadsheets write where there is no value.

Known ones count in columns that are otherwise numbers, without regard to case; ``--missing-words`` adds further ones,
numbers such as -999 too. Items are separated by commas; one that holds a comma stands in double quotes.
"""

from __future__ import annotations

import csv
import io
import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

KNOWN = frozenset(
    [
        *["", "nan", "-nan", "+nan", "nat", "na", "n/a", "n/a n/a", "n.a.", "n.a", "n/d", "n.d.", "nd", "nil", "\\n"],
        *["null", "(null)", "<null>", "[null]", "none", "(none)", "<na>", "<n/a>", "-", "--", "---", "----", "–", "—"],
        *["?", "??", "???", ".", "..", "...", "undefined", "undef", "missing", "(missing)", "<missing>", "unknown"],
        *["masked", "empty", "(empty)", "blank", "(blank)", "invalid", "unavailable", "unavail", "unavail.", "error"],
        *["#error", "err", "timeout", "time out", "no data", "nodata", "no_data", "<no data>", "no value", "novalue"],
        *["no result", "no sample", "no reading", "not available", "not avail.", "not applicable", "not a number"],
        *["bad", "bad input", "bad data", "bad value", "bad quality", "bad output", "bad total", "bad sample"],
        *["set to bad", "i/o timeout", "io timeout", "comm fail", "comm failure", "comm. fail", "comm error"],
        *["comm loss", "no comm", "no communication", "pt created", "point created", "shutdown", "scan off"],
        *["scan timeout", "configure", "intf shut", "calc failed", "calc off", "calc timeout", "calc crash"],
        *["arc off-line", "arc offline", "no lab data", "equip fail", "unit down", "access denied", "inp outrange"],
        *["under range", "over range", "underrange", "overrange", "out of range", "out of service", "not connected"],
        *["not connect", "disconnected", "sensor failure", "sensor fault", "device failure", "last known value"],
        *["coercion failed", "1.#qnan", "-1.#qnan", "1.#ind", "-1.#ind", "#na", "#n/a", "#nv"],
    ]
)
"""Lower case. Mostly of PI, OPC, Grafana, InfluxDB, pandas, R, SQL, Excel and C."""

PATTERN = re.compile(r"\[-\d+\].*|#[\w/]+[!?]|\*+|#+", re.DOTALL)
"""Errors of PI DataLink, such as ``[-11059] No Good Data``; those of spreadsheets; columns too narrow for a number."""

SENTINEL = re.compile(r"-?9{2,}(\.0|\.9+|\.25|\.5)?|-?\d?9{3,}(\.0)?|-?1(\.0)?e\+?[1-9]\d")
"""How numbers are written that stand for a missing value, such as -999, 9999, -999.25 and 1e30."""

LIMITS = frozenset({-128.0, -32768.0, 32767.0, 65535.0, -2147483648.0, 2147483647.0, 4294967295.0})
"""The least and largest whole numbers of usual widths."""

FAR = 2.0
"""Ranges of the other values between them and a sentinel."""


@dataclass(frozen=True)
class MissingWords:
    """The words and numbers that stand for a missing value.

    Args:
        given: those that the user added, as they are written.
        never: words that stand for something else, such as anomalous labels.
    """

    given: tuple[str, ...] = ()
    never: frozenset[str] = frozenset()

    @classmethod
    def of(cls, missing: str | None, anomalous: str | None = None) -> MissingWords:
        """Return the words that two options list.

        Args:
            missing: words for a missing value.
            anomalous: labels that mean anomalous, which are no missing values.
        """
        return cls(tuple(listed_words(missing)), frozenset(word.casefold() for word in listed_words(anomalous)))

    def __contains__(self, word: str) -> bool:
        plain = word.strip().casefold()
        if plain in self._given:
            return True
        return plain not in self.never and (plain in KNOWN or PATTERN.fullmatch(plain) is not None)

    @cached_property
    def _given(self) -> frozenset[str]:
        return frozenset(word.casefold() for word in self.given)

    @cached_property
    def numbers(self) -> tuple[float, ...]:
        """The numbers among those that were given."""
        return tuple(number for word in self.given if (number := _as_number(word)) is not None)


def listed_words(option: str | None) -> list[str]:
    """Return the items of a list that separates them by commas; one with a comma stands in double quotes."""
    rows = csv.reader([option or ""], skipinitialspace=True)
    return [word.strip() for row in rows for word in row if word.strip()]


def missing_words_option(words: Iterable[str]) -> str:
    """Return the option that declares some words to be missing values, ready to be typed."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(list(words))
    return f"--missing-words {shlex.quote(line.getvalue())}"


def sentinel_of(column: pd.Series) -> float | None:
    """Return the number that seems to stand for a missing value in a column of numbers, or None.

    It is the least or the largest value, occurs at least twice, looks like a sentinel, and lies apart from all others.
    """
    values = column.to_numpy(dtype="float64", na_value=np.nan)
    values = values[np.isfinite(values)]
    if values.size < 3:
        return None
    least, largest = float(values.min()), float(values.max())
    for extreme in (least, largest):
        if _looks_like_sentinel(extreme):
            others = values[values != extreme]
            if others.size and others.size <= values.size - 2 and _is_far(extreme, others):
                return extreme
    return None


def _looks_like_sentinel(value: float) -> bool:
    return value in LIMITS or SENTINEL.fullmatch(f"{value:.12g}") is not None


def _is_far(extreme: float, others: np.ndarray) -> bool:
    low, high = float(others.min()), float(others.max())
    distance = max(low - extreme, extreme - high)
    return distance > FAR * max(high - low, 1e-9 * abs(extreme)) and abs(extreme) > FAR * max(abs(low), abs(high))


def _as_number(word: str) -> float | None:
    try:
        return float(word)
    except ValueError:
        return None
