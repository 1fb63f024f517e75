"""Space: which parameters are searched and how their values are sampled, read from YAML.

dropout: {uniform: [0, 0.5]}
aggregation:
  choice:
    - mean
    - {value: top, top: {randint: [1, 6]}}      # `top` is sampled only with aggregation=top
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

CHECKED = 100
"""Configurations that are sampled to check that they can be used, before anything runs."""

Point = Mapping[str, float]
"""What hyperopt sampled: a number for each label that takes part; for a choice, the index of the option."""


@dataclass(frozen=True)
class Option:
    """One option of a choice, and what is sampled only with it."""

    value: Any
    inner: tuple[Variable, ...]


@dataclass(frozen=True)
class Choice:
    """A few values, all equally likely."""

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
        distribution: how its value is sampled.
    """

    label: str
    name: str
    distribution: Distribution | Choice

    def values(self, point: Point) -> dict[str, Any]:
        """Return the values of this variable and of those sampled with it, by parameter."""
        raw = point[self.label]
        if isinstance(self.distribution, Distribution):
            return {self.name: self.distribution.value(raw)}
        option = self.distribution.options[int(raw)]
        return {self.name: option.value} | _values(option.inner, point)

    def names(self) -> Iterator[str]:
        """Yield the names of this parameter and of all that may be sampled with it."""
        yield self.name
        if isinstance(self.distribution, Choice):
            inner = [variable for option in self.distribution.options for variable in option.inner]
            yield from dict.fromkeys(name for variable in inner for name in variable.names())


@dataclass(frozen=True)
class SearchSpace:
    """The parameters that are searched.

    Args:
        variables: those that are always sampled; choices hold the others.
        text: the YAML that it was read from.
    """

    variables: tuple[Variable, ...]
    text: str

    @classmethod
    def parse(cls, text: str) -> SearchSpace:
        """Read a space.

        Raises:
            ConfigError: it is not valid YAML, or has unknown parameters or impossible values; all faults together.
        """
        try:
            content = yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise ConfigError([f"space: expected YAML, got text that does not parse: {error}"]) from error
        if not isinstance(content, dict) or not content:
            raise ConfigError([f"space: expected `parameter: distribution` lines, got {type(content).__name__}"])
        faults: list[str] = []
        variables = _parse_variables(content, "", faults)
        faults += [f"space: {name}: sampled twice in one configuration" for name in _duplicates(variables)]
        if faults:
            raise ConfigError(faults)
        return cls(variables, text)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of all parameters that are searched, in the order of the file."""
        return tuple(dict.fromkeys(name for variable in self.variables for name in variable.names()))

    def domain(self) -> Domain:
        """Return hyperopt's domain; it evaluates nothing."""
        return Domain(_no_objective, _node(self.variables))

    def values(self, point: Point) -> dict[str, Any]:
        """Return the values that a point stands for, by parameter."""
        return _values(self.variables, point)

    def check(self, base: DetectorConfig) -> None:
        """Sample some configurations, and refuse the space if one of them cannot be used.

        Args:
            base: values of the parameters that are not searched.

        Raises:
            ConfigError: values of some parameters contradict each other.
        """
        trials, domain = Trials(), self.domain()
        documents = rand.suggest(list(range(CHECKED)), domain, trials, 0)
        faults: dict[str, dict[str, Any]] = {}
        unusable = 0
        for document in documents:
            values = self.values(point_of(document["misc"]["vals"]))
            try:
                replace(base, **values)
            except ConfigError as error:
                unusable += 1
                faults.update(dict.fromkeys(error.faults, values))
        if faults:
            fault, values = next(iter(faults.items()))
            raise ConfigError(
                [f"space: {unusable} of {CHECKED} sampled configurations cannot be used, such as {values}: {fault}"]
            )


def point_of(vals: Mapping[str, list[Any]]) -> dict[str, float]:
    """Return the point in hyperopt's notation of a trial, in which labels that do not take part have no number."""
    return {label: np.asarray(numbers[0]).item() for label, numbers in vals.items() if len(numbers)}


def read_space(file: str | None) -> SearchSpace:
    """Read a space from a YAML file; None: the default space.

    Raises:
        ConfigError: the file cannot be read, or is not a valid space.
    """
    if file is None:
        return SearchSpace.parse((files("mtadgat.search") / "default_space.yaml").read_text())
    try:
        return SearchSpace.parse(Path(file).read_text())
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"space: expected a YAML file that can be read, got {file}: {error}"]) from error


@cache
def _parameters_by_spelling() -> dict[str, Declared]:
    return {
        spelling.replace("-", "_"): entry
        for entry in declared(DetectorConfig).values()
        for spelling in (entry.option, *entry.parameter.aliases)
    }


def _parse_variables(content: Mapping[Any, object], path: str, faults: list[str]) -> tuple[Variable, ...]:
    variables = []
    for spelling, node in content.items():
        parameter = _parameters_by_spelling().get(str(spelling).replace("-", "_"))
        if parameter is None:
            faults.append(f"space: {path}{spelling}: no such parameter of the detector")
            continue
        label = f"{path}{parameter.name}"
        try:
            variables.append(Variable(label, parameter.name, _parse_distribution(label, parameter, node, faults)))
        except ValueError as error:
            faults.append(f"space: {label}: {error}")
    return tuple(variables)


def _parse_distribution(label: str, parameter: Declared, node: object, faults: list[str]) -> Distribution | Choice:
    if not isinstance(node, dict) or len(node) != 1:
        raise ValueError(f"expected one distribution, such as choice: [a, b], got {node!r}")
    ((kind, bounds),) = node.items()
    if kind != "choice":
        return Distribution.parse(str(kind), bounds, parameter)
    if not isinstance(bounds, list) or not bounds:
        raise ValueError(f"expected choice: [value, ...], got {bounds!r}")
    return Choice(tuple(_parse_option(label, parameter, option, faults) for option in bounds))


def _parse_option(label: str, parameter: Declared, node: object, faults: list[str]) -> Option:
    if isinstance(node, list):
        raise ValueError(f"expected a value, or `value:` and the parameters sampled with it, got {node!r}")
    if not isinstance(node, dict):
        return Option(parameter.parse(node), ())
    if "value" not in node:
        raise ValueError(f"expected `value:` in the option, got {node!r}")
    value = parameter.parse(node["value"])
    rest = {name: inner for name, inner in node.items() if name != "value"}
    return Option(value, _parse_variables(rest, f"{label}={value}/", faults))


def _duplicates(variables: tuple[Variable, ...]) -> list[str]:
    """Return the names that one configuration could sample more than once."""
    names = [name for variable in variables for name in variable.names()]
    inside = [
        name
        for variable in variables
        if isinstance(variable.distribution, Choice)
        for option in variable.distribution.options
        for name in _duplicates(option.inner)
    ]
    return sorted({name for name in names if names.count(name) > 1} | set(inside))


def _node(variables: tuple[Variable, ...]) -> dict[str, Any]:
    return {variable.label: variable.distribution.node(variable.label) for variable in variables}


def _values(variables: tuple[Variable, ...], point: Point) -> dict[str, Any]:
    return {name: value for variable in variables for name, value in variable.values(point).items()}


def _no_objective(_: object) -> float:
    return 0.0
