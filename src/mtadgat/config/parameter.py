"""Parameter: one knob of the project, declared once as a dataclass field.

The command line, YAML files, notebook widgets and the tests all read the declaration: type, default, range,
help and the other spellings that are accepted.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, get_args, get_type_hints

from mtadgat.errors import ConfigError

Config = TypeVar("Config")

TRUE_WORDS = frozenset({"true", "yes", "on", "1"})
FALSE_WORDS = frozenset({"false", "no", "off", "0"})


@dataclass(frozen=True)
class Parameter:
    """What is known of one parameter besides its name, type and default.

    Args:
        help: its effect, in one sentence.
        group: heading under which help lists it.
        low: smallest value.
        high: largest value.
        below: values must be smaller than this.
        choices: the only values, where they can be listed.
        aliases: other spellings of the name, with hyphens.
        switches: boolean spellings of the ancestors: name -> (value for true, value for false).
        after_training: whether a trained detector can still be given another value.
    """

    help: str
    group: str
    low: float | None = None
    high: float | None = None
    below: float | None = None
    choices: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    switches: Mapping[str, tuple[Any, Any]] = dataclasses.field(default_factory=dict)
    after_training: bool = False


def truth(given: object) -> bool:
    """Return the boolean that people write as true, yes, on or 1, and their opposites.

    Raises:
        ValueError: it is none of them.
    """
    word = str(given).strip().lower()
    if word not in TRUE_WORDS | FALSE_WORDS:
        raise ValueError(f"expected true or false, got {given!r}")
    return word in TRUE_WORDS


def parameter(default: Any, help: str, **details: Any) -> Any:
    """Declare a dataclass field that is a parameter; ``details`` are those of `Parameter`."""
    return dataclasses.field(default=default, metadata={"parameter": Parameter(help, **details)})


@dataclass(frozen=True)
class Declared:
    """A parameter together with the field that declares it."""

    name: str
    type: type
    optional: bool
    default: Any
    parameter: Parameter

    @property
    def option(self) -> str:
        """The name as it is typed on a command line, without the leading dashes."""
        return self.name.replace("_", "-")

    @property
    def expectation(self) -> str:
        """What values are right, in words, such as ``an integer of at least 2``."""
        kind = {int: "an integer", float: "a number", bool: "true or false", str: "a text"}[self.type]
        known = self.parameter
        if known.choices:
            kind = "one of " + ", ".join(known.choices)
        if known.low is not None:
            kind += f" of at least {known.low:g}"
        if known.high is not None:
            kind += f" and at most {known.high:g}" if known.low is not None else f" of at most {known.high:g}"
        if known.below is not None:
            kind += f" and less than {known.below:g}" if known.low is not None else f" less than {known.below:g}"
        return kind + (", or none" if self.optional else "")

    def parse(self, given: object) -> Any:
        """Turn a text or a plain value into this parameter's type, and check its range.

        Raises:
            ValueError: the value is of another type or out of range; the message says both sides.
        """
        if given is None or (isinstance(given, str) and given.strip().lower() in ("none", "null")):
            if self.optional:
                return None
            raise ValueError(f"{self.option}: expected {self.expectation}, got {given!r}")
        try:
            value = self._converted(given)
        except ValueError:
            raise ValueError(f"{self.option}: expected {self.expectation}, got {given!r}") from None
        if not self._in_range(value):
            raise ValueError(f"{self.option}: expected {self.expectation}, got {given!r}")
        return value

    def _converted(self, given: object) -> Any:
        if self.type is bool:
            return truth(given)
        if isinstance(given, bool):
            raise ValueError
        if self.type is int:
            number = float(str(given))
            if not number.is_integer():
                raise ValueError
            return int(number)
        if self.type is float:
            return float(str(given))
        text = str(given)
        if self.parameter.choices:
            text = text.strip().lower().replace("-", "_")
        return text

    def _in_range(self, value: Any) -> bool:
        known = self.parameter
        if known.choices:
            return value in known.choices
        if isinstance(value, (bool, str)):
            return True
        return (
            not math.isnan(value)
            and (known.low is None or value >= known.low)
            and (known.high is None or value <= known.high)
            and (known.below is None or value < known.below)
        )


def declared(config: type) -> dict[str, Declared]:
    """Return the parameters of a configuration dataclass by name, in the order of declaration."""
    hints = get_type_hints(config)
    found = {}
    for field in dataclasses.fields(config):
        known = field.metadata.get("parameter")
        if known is None:
            continue
        kinds = [kind for kind in get_args(hints[field.name]) if kind is not type(None)]
        found[field.name] = Declared(
            name=field.name,
            type=kinds[0] if kinds else hints[field.name],
            optional=bool(kinds),
            default=field.default,
            parameter=known,
        )
    return found


def faults(config: object) -> list[str]:
    """Return one sentence for each parameter of a configuration that holds a value out of its range."""
    found = []
    for name, known in declared(type(config)).items():
        try:
            known.parse(getattr(config, name))
        except ValueError as error:
            found.append(str(error))
    return found


class Checked:
    """A configuration that refuses what it cannot mean, all faults together."""

    def __post_init__(self) -> None:
        wrong = faults(self) or self.contradictions()
        if wrong:
            raise ConfigError(wrong)

    def contradictions(self) -> list[str]:
        """Return one sentence for each value that is in its range and yet does not fit another."""
        return []


def build(config: type[Config], given: Mapping[str, object]) -> Config:
    """Make a configuration from texts or plain values by field name.

    Raises:
        ConfigError: names that are no parameters, or values that cannot be used, all of them together.
    """
    known = declared(config)
    wrong = [f"{name}: no such parameter" for name in given if name not in known]
    values = {}
    for name in given.keys() & known.keys():
        try:
            values[name] = known[name].parse(given[name])
        except ValueError as error:
            wrong.append(str(error))
    if wrong:
        raise ConfigError(sorted(wrong))
    return config(**values)
