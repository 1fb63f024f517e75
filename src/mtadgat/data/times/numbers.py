"""Time numbers: times that are numbers, since 1970 or since some other start.

- Numbers that are all between 1980 and 2100 as seconds, milliseconds, microseconds or nanoseconds since 1970 are that,
  whole or fractional. Fractions are kept to the microsecond: a double holds no more.
- Numbers such as 20240301 and 20240301141500 whose digits are all dates between 1980 and 2100 are dates.
- Any others count from an unknown start in an unknown unit. They become whole numbers in units of their last decimal
  place, which the clock remembers.
"""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from mtadgat.clock import UNITS
from mtadgat.errors import DataError

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Shaped

EARLIEST = int(datetime(1980, 1, 1, tzinfo=UTC).timestamp())
LATEST = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp())
SECOND = UNITS["s"]
DIGITS = {8: "%Y%m%d", 10: "%Y%m%d%H", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
"""Formats of dates that are written as one number of so many digits."""
MAX_DECIMALS = 12
"""Decimal places that are kept of numbers which count from an unknown start."""
UNIT_NAMES = {"s": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds"}


class Counted(NamedTuple):
    """Times that were numbers.

    Args:
        timestamps: (time,) datetime64[ns] in UTC, or int64.
        unit: their unit since 1970, empty for integers.
        decimals: decimal places of the numbers that integers stand for.
    """

    timestamps: Shaped[np.ndarray, " time"]
    unit: str = ""
    decimals: int = 0


def unit_since_1970(numbers: Shaped[np.ndarray, " time"]) -> str:
    """Return the unit in which all numbers are times between 1980 and 2100, or an empty string."""
    for unit, factor in UNITS.items():
        if len(numbers) and numbers.min() >= EARLIEST * SECOND // factor and numbers.max() < LATEST * SECOND // factor:
            return unit
    return ""


def refuse_odd_ones(numbers: Shaped[np.ndarray, " time"], name: str) -> None:
    """Refuse numbers of which most are times since 1970 and some are not, such as 0 of a clock that was not set.

    Raises:
        DataError: there are such.
    """
    if not len(numbers) or not np.isfinite(numbers).all():
        return
    unit = unit_since_1970(np.array([np.median(numbers)]))
    if not unit or unit_since_1970(numbers):
        return
    factor = SECOND // UNITS[unit]
    wrong = (numbers < EARLIEST * factor) | (numbers >= LATEST * factor)
    row = int(wrong.argmax())
    raise DataError(
        f"times in {UNIT_NAMES[unit]} since 1970 in column {name!r}, between 1980 and 2100 as most are",
        f"{numbers[row]} in row {row} ({int(wrong.sum())} such rows)",
        f"Correct or drop these rows; or say that they are times too: --time-format {unit}.",
    )


def since_1970(numbers: Shaped[np.ndarray, " time"], unit: str, name: str) -> Counted:
    """Return numbers in a unit since 1970 as times.

    Args:
        numbers: (time,) integers or floats.
        unit: one of `UNITS`.
        name: the column, for messages.

    Raises:
        DataError: a number is not finite, or too far from 1970 for nanoseconds.
    """
    factor = UNITS[unit]
    furthest = np.iinfo(np.int64).max // factor
    wrong = ~np.isfinite(numbers) | (numbers < -furthest) | (numbers > furthest)
    _refuse(wrong, numbers, name, f"times between 1678 and 2262 in column {name!r}, in {UNIT_NAMES[unit]} since 1970")
    if numbers.dtype.kind in "iu":
        return Counted((numbers.astype(np.int64) * factor).astype("datetime64[ns]"), unit)
    if factor >= UNITS["us"]:
        microseconds = np.rint(numbers * (factor / UNITS["us"])).astype(np.int64)
        return Counted((microseconds * UNITS["us"]).astype("datetime64[ns]"), unit)
    return Counted(numbers.astype(np.int64).astype("datetime64[ns]"), unit)


def dates_of_digits(numbers: Shaped[np.ndarray, " time"]) -> pd.Series | None:
    """Return whole numbers whose digits are all dates between 1980 and 2100 as dates, else None."""
    if not len(numbers) or not 10**7 <= numbers.min() <= numbers.max() < 10**14 or (numbers != np.rint(numbers)).any():
        return None
    digits = len(str(int(numbers.max())))
    if digits not in DIGITS or len(str(int(numbers.min()))) != digits:
        return None
    text = pd.Series(numbers).astype(np.int64).astype(str)
    dates = pd.to_datetime(text, format=DIGITS[digits], errors="coerce")
    if dates.isna().any() or not dates.dt.year.between(1980, 2099).all():
        return None
    return dates if digits != 10 or _is_more_regular(dates.to_numpy().astype(np.int64), numbers) else None


def counted_from_a_start(numbers: Shaped[np.ndarray, " time"], name: str) -> Counted:
    """Return numbers since an unknown start as whole numbers in units of their last decimal place.

    Args:
        numbers: (time,) integers or floats.
        name: the column, for messages.

    Raises:
        DataError: a number is not finite, or too large for 64 bits.
    """
    largest = np.iinfo(np.int64).max
    wrong = ~np.isfinite(numbers) | (np.abs(numbers.astype(np.float64)) >= largest)
    _refuse(wrong, numbers, name, f"times in column {name!r}")
    if numbers.dtype.kind in "iu":
        return Counted(numbers.astype(np.int64))
    decimals = _decimals(numbers.astype(np.float64))
    return Counted(np.rint(numbers * 10.0**decimals).astype(np.int64), decimals=decimals)


def _decimals(numbers: Float[np.ndarray, " time"]) -> int:
    size = max(float(np.abs(numbers).max(initial=0)), 1.0)
    most = min(MAX_DECIMALS, 17 - int(np.ceil(np.log10(size))))
    noise = 4 * np.finfo(np.float64).eps * size
    for decimals in range(max(most, 0)):
        if (np.abs(numbers - np.round(numbers, decimals)) <= noise).all():
            return decimals
    return max(most, 0)


def _is_more_regular(some: Shaped[np.ndarray, " time"], other: Shaped[np.ndarray, " time"]) -> bool:
    return _regular_share(some) > _regular_share(other)


def _regular_share(numbers: Shaped[np.ndarray, " time"]) -> float:
    steps = np.diff(numbers)
    return float(np.mean(steps == np.median(steps))) if len(steps) else 0.0


def _refuse(wrong: Bool[np.ndarray, " time"], numbers: Shaped[np.ndarray, " time"], name: str, expected: str) -> None:
    if wrong.any():
        row = int(wrong.argmax())
        raise DataError(
            expected,
            f"{numbers[row]} in row {row}",
            f"Say how they are written with --time-format, or leave the column out: {ignoring(name)}.",
        )


def ignoring(*names: str) -> str:
    """Return the option that leaves columns out, as it is typed in a shell."""
    return f"--ignore-columns {shlex.quote(','.join(names))}"
