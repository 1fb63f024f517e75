"""Column content: what the values of a column look like, whatever its name.

Nothing is said of fewer than `MIN_ROWS` rows: a few rows of a sensor look like anything.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mtadgat.data.times.numbers import unit_since_1970
from mtadgat.data.times.time_column import holds_dates, holds_times, holds_times_of_day

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Shaped

MIN_ROWS = 30
"""Rows below which content says nothing."""
REGULAR_SHARE = 0.95
"""Share of equal steps above which whole numbers that rise count something, some of which was left out."""
LINE_TOLERANCE = 0.1
"""Steps by which a counter may lie beside a straight line, as its numbers were rounded."""
OFTEN = 0.1
"""Share of steps upwards from which values that never fall rise."""
SELDOM_CHANGES = 0.05
"""Share of steps from a value to another one up to which a column changes seldom."""
FEW = 8
"""Distinct values up to which a column may be a switch."""
LATE = 1 / 3
"""Share of the rows for which a switch has to stay as it was to have switched late."""
SELDOM = 0.25
"""Share of the rows in which a switch that marks something is on, at most."""
MAX_ENTITIES_SHARE = 0.1
"""Distinct names of machines per row, at most."""
NEAR_UNIQUE = 0.5
"""Distinct values per row from which whole numbers may be identifiers."""
SAMPLE = 20
"""Values that are looked at to tell dates from other text."""


class Content:
    """The values of one column.

    Args:
        column: (time,) values as they were read.
    """

    def __init__(self, column: pd.Series) -> None:
        self.column = column

    @cached_property
    def enough(self) -> bool:
        """Whether there are enough rows to say something."""
        return len(self.column) >= MIN_ROWS

    @cached_property
    def is_dates(self) -> bool:
        """Whether the values are points in time, or text that looks like dates."""
        return self.numbers is None and holds_times(self.column)

    @cached_property
    def has_time_of_day(self) -> bool:
        """Whether dates have a time of day."""
        if holds_dates(self.column):
            return bool((self.column.dropna().dt.normalize() != self.column.dropna()).any())
        return any(":" in str(value) for value in self.column.dropna().head(SAMPLE))

    @cached_property
    def is_clock_time(self) -> bool:
        """Whether the values are times of day without a date."""
        return self.numbers is None and holds_times_of_day(self.column)

    @cached_property
    def numbers(self) -> Float[np.ndarray, " time"] | None:
        """(time,) the values as numbers, NaN where one is missing; None if some are no numbers."""
        if holds_dates(self.column) or pd.api.types.is_timedelta64_dtype(self.column):
            return None
        try:
            return self.column.astype("float64").to_numpy()
        except (ValueError, TypeError):
            return None

    @cached_property
    def distinct(self) -> int:
        """Distinct values, missing ones not counted."""
        return len(self._codes[1])

    @cached_property
    def is_constant(self) -> bool:
        """Whether all rows have the same value, none missing."""
        if self.numbers is None:
            return self.distinct == 1 and not bool(self.column.isna().any())
        return bool(len(self.numbers) and (self.numbers == self.numbers[0]).all())

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Distinct values as text, in the order in which they come."""
        return tuple(plain_value(value) for value in self._codes[1])

    @cached_property
    def is_whole(self) -> bool:
        """Whether all values are whole numbers, none missing."""
        return self.numbers is not None and bool(np.isfinite(self.numbers).all() and (self.numbers % 1 == 0).all())

    @cached_property
    def is_binary(self) -> bool:
        """Whether the values are 0 and 1 and nothing else."""
        if self.numbers is None:
            return False
        return bool((~np.isfinite(self.numbers) | (self.numbers == 0) | (self.numbers == 1)).all())

    @cached_property
    def counts(self) -> bool:
        """Whether the values count rows: they rise or fall in equal steps, or would in another order of the rows."""
        exact = self._exact
        if exact is None or not self.enough:
            return False
        if _on_a_line(exact) or _steps_regularly(exact):
            return True
        return self.is_whole and self.distinct == len(exact) and _on_a_line(np.sort(exact))

    @cached_property
    def rises(self) -> bool:
        """Whether each value is above the one before."""
        return self._exact is not None and len(self._exact) > 1 and bool((np.diff(self._exact) > 0).all())

    @cached_property
    def only_rises(self) -> bool:
        """Whether the values rise in many rows and never fall, or the other way round."""
        if self.numbers is None or not self.enough:
            return False
        numbers = self.numbers[np.isfinite(self.numbers)]
        steps = np.diff(numbers)
        if len(numbers) < MIN_ROWS:
            return False
        up, down = float((steps > 0).mean()), float((steps < 0).mean())
        return min(up, down) == 0 and max(up, down) >= OFTEN

    @cached_property
    def is_epoch(self) -> bool:
        """Whether the values may be times since 1970, in seconds, milliseconds, microseconds or nanoseconds."""
        numbers = self._exact
        return numbers is not None and bool(unit_since_1970(numbers))

    @cached_property
    def is_regular(self) -> bool:
        """Whether most steps from a value to the next are equal."""
        if self._exact is None or len(self._exact) < 2:
            return False
        steps = np.sort(np.diff(self._exact))
        usual = steps[len(steps) // 2]
        return bool(usual > 0 and (np.abs(steps - usual) <= LINE_TOLERANCE * usual).mean() >= NEAR_UNIQUE)

    @cached_property
    def switches_late(self) -> bool:
        """Whether one of few values stays in the first part, and others come later, in few rows."""
        on = self.switched
        if on is None:
            return False
        return bool(on.any() and on.argmax() >= LATE * len(on) and on.mean() <= SELDOM)

    @cached_property
    def switched(self) -> Bool[np.ndarray, " time"] | None:
        """(time,) where one of few values differs from the first; None if there are many, or too few rows."""
        if not self.enough or (self.numbers is not None and not self._are_whole):
            return None
        codes, values = self._codes
        if not 2 <= len(values) <= FEW:
            return None
        known = codes[codes >= 0]
        return np.asarray((codes >= 0) & (codes != known[0]))

    @cached_property
    def in_blocks(self) -> bool:
        """Whether each word, or whole number but 0 and 1, has the rows of one block and never comes again."""
        if not self.enough or (self.numbers is not None and (not self.is_whole or self.is_binary)):
            return False
        if not 2 <= self.distinct <= NEAR_UNIQUE * len(self.column) or (self._codes[0] < 0).any():
            return False
        return int(self.changes.sum()) + 1 == self.distinct

    @cached_property
    def changes_seldom(self) -> bool:
        """Whether the values are a few whole numbers, but not 0 and 1, and one follows another once in a while."""
        return (
            self.numbers is not None
            and self.names_something
            and not self.is_binary
            and (float(self.changes.mean()) <= SELDOM_CHANGES)
        )

    @cached_property
    def counts_again(self) -> bool:
        """Whether the values are whole numbers that count one by one, and begin again once in a while."""
        if not self.enough or not self.is_whole or self.numbers is None:
            return False
        return bool((np.diff(self.numbers) == 1).mean() >= 1 - OFTEN)

    @cached_property
    def names_something(self) -> bool:
        """Whether the values are few words, or few whole numbers, as the names of machines are."""
        if not self.enough or (self.numbers is not None and not self.is_whole):
            return False
        few = 2 <= self.distinct <= max(2, MAX_ENTITIES_SHARE * len(self.column))
        return few and bool((self._codes[0] >= 0).all())

    @cached_property
    def is_near_unique(self) -> bool:
        """Whether most values are whole numbers, or words, that no other row has."""
        if not self.enough or (self.numbers is not None and not self.is_whole):
            return False
        return self.distinct >= NEAR_UNIQUE * len(self.column)

    @cached_property
    def steps_up(self) -> bool:
        """Whether the values are whole numbers that stay or rise, and never fall."""
        return self.enough and self.is_whole and self.numbers is not None and bool((np.diff(self.numbers) >= 0).all())

    @cached_property
    def changes(self) -> Bool[np.ndarray, " steps"]:
        """(time - 1,) where a value is another one than the one before."""
        return np.asarray(np.diff(self._codes[0]) != 0)

    def separates(self, times: Shaped[np.ndarray, " time"]) -> bool:
        """Whether times rise within the rows of each value, though they do not over all rows.

        Args:
            times: (time,) numbers that rise with time, in the order of the table.
        """
        codes, values = self._codes
        if len(values) < 2 or (codes < 0).any() or not (np.diff(times) <= 0).any():
            return False
        order = np.argsort(codes, kind="stable")
        same = np.diff(codes[order]) == 0
        return bool((np.diff(times[order])[same] > 0).all())

    @cached_property
    def _codes(self) -> tuple[Shaped[np.ndarray, " time"], list[Hashable]]:
        codes, values = pd.factorize(self.column)
        return codes, list(values)

    @cached_property
    def _are_whole(self) -> bool:
        if self.numbers is None:
            return False
        finite = self.numbers[np.isfinite(self.numbers)]
        return bool((finite % 1 == 0).all())

    @cached_property
    def _exact(self) -> Shaped[np.ndarray, " time"] | None:
        if self.numbers is None or not len(self.numbers) or not np.isfinite(self.numbers).all():
            return None
        whole = pd.api.types.is_integer_dtype(self.column)
        return self.column.to_numpy(dtype=np.int64) if whole and self.column.max() < 2**63 else self.numbers


def plain_value(value: object) -> str:
    """Return a value as it is typed in an option: whole numbers without a fraction."""
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


def _on_a_line(numbers: Shaped[np.ndarray, " time"]) -> bool:
    first, last = numbers[0], numbers[-1]
    step = (last - first) / (len(numbers) - 1)
    if step == 0:
        return False
    line = (numbers - first) / step - np.arange(len(numbers))
    return bool((np.abs(line) <= LINE_TOLERANCE).all())


def _steps_regularly(numbers: Shaped[np.ndarray, " time"]) -> bool:
    steps = np.diff(numbers)
    smallest = steps.min()
    if smallest <= 0 or (numbers % 1 != 0).any():
        return False
    return bool((steps == smallest).mean() >= REGULAR_SHARE and (steps % smallest == 0).all())
