"""Parameter: one knob of the project, declared once as a dataclass field.

The command line, YAML files, notebook widgets and the tests all read the declaration: type, default, range, help and
the other spellings that are accepted. A configuration is a frozen dataclass whose fields are parameters, or smaller
configurations; parameters are always addressed by their own, flat names.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, Generic, TypeVar, get_args, get_type_hints

from mtadgat.errors import ConfigError

Config = TypeVar("Config")
Own = TypeVar("Own", bound="Composed")

TRUE_WORDS = frozenset({"true", "yes", "on", "1"})
FALSE_WORDS = frozenset({"false", "no", "off", "0"})


@dataclass(frozen=True)
class Parameter:
    """What a declaration says besides name, type and default.

    Args:
        help: its effect, in one sentence.
        heading: heading under which help lists it; empty: that of its configuration.
        low: smallest value.
        high: largest value.
        below: exclusive upper bound.
        choices: the only values, where they can be listed.
        aliases: other spellings of the name, with hyphens.
        switches: legacy boolean spellings: name -> (value for true, value for false).
        is_path: whether the value is a path or URL.
        is_output: whether a file is written there.
    """

    help: str
    heading: str = ""
    low: float | None = None
    high: float | None = None
    below: float | None = None
    choices: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    switches: Mapping[str, tuple[Any, Any]] = dataclasses.field(default_factory=dict)
    is_path: bool = False
    is_output: bool = False


def parse_bool(given: object) -> bool:
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
    """A parameter together with the field that declares it.

    Args:
        name: of the field.
        type: of its values.
        optional: whether None is a value.
        default: its default.
        heading: heading under which help lists it.
        parameter: what the declaration says.
    """

    name: str
    type: type
    optional: bool
    default: Any
    heading: str
    parameter: Parameter

    @property
    def option(self) -> str:
        """The name as it is typed on a command line, without the leading dashes."""
        return self.name.replace("_", "-")

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every accepted name, with hyphens, the canonical one first."""
        return (self.option, *self.parameter.aliases, *self.parameter.switches)

    @property
    def expectation(self) -> str:
        """What values are accepted, in words, such as ``an integer of at least 2``."""
        kind = {int: "an integer", float: "a number", bool: "true or false", str: "a string"}[self.type]
        limits = self.parameter
        if limits.choices:
            kind = "one of " + ", ".join(limits.choices)
        if limits.low is not None:
            kind += f" of at least {limits.low:g}"
        if limits.high is not None:
            kind += f" and at most {limits.high:g}" if limits.low is not None else f" of at most {limits.high:g}"
        if limits.below is not None:
            kind += f" and less than {limits.below:g}" if limits.low is not None else f" less than {limits.below:g}"
        return kind + (", or none" if self.optional else "")

    def parse(self, given: object) -> Any:
        """Convert a string or a plain value to this parameter's type, and check its range.

        An empty string, as ``-P name=`` gives, is none.

        Raises:
            ValueError: the value is of another type or out of range; the message says both sides.
        """
        if given is None or (isinstance(given, str) and self._means_none(given)):
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

    def _means_none(self, text: str) -> bool:
        word = text.strip().lower()
        return not text or (word in ("none", "null") and word not in self.parameter.choices)

    def _converted(self, given: object) -> Any:
        if self.type is bool:
            return parse_bool(given)
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
        limits = self.parameter
        if limits.choices:
            return value in limits.choices
        if isinstance(value, (bool, str)):
            return True
        return (
            not math.isnan(value)
            and (limits.low is None or value >= limits.low)
            and (limits.high is None or value <= limits.high)
            and (limits.below is None or value < limits.below)
        )


def sections(config: Any) -> Mapping[str, type[Checked]]:
    """Return the smaller configurations that a configuration is composed of, by field name."""
    return _sections(config)


def declared(config: Any) -> Mapping[str, Declared]:
    """Return the parameters of a configuration and of its sections by name, in the order of declaration."""
    return _declared(config)


@cache
def _sections(config: Any) -> Mapping[str, type[Checked]]:
    hints = get_type_hints(config)
    return {
        field.name: hints[field.name]
        for field in dataclasses.fields(config)
        if isinstance(hints[field.name], type) and issubclass(hints[field.name], Checked)
    }


@cache
def _declared(config: Any) -> Mapping[str, Declared]:
    hints, parts = get_type_hints(config), sections(config)
    entries: dict[str, Declared] = {}
    for field in dataclasses.fields(config):
        if field.name in parts:
            entries |= declared(parts[field.name])
        elif "parameter" in field.metadata:
            details: Parameter = field.metadata["parameter"]
            kinds = [kind for kind in get_args(hints[field.name]) if kind is not type(None)]
            entries[field.name] = Declared(
                name=field.name,
                type=kinds[0] if kinds else hints[field.name],
                optional=bool(kinds),
                default=field.default,
                heading=details.heading or getattr(config, "heading", ""),
                parameter=details,
            )
    return entries


