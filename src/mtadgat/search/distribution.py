"""Distribution: how the values of one number are drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from hyperopt import hp

from mtadgat.config.parameter import Declared

BOUNDS = {
    "uniform": "[low, high]",
    "loguniform": "[low, high]",
    "quniform": "[low, high, step]",
    "randint": "[low, high)",
}
"""The distributions, and what each is given; the high end of ``randint`` is never drawn."""

DIGITS = 12
"""Decimals that are kept of a multiple of a step: 3 * 0.1 is drawn as 0.3."""


@dataclass(frozen=True)
class Distribution:
    """Numbers between two bounds.

    Args:
        kind: a name of `BOUNDS`.
        low: smallest value.
        high: largest value; for ``randint`` the integer after it.
        step: ``quniform`` draws multiples of it.
        whole: whether values are integers.
    """

    kind: str
    low: float
    high: float
    step: float
    whole: bool

    @classmethod
    def parse(cls, kind: str, given: object, known: Declared) -> Distribution:
        """Read the bounds of a parameter's distribution.

        Args:
            kind: name of the distribution.
            given: its bounds, as YAML gives them.
            known: the parameter.

        Raises:
            ValueError: the distribution does not suit the parameter, or can give values that it cannot take.
        """
        if kind not in BOUNDS:
            raise ValueError(f"expected one of {', '.join([*BOUNDS, 'choice'])}, got {kind}")
        if known.type not in (int, float) or known.parameter.choices:
            raise ValueError(f"expected a choice, as it is {known.expectation}, got {kind}")
        numbers = _numbers(kind, given)
        step = numbers[2] if kind == "quniform" else 1.0
        found = cls(kind, numbers[0], numbers[1], step, known.type is int)
        found._check()
        for end in found._ends():
            known.parse(end)
        return found

    def _check(self) -> None:
        if self.low >= self.high:
            raise ValueError(f"expected low < high, got {self.low:g} and {self.high:g}")
        if self.kind == "loguniform" and self.low <= 0:
            raise ValueError(f"expected a low above 0 for loguniform, got {self.low:g}")
        if self.step <= 0:
            raise ValueError(f"expected a step above 0, got {self.step:g}")
        if self.whole and self.kind in ("uniform", "loguniform"):
            raise ValueError(f"expected quniform, randint or a choice, as it is an integer, got {self.kind}")
        if self.kind == "quniform":
            if self.whole and not self.step.is_integer():
                raise ValueError(f"expected an integer as step, got {self.step:g}")
            for end in (self.low, self.high):
                if not math.isclose(end / self.step, round(end / self.step), abs_tol=1e-9):
                    raise ValueError(f"expected multiples of the step {self.step:g} as bounds, got {end:g}")
        if self.kind == "randint" and not (self.low.is_integer() and self.high.is_integer()):
            raise ValueError(f"expected integers as bounds of randint, got {self.low:g} and {self.high:g}")

    def _ends(self) -> tuple[float, float]:
        return (self.low, self.high - 1) if self.kind == "randint" else (self.low, self.high)

    def node(self, label: str) -> Any:
        """Return hyperopt's expression of the distribution."""
        if self.kind == "uniform":
            return hp.uniform(label, self.low, self.high)
        if self.kind == "loguniform":
            return hp.loguniform(label, math.log(self.low), math.log(self.high))
        if self.kind == "quniform":
            return hp.quniform(label, self.low, self.high, self.step)
        return hp.randint(label, int(self.high - self.low))

    def value(self, raw: float) -> int | float:
        """Return the parameter's value for a number that hyperopt drew from the expression."""
        number = float(raw)
        if self.kind == "randint":
            number += self.low
        elif self.kind == "quniform":
            number = round(round(number / self.step) * self.step, DIGITS)
        if self.kind in ("uniform", "loguniform"):
            # exp(log(high)) may lie a rounding error beyond high.
            number = min(max(number, self.low), self.high)
        return round(number) if self.whole or self.kind == "randint" else number


def _numbers(kind: str, given: object) -> list[float]:
    wanted = 3 if kind == "quniform" else 2
    if not isinstance(given, list) or len(given) != wanted:
        raise ValueError(f"expected {kind}: {BOUNDS[kind]}, got {given!r}")
    try:
        # float(str()): YAML takes 1e-4 for a text, and true for a number.
        numbers = [float(str(number)) for number in given]
    except ValueError:
        raise ValueError(f"expected numbers in {kind}: {BOUNDS[kind]}, got {given!r}") from None
    if not all(map(math.isfinite, numbers)):
        raise ValueError(f"expected finite numbers in {kind}: {BOUNDS[kind]}, got {given!r}")
    return numbers
