"""Distribution: how the values of a number are sampled."""

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
"""The distributions and their bounds; the high end of ``randint`` is never sampled."""

DIGITS = 12
"""Decimals to which a multiple of a step is rounded: 3 * 0.1 becomes 0.3."""


@dataclass(frozen=True)
class Distribution:
    """A distribution of numbers between two bounds.

    Args:
        kind: a name of `BOUNDS`.
        low: smallest value.
        high: largest value; for ``randint`` the integer after it.
        step: ``quniform`` samples multiples of it.
        integer: whether values are integers.
    """

    kind: str
    low: float
    high: float
    step: float
    integer: bool

    @classmethod
    def parse(cls, kind: str, bounds: object, parameter: Declared) -> Distribution:
        """Read the bounds of a parameter's distribution.

        Args:
            kind: name of the distribution.
            bounds: its bounds, as read from YAML.
            parameter: the parameter.

        Raises:
            ValueError: the distribution does not fit the parameter, or contains values that it cannot take.
        """
        if kind not in BOUNDS:
            raise ValueError(f"expected one of {', '.join([*BOUNDS, 'choice'])}, got {kind}")
        if parameter.type not in (int, float) or parameter.parameter.choices:
            raise ValueError(f"expected a choice, as it is {parameter.expectation}, got {kind}")
        numbers = _numbers(kind, bounds)
        step = numbers[2] if kind == "quniform" else 1.0
        distribution = cls(kind, numbers[0], numbers[1], step, parameter.type is int)
        distribution._check()
        for end in distribution._ends():
            parameter.parse(end)
        return distribution

    def _check(self) -> None:
        if self.low >= self.high:
            raise ValueError(f"expected low < high, got {self.low:g} and {self.high:g}")
        if self.kind == "loguniform" and self.low <= 0:
            raise ValueError(f"expected a low above 0 for loguniform, got {self.low:g}")
        if self.step <= 0:
            raise ValueError(f"expected a step above 0, got {self.step:g}")
        if self.integer and self.kind in ("uniform", "loguniform"):
            raise ValueError(f"expected quniform, randint or a choice, as it is an integer, got {self.kind}")
        if self.kind == "quniform":
            if self.integer and not self.step.is_integer():
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
        """Return the parameter's value for a number that hyperopt sampled from the expression."""
        number = float(raw)
        if self.kind == "randint":
            number += self.low
        elif self.kind == "quniform":
            number = round(round(number / self.step) * self.step, DIGITS)
        if self.kind in ("uniform", "loguniform"):
            # exp(log(high)) may lie a rounding error beyond high.
            number = min(max(number, self.low), self.high)
        return round(number) if self.integer or self.kind == "randint" else number


def _numbers(kind: str, bounds: object) -> list[float]:
    count = 3 if kind == "quniform" else 2
    if not isinstance(bounds, list) or len(bounds) != count:
        raise ValueError(f"expected {kind}: {BOUNDS[kind]}, got {bounds!r}")
    try:
        # float(str()): YAML reads 1e-4 as a string, and Python takes true for a number.
        numbers = [float(str(number)) for number in bounds]
    except ValueError:
        raise ValueError(f"expected numbers in {kind}: {BOUNDS[kind]}, got {bounds!r}") from None
    if not all(map(math.isfinite, numbers)):
        raise ValueError(f"expected finite numbers in {kind}: {BOUNDS[kind]}, got {bounds!r}")
    return numbers
