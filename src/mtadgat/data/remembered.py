"""Remembered: a table is read as the training rows of a model were, where the user says nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from mtadgat.config import DataConfig, FileConfig
from mtadgat.config.parameter import declared, parameter_values
from mtadgat.data.columns.name_lists import named_columns
from mtadgat.reading import Known, Notes

COLUMNS = ("time_column", "label_column", "entity_column")
"""Parameters that name columns which new rows may lack."""

BY_FEATURES = ("feature_columns", "ignore_columns")
"""Parameters that say which columns are features: the features of the model say so for new rows."""


def remembering(data: DataConfig, known: Known | None) -> DataConfig:
    """Return which data to read, with what the user left open as a model remembers it.

    Args:
        data: what the user said.
        known: what the model knows; None: there is none.
    """
    return data if known is None else data.with_params(file=replace(data.file, **_remembered(data.file, known)))


def present_columns(file: FileConfig, known: Known | None, columns: Sequence[str], notes: Notes) -> FileConfig:
    """Return a description of a file without remembered columns that it lacks, so that others are looked for.

    Args:
        file: which columns the user named, and which a model remembers.
        known: what the model knows; None: there is none.
        columns: of the table.
        notes: take what was remembered.
    """
    if known is None:
        return file
    values = parameter_values(file)
    used = {name: value for name, value in known.options.items() if name in values and values[name] == value}
    absent = [name for name in COLUMNS if name in used and named_columns(str(used[name]), columns).absent]
    told = [f"{name} {value}" for name, value in used.items() if name not in (*absent, *BY_FEATURES)]
    if told:
        notes.decided(f"read like the training rows: {', '.join(told)}")
    return replace(file, **dict.fromkeys(absent))


def given_options(file: FileConfig) -> Mapping[str, object]:
    """Return the parameters of a file that are set."""
    return {name: value for name, value in parameter_values(file).items() if value is not None}


def _remembered(file: FileConfig, known: Known) -> dict[str, Any]:
    given, parameters = given_options(file), declared(FileConfig)
    return {
        name: parameters[name].parse(value)
        for name, value in known.options.items()
        if name in parameters and name not in given and name not in BY_FEATURES
    }
