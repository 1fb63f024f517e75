"""Options: the command line of a request, made from the parameters that its configurations declare."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar, get_type_hints

import click
from click.shell_completion import CompletionItem

from mtadgat.config import DetectorConfig
from mtadgat.config.parameter import Declared, build, declared, truth
from mtadgat.config.requests import EvaluateRequest, HyperoptRequest, PredictRequest, RunRequest, TrainRequest
from mtadgat.config.settings_file import read_settings
from mtadgat.errors import ConfigError

Request = TypeVar("Request")

CHANGES = "changes"
"""Field of a request that holds new values for a trained detector."""


class Text(click.ParamType[str]):
    """Text as it was typed: the declaration of the parameter parses it, so that all faults are told together."""

    def __init__(self, known: Declared) -> None:
        self.known = known
        self.name = {int: "integer", float: "number", bool: "boolean", str: "text"}[known.type]
        if known.parameter.choices:
            self.name = "|".join(known.parameter.choices)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return self.name if self.known.parameter.choices else self.name.upper()

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        if self.known.option in ("fpath", "output", "conda-env"):
            return [CompletionItem(incomplete, type="file")]
        words = ("true", "false") if self.known.type is bool else self.known.parameter.choices
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
    known = list(_parameters(request))

    def callback(config: str | None, **typed: str | None) -> None:
        given = {_hyphens(name): text for name, text in typed.items() if text is not None}
        click.echo(work(build_request(request, {**_without(read_settings(config), given, known), **given})))

    name = request.__name__.removesuffix("Request").lower()
    options: list[click.Parameter] = [
        GroupedOption(["--config"], help="YAML file of parameters; the command line wins.", metavar="FILE")
    ]
    for entry in known:
        options.extend(_options(entry))
    return GroupedCommand(name, params=options, callback=callback, help=(request.__doc__ or "").split("\n\n")[0])


@dataclasses.dataclass(frozen=True)
class Entry:
    """A parameter and the field of the request that it belongs to."""

    section: str
    known: Declared

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every name that is understood, with hyphens, the right one first."""
        return (self.known.option, *self.known.parameter.aliases, *self.known.parameter.switches)

    def value(self, spelling: str, given: object) -> object:
        """Return what was given under a spelling as a value of the parameter itself."""
        switch = self.known.parameter.switches.get(spelling)
        if switch is None:
            return given
        return switch[0] if truth(given) else switch[1]


def _parameters(request: type) -> Iterator[Entry]:
    sections = get_type_hints(request)
    for field in dataclasses.fields(request):
        changing = field.name == CHANGES
        config = DetectorConfig if changing else sections[field.name]
        for known in declared(config).values():
            if known.parameter.after_training or not changing:
                yield Entry(field.name, known)


def _options(entry: Entry) -> Iterator[GroupedOption]:
    known = entry.known
    default = "as trained" if entry.section == CHANGES else _words(known.default)
    yield GroupedOption(
        [f"--{known.option}"],
        type=Text(known),
        help=f"{known.parameter.help}  [default: {default}]",
        group=known.parameter.group,
    )
    for spelling in entry.spellings[1:]:
        yield GroupedOption([f"--{spelling}"], type=Text(known), hidden=True)


def build_request(request: type[Request], given: Mapping[str, object]) -> Request:
    """Build a request from texts or plain values by any spelling of its parameters.

    Raises:
        ConfigError: names that are no parameters, given twice, or values that cannot be used, all together.
    """
    sections: dict[str, dict[str, object]] = {name: {} for name in get_type_hints(request)}
    spelled = {spelling: entry for entry in _parameters(request) for spelling in entry.spellings}
    faults = []
    for spelling, text in given.items():
        entry = spelled.get(spelling)
        if entry is None:
            faults.append(f"{spelling}: no such parameter")
        elif entry.known.name in sections[entry.section]:
            faults.append(f"{entry.known.option}: given twice, once as {spelling}")
        else:
            try:
                sections[entry.section][entry.known.name] = entry.value(spelling, text)
            except ValueError as error:
                faults.append(f"{spelling}: {error}")
    built = {}
    for name, config in get_type_hints(request).items():
        try:
            if name == CHANGES:
                changed = build(DetectorConfig, sections[name])
                built[name] = {key: getattr(changed, key) for key in sections[name]}
            else:
                built[name] = build(config, sections[name])
        except ConfigError as error:
            faults.extend(error.faults)
    if faults:
        raise ConfigError(faults)
    return request(**built)


def _without(settings: Mapping[str, object], given: Mapping[str, object], known: list[Entry]) -> dict[str, object]:
    """Drop settings that the command line overrules under any spelling, and those of other commands."""
    overruled = {spelling for entry in known for spelling in entry.spellings if given.keys() & set(entry.spellings)}
    mine = {spelling for entry in known for spelling in entry.spellings}
    return {
        name: value
        for name, value in settings.items()
        if name not in overruled and (name in mine or name not in every_spelling())
    }


def every_spelling() -> set[str]:
    """Return every spelling of every parameter of the project."""
    commands = (TrainRequest, EvaluateRequest, PredictRequest, RunRequest, HyperoptRequest)
    return {spelling for request in commands for entry in _parameters(request) for spelling in entry.spellings}


def _hyphens(name: str) -> str:
    return name.replace("_", "-")


def _words(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)
