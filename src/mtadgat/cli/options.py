"""Options: the command line of a request, made from the parameters that its configurations declare."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_origin, get_type_hints

import click
from click.shell_completion import CompletionItem

from mtadgat.config.parameter import Declared, Overrides, build, declared, parse_bool
from mtadgat.config.requests import (
    CheckRequest,
    EvaluateRequest,
    HyperoptRequest,
    PredictRequest,
    RunRequest,
    TrainRequest,
)
from mtadgat.config.settings_file import read_settings
from mtadgat.errors import ConfigError

Request = TypeVar("Request")

if TYPE_CHECKING:
    _TextType = click.ParamType[str]
else:
    _TextType = click.ParamType  # generic from click 8.4 on, which no runtime of Databricks has


class Text(_TextType):
    """Text as it was typed: the declaration of the parameter parses it, so that all faults are told together."""

    def __init__(self, declared: Declared) -> None:
        self.declared = declared
        self.name = {int: "integer", float: "number", bool: "boolean", str: "text"}[declared.type]
        if declared.parameter.choices:
            self.name = "|".join(declared.parameter.choices)

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        return self.name if self.declared.parameter.choices else self.name.upper()

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        if self.declared.parameter.is_path:
            return [CompletionItem(incomplete, type="file")]
        words = ("true", "false") if self.declared.type is bool else self.declared.parameter.choices
        return [CompletionItem(word) for word in words if word.startswith(incomplete)]


class GroupedOption(click.Option):
    """An option that help lists under a heading."""

    def __init__(self, *args: Any, group: str = "Other", **details: Any) -> None:
        super().__init__(*args, **details)
        self.group = group


class GroupedCommand(click.Command):
    """A command whose help lists options under the headings of their groups."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        groups: dict[str, list[tuple[str, str]]] = {}
        for option in self.get_params(ctx):
            record = option.get_help_record(ctx)
            if record is not None:
                groups.setdefault(getattr(option, "group", "Other"), []).append(record)
        for heading, records in groups.items():
            with formatter.section(heading):
                formatter.write_dl(records)


def command(request: type[Request], work: Callable[[Request], str]) -> click.Command:
    """Return the command that builds a request from its options and does the work.

    Args:
        request: a request dataclass; its first docstring line is the help.
        work: does what the request asks for, and returns what to print at its end.
    """
    entries = list(_entries(request))

    def callback(config: str | None, **typed: str | None) -> None:
        given = {_hyphens(name): text for name, text in typed.items() if text is not None}
        built = build_request(request, {**_without(read_settings(config), given, entries), **given})
        if config is not None:
            _refuse_to_replace(config, built, entries)
        click.echo(work(built))

    name = request.__name__.removesuffix("Request").lower()
    options: list[click.Parameter] = [
        GroupedOption(["--config"], help="YAML file of parameters; the command line wins.", metavar="FILE")
    ]
    for entry in entries:
        options.extend(_options(entry))
    return GroupedCommand(name, params=options, callback=callback, help=(request.__doc__ or "").split("\n\n")[0])


@dataclasses.dataclass(frozen=True)
class Entry:
    """A parameter and the field of the request that it belongs to.

    Args:
        field: name of the request's field.
        declared: the parameter.
        overrides: whether it overrides what a detector was trained with.
    """

    field: str
    declared: Declared
    overrides: bool

    def value(self, spelling: str, given: object) -> object:
        """Return what was given under a spelling as a value of the parameter itself."""
        switch = self.declared.parameter.switches.get(spelling)
        if switch is None:
            return given
        return switch[0] if parse_bool(given) else switch[1]


def _entries(request: type) -> Iterator[Entry]:
    for name, hint in get_type_hints(request).items():
        overrides = get_origin(hint) is Overrides
        config = get_args(hint)[0] if overrides else hint
        for entry in declared(config).values():
            yield Entry(name, entry, overrides)


def _options(entry: Entry) -> Iterator[GroupedOption]:
    parameter = entry.declared
    default = "as trained" if entry.overrides else _text(parameter.default)
    yield GroupedOption(
        [f"--{parameter.option}"],
        type=Text(parameter),
        help=f"{parameter.parameter.help}  [default: {default}]",
        group=parameter.heading,
    )
    for spelling in parameter.spellings[1:]:
        yield GroupedOption([f"--{spelling}"], type=Text(parameter), hidden=True)


def build_request(request: type[Request], given: Mapping[str, object]) -> Request:
    """Build a request from strings or plain values by any spelling of its parameters.

    Raises:
        ConfigError: unknown names, parameters given twice, or values that cannot be used, all together.
    """
    fields = get_type_hints(request)
    values: dict[str, dict[str, object]] = {name: {} for name in fields}
    spelled = {spelling: entry for entry in _entries(request) for spelling in entry.declared.spellings}
    faults = []
    for spelling, text in given.items():
        entry = spelled.get(spelling)
        if entry is None:
            faults.append(f"{spelling}: no such parameter")
        elif entry.declared.name in values[entry.field]:
            faults.append(f"{entry.declared.option}: given twice, once as {spelling}")
        else:
            try:
                values[entry.field][entry.declared.name] = entry.value(spelling, text)
            except ValueError as error:
                faults.append(f"{spelling}: {error}")
    built: dict[str, object] = {}
    for name, hint in fields.items():
        try:
            overrides = get_origin(hint) is Overrides
            built[name] = Overrides(get_args(hint)[0], values[name]) if overrides else build(hint, values[name])
        except ConfigError as error:
            faults.extend(error.faults)
    if faults:
        raise ConfigError(faults)
    return request(**built)


def _without(settings: Mapping[str, object], given: Mapping[str, object], entries: list[Entry]) -> dict[str, object]:
    """Drop settings that the command line overrules under any spelling, and those of other commands."""
    spellings = [entry.declared.spellings for entry in entries]
    own = {spelling for each in spellings for spelling in each}
    overruled = {spelling for each in spellings if given.keys() & set(each) for spelling in each}
    return {
        name: value
        for name, value in settings.items()
        if name not in overruled and (name in own or name not in every_spelling())
    }


def _refuse_to_replace(settings: str, request: object, entries: list[Entry]) -> None:
    """Refuse an output that is the file of settings.

    Raises:
        ConfigError: it is.
    """
    from mtadgat.data.storage.place import place

    outputs = [entry for entry in entries if entry.declared.parameter.is_output]
    values = {each.declared.option: getattr(getattr(request, each.field), each.declared.name) for each in outputs}
    faults = [
        f"{option}: expected another file than that of --config, got {value}"
        for option, value in values.items()
        if value is not None and place(value).leads_to(place(settings))
    ]
    if faults:
        raise ConfigError(faults)


def every_spelling() -> set[str]:
    """Return every spelling of every parameter of the project."""
    commands = (CheckRequest, TrainRequest, EvaluateRequest, PredictRequest, RunRequest, HyperoptRequest)
    return {spelling for request in commands for entry in _entries(request) for spelling in entry.declared.spellings}


def _hyphens(name: str) -> str:
    return name.replace("_", "-")


def _text(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)