def parameter_values(*configs: object) -> dict[str, Any]:
    """Return the values of all parameters of some configurations by their own names."""
    values: dict[str, Any] = {}
    for config in configs:
        parts = sections(type(config))
        for field in dataclasses.fields(config):  # type: ignore[arg-type]
            value = getattr(config, field.name)
            values |= parameter_values(value) if field.name in parts else {field.name: value}
    return values


class Checked:
    """A configuration that refuses impossible values, all faults together.

    Attributes:
        heading: heading under which help lists its parameters.
    """

    heading: ClassVar[str] = ""

    def __post_init__(self) -> None:
        faults = []
        for name, entry in declared(type(self)).items():
            try:
                value = entry.parse(getattr(self, name))
                if value is None:  # as an empty string or the word none
                    object.__setattr__(self, name, None)
            except ValueError as error:
                faults.append(str(error))
        faults = faults or self.contradictions()
        if faults:
            raise ConfigError(faults)

    def contradictions(self) -> list[str]:
        """Return one sentence for each value that is in its range but does not fit another."""
        return []


class Composed(Checked):
    """A configuration with smaller ones, its sections, beside parameters of its own.

    Made from parameters by their own names, from sections by theirs, or both; parameters are read by either path:
    ``config.window`` is ``config.windows.window``.

    Raises:
        ConfigError: unknown names or impossible values, all faults together.
    """

    def __init__(self, **given: Any) -> None:
        parts, entries = sections(type(self)), declared(type(self))
        unknown = given.keys() - parts.keys() - entries.keys()
        faults = [f"{name}: no such parameter" for name in sorted(unknown)]
        for field in dataclasses.fields(self):  # type: ignore[arg-type]
            try:
                object.__setattr__(self, field.name, self._value(field, given))
            except ConfigError as error:
                faults.extend(error.faults)
            except ValueError as error:
                faults.append(str(error))
        if faults:
            raise ConfigError(faults)

    def _value(self, field: dataclasses.Field[Any], given: Mapping[str, Any]) -> Any:
        section = sections(type(self)).get(field.name)
        if section is None:
            return declared(type(self))[field.name].parse(given.get(field.name, field.default))
        values = parameter_values(given[field.name]) if field.name in given else {}
        return build(section, values | {option: given[option] for option in declared(section) if option in given})

    def __getattr__(self, name: str) -> Any:
        for section, kind in sections(type(self)).items():
            if name in declared(kind) and section in self.__dict__:
                return getattr(self.__dict__[section], name)
        raise AttributeError(f"{type(self).__name__} has no parameter {name!r}")

    def with_params(self: Own, **params: Any) -> Own:
        """Return this configuration with other values for some parameters, by their own names.

        Raises:
            ConfigError: unknown names or impossible values, all faults together.
        """
        own = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}  # type: ignore[arg-type]
        return type(self)(**{**own, **params})


def build(config: type[Config], given: Mapping[str, object]) -> Config:
    """Make a configuration from strings or plain values by parameter name.

    Raises:
        ConfigError: unknown names, or values that cannot be used, all of them together.
    """
    return config(**_parsed(config, given))


def _parsed(config: type, given: Mapping[str, object]) -> dict[str, Any]:
    entries = declared(config)
    faults = [f"{name}: no such parameter" for name in given if name not in entries]
    values = {}
    for name, value in given.items():
        if name in entries:
            try:
                values[name] = entries[name].parse(value)
            except ValueError as error:
                faults.append(str(error))
    if faults:
        raise ConfigError(sorted(faults))
    return values


class Overrides(Generic[Config]):
    """New values for some parameters of a configuration; the others stay as they are.

    Args:
        config: the configuration whose parameters may be overridden.
        given: strings or plain values by parameter name.

    Attributes:
        values: the same, each of its parameter's type; whether they fit the rest shows when they are applied.

    Raises:
        ConfigError: unknown names, or values that cannot be used, all of them together.
    """

    def __init__(self, config: type[Config], given: Mapping[str, object] | None = None) -> None:
        self.config = config
        self.values: Mapping[str, Any] = _parsed(config, given or {})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Overrides) and (self.config, self.values) == (other.config, other.values)

    def __hash__(self) -> int:
        return hash((self.config, tuple(self.values.items())))
