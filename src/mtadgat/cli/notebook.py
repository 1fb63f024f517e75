"""Notebook: a command whose options are the widgets of a Databricks notebook."""

from __future__ import annotations

from typing import Any

import click

from mtadgat.cli import main
from mtadgat.cli.options import GroupedOption, Text
from mtadgat.integrations.databricks.secrets import load_azure_secrets
from mtadgat.integrations.databricks.widgets import Widget, changed_values, show

SECRET_SCOPE = Widget("secret_scope", "secret_scope [default: none]")


def notebook(dbutils: Any, name: str) -> str:
    """Show the options of a command as widgets, run it with their values, and return the id of its MLflow run.

    Args:
        dbutils: that of the notebook.
        name: name of the command, such as ``train``.

    Raises:
        MtadGatError: the values cannot be used, or the command failed.
        click.UsageError: an option does not exist or has an invalid value.
    """
    widgets = command_widgets(name)
    show(dbutils, [*widgets, SECRET_SCOPE])
    scope = changed_values(dbutils, [SECRET_SCOPE]).get(SECRET_SCOPE.name)
    if scope:
        load_azure_secrets(dbutils, scope)
    # Joined with =, so that a value such as -1 is not read as an option.
    arguments = [f"--{option}={value}" for option, value in changed_values(dbutils, widgets).items()]
    main([name, *arguments], prog_name="mtadgat", standalone_mode=False)

    from mtadgat.integrations.mlflow.runs.mlflow_tracking import last_run_id

    return last_run_id()


def command_widgets(name: str) -> list[Widget]:
    """Return the widgets of a command, in the order of its help."""
    options = [option for option in main.commands[name].params if isinstance(option, GroupedOption)]
    shown = [option for option in options if not option.hidden]
    aliases: dict[str, list[str]] = {}
    for option in options:
        if option.hidden and isinstance(option.type, Text):
            aliases.setdefault(option.type.declared.name, []).append(_widget_name(option))
    return [
        Widget(
            name=_widget_name(option),
            label=_label(option),
            choices=_choices(option.type),
            aliases=tuple(aliases.get(_widget_name(option), ())),
        )
        for option in shown
    ]


def _choices(kind: click.ParamType[Any]) -> tuple[str, ...]:
    if not isinstance(kind, Text):
        return ()
    return ("true", "false") if kind.declared.type is bool else kind.declared.parameter.choices


def _label(option: click.Option) -> str:
    default = (option.help or "").partition("[default: ")
    return f"{_widget_name(option)} {default[1]}{default[2]}".strip()


def _widget_name(option: click.Option) -> str:
    return str(option.name).replace("-", "_")
