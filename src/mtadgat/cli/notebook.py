"""Notebook: a command whose options are the widgets of a Databricks notebook."""

from __future__ import annotations

from typing import Any

import click

from mtadgat.cli import main
from mtadgat.cli.options import GroupedOption, Text
from mtadgat.integrations.databricks.secrets import load_azure_secrets
from mtadgat.integrations.databricks.widgets import Widget, given, show

SECRET_SCOPE = Widget("secret_scope", "secret_scope [default: none]")


def notebook(dbutils: Any, name: str) -> str:
    """Show the options of a command as widgets, run it with their values, and return the id of its MLflow run.

    Args:
        dbutils: the notebook's own.
        name: the command, such as ``train``.

    Raises:
        MtadGatError: the values cannot be used, or the command failed.
        click.UsageError: an option is wrong.
    """
    widgets = command_widgets(name)
    show(dbutils, [*widgets, SECRET_SCOPE])
    scope = given(dbutils, [SECRET_SCOPE]).get(SECRET_SCOPE.name)
    if scope:
        load_azure_secrets(dbutils, scope)
    # Joined with =, so that a value such as -1 is not taken for an option.
    words = [f"--{option}={value}" for option, value in given(dbutils, widgets).items()]
    main([name, *words], prog_name="mtadgat", standalone_mode=False)

    from mtadgat.integrations.mlflow.runs.mlflow_tracking import last_run

    return last_run()


def command_widgets(name: str) -> list[Widget]:
    """Return the widgets of a command, in the order of its help."""
    options = [option for option in main.commands[name].params if isinstance(option, GroupedOption)]
    shown = [option for option in options if not option.hidden]
    others: dict[str, list[str]] = {}
    for option in options:
        if option.hidden and isinstance(option.type, Text):
            others.setdefault(option.type.declared.name, []).append(_word(option))
    return [
        Widget(
            name=_word(option),
            label=_label(option),
            choices=_choices(option.type),
            others=tuple(others.get(_word(option), ())),
        )
        for option in shown
    ]


def _choices(kind: click.ParamType[Any]) -> tuple[str, ...]:
    if not isinstance(kind, Text):
        return ()
    return ("true", "false") if kind.declared.type is bool else kind.declared.parameter.choices


def _label(option: click.Option) -> str:
    default = (option.help or "").partition("[default: ")
    return f"{_word(option)} {default[1]}{default[2]}".strip()


def _word(option: click.Option) -> str:
    return str(option.name).replace("-", "_")
