"""Space: which parameters are searched and how their values are drawn, read from YAML.

dropout: {uniform: [0, 0.5]}
aggregation:
  choice:
    - mean
    - {value: top, top: {randint: [1, 6]}}      # `top` is drawn only with aggregation=top
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from hyperopt import Domain, Trials, hp, rand

from mtadgat.config import DetectorConfig
from mtadgat.config.parameter import Declared, declared
from mtadgat.errors import ConfigError
from mtadgat.search.distribution import Distribution

TRIED = 100
"""Configurations that are drawn to see whether they can be used, before anything runs."""

Point = Mapping[str, float]
"""What hyperopt drew: a number for each label that takes part; for a choice the place of the option."""


@dataclass(frozen=True)
class Option:
    """One option of a choice, and what is drawn only with it."""

    value: Any
    inner: tuple[Variable, ...]


@dataclass(frozen=True)
class Choice:
    """A few values, each as likely as the others."""

    options: tuple[Option, ...]

    def node(self, label: str) -> Any:
        """Return hyperopt's expression of the choice."""
        return hp.choice(label, [_node(option.inner) for option in self.options])


@dataclass(frozen=True)
class Variable:
    """One parameter that is searched.

    Args:
        label: name within the space: the path through the choices, such as ``aggregation=top/top``.
        name: name of the parameter.
        drawn: how its value is drawn.
    """

    label: str
    name: str
    drawn: Distribution | Choice

    def values(self, point: Point) -> dict[str, Any]:
        """Return the values by parameter of this variable and of those drawn with it."""
        raw = point[self.label]
        if isinstance(self.drawn, Distribution):
            return {self.name: self.drawn.value(raw)}
        option = self.drawn.options[int(raw)]
        return {self.name: option.value} | _values(option.inner, point)

    def names(self) -> Iterator[str]:
        """Yield the names of this parameter and of all that may be drawn with it."""
        yield self.name
        if isinstance(self.drawn, Choice):
            yield from {name for option in self.drawn.options for inner in option.inner for name in inner.names()}


@dataclass(frozen=True)
class SearchSpace:
    """The parameters that are searched.

    Args:
        variables: those that are always drawn; choices hold the others.
        text: the YAML that it was read from.
    """

    variables: tuple[Variable, ...]
    text: str

    @classmethod
    def parse(cls, text: str) -> SearchSpace:
        """Read a space.

        Raises:
            ConfigError: it is no YAML, names what is no parameter, or can give impossible values; all faults together.
        """
        try:
            content = yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise ConfigError([f"space: expected YAML, got text that does not parse: {error}"]) from error
        if not isinstance(content, dict) or not content:
            raise ConfigError([f"space: expected `parameter: distribution` lines, got {type(content).__name__}"])
        faults: list[str] = []
        variables = _variables(content, "", faults)
        faults += [f"space: {name}: drawn twice in one configuration" for name in _twice(variables)]
        if faults:
            raise ConfigError(faults)
        return cls(variables, text)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of all parameters that are searched, in the order of the file."""
        return tuple(dict.fromkeys(name for variable in self.variables for name in variable.names()))

    def domain(self) -> Domain:
        """Return hyperopt's domain; it evaluates nothing."""
        return Domain(_nothing, _node(self.variables))

    def values(self, point: Point) -> dict[str, Any]:
        """Return the values by parameter that a point stands for."""
        return _values(self.variables, point)

    def check(self, base: DetectorConfig) -> None:
        """Draw some configurations and refuse the space if one cannot be used.

        Args:
            base: what is not searched.

        Raises:
            ConfigError: parameters do not go together.
        """
        trials, domain = Trials(), self.domain()
        drawn = rand.suggest(list(range(TRIED)), domain, trials, 0)
        faults: dict[str, dict[str, Any]] = {}
        unusable = 0
        for trial in drawn:
            values = self.values(point_of(trial["misc"]["vals"]))
            try:
                replace(base, **values)
            except ConfigError as error:
                unusable += 1
                faults.update(dict.fromkeys(error.faults, values))
        if faults:
            fault, values = next(iter(faults.items()))
            raise ConfigError(
                [f"space: {unusable} of {TRIED} configurations drawn cannot be used, such as {values}: {fault}"]
            )


def point_of(drawn: Mapping[str, list[Any]]) -> dict[str, float]:
    """Return the point in hyperopt's notation of a trial: labels that do not take part have no number."""
    return {label: np.asarray(numbers[0]).item() for label, numbers in drawn.items() if len(numbers)}


def read_space(file: str | None) -> SearchSpace:
    """Read a space from a YAML file; None is the default space.

    Raises:
        ConfigError: the file cannot be read, or is no space.
    """
    if file is None:
        return SearchSpace.parse((files("mtadgat.search") / "default_space.yaml").read_text())
    try:
        return SearchSpace.parse(Path(file).read_text())
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"space: expected a YAML file that can be read, got {file}: {error}"]) from error


@cache
def _known() -> dict[str, Declared]:
    known = declared(DetectorConfig).values()
    return {
        spelling.replace("-", "_"): entry for entry in known for spelling in (entry.option, *entry.parameter.aliases)
    }


def _variables(content: Mapping[Any, object], path: str, faults: list[str]) -> tuple[Variable, ...]:
    found = []
    for written, given in content.items():
        known = _known().get(str(written).replace("-", "_"))
        if known is None:
            faults.append(f"space: {path}{written}: no such parameter of the detector")
            continue
        label = f"{path}{known.name}"
        try:
            found.append(Variable(label, known.name, _drawn(label, known, given, faults)))
        except ValueError as error:
            faults.append(f"space: {label}: {error}")
    return tuple(found)


def _drawn(label: str, known: Declared, given: object, faults: list[str]) -> Distribution | Choice:
    if not isinstance(given, dict) or len(given) != 1:
        raise ValueError(f"expected one distribution, such as choice: [a, b], got {given!r}")
    ((kind, details),) = given.items()
    if kind != "choice":
        return Distribution.parse(str(kind), details, known)
    if not isinstance(details, list) or not details:
        raise ValueError(f"expected choice: [value, ...], got {details!r}")
    return Choice(tuple(_option(label, known, option, faults) for option in details))


def _option(label: str, known: Declared, given: object, faults: list[str]) -> Option:
    if isinstance(given, list):
        raise ValueError(f"expected a value, or value: with what is drawn with it, got {given!r}")
    if not isinstance(given, dict):
        return Option(known.parse(given), ())
    if "value" not in given:
        raise ValueError(f"expected `value:` in the option, got {given!r}")
    value = known.parse(given["value"])
    rest = {name: inner for name, inner in given.items() if name != "value"}
    return Option(value, _variables(rest, f"{label}={value}/", faults))


def _twice(variables: tuple[Variable, ...]) -> list[str]:
    """Return the names that one configuration could draw more than once."""
    names = [name for variable in variables for name in variable.names()]
    inside = [
        name
        for variable in variables
        if isinstance(variable.drawn, Choice)
        for option in variable.drawn.options
        for name in _twice(option.inner)
    ]
    return sorted({name for name in names if names.count(name) > 1} | set(inside))


def _node(variables: tuple[Variable, ...]) -> dict[str, Any]:
    return {variable.label: variable.drawn.node(variable.label) for variable in variables}


def _values(variables: tuple[Variable, ...], point: Point) -> dict[str, Any]:
    return {name: value for variable in variables for name, value in variable.values(point).items()}


def _nothing(_: object) -> float:
    return 0.0
