"""Which rows to read."""

from __future__ import annotations

from dataclasses import dataclass

from mtadgat.config.parameter import Checked, parameter


@dataclass(frozen=True)
class DataConfig(Checked):
    """Which rows to read, from where."""

    fpath: str = parameter(
        "demo",
        "File, folder or URL of the data; `demo` makes a small synthetic fleet.",
        group="Data",
        aliases=("data", "path"),
    )
    entity: str | None = parameter(
        None, "Machine or channel to read where the data hold several.", group="Data", aliases=("group",)
    )
    dataset: str | None = parameter(None, "Name in MLflow; none: taken from the path.", group="Data")
    layout: str = parameter(
        "auto",
        "Arrangement of the files; auto recognises it.",
        group="Data",
        choices=("auto", "telemanom", "omnianomaly", "splits", "table"),
    )
    delimiter: str | None = parameter(None, "Column separator of text files; none: found out.", group="Data")
    time_column: str | None = parameter(None, "Column that holds the time; none: recognised.", group="Data")
    label_column: str | None = parameter(None, "Column that holds the labels; none: recognised.", group="Data")
    ignore_columns: str | None = parameter(None, "Columns to leave out, separated by commas.", group="Data")
    target_features: str | None = parameter(
        None,
        "Features to forecast and reconstruct, names or numbers separated by commas; none: all.",
        group="Data",
    )
    train_start: str | None = parameter(
        None, "First row, or time, of the training part.", group="Row ranges", aliases=("train-from",)
    )
    train_end: str | None = parameter(
        None,
        "Row, or time, at which the training part ends (exclusive).",
        group="Row ranges",
        aliases=("train-until",),
    )
    eval_start: str | None = parameter(None, "First row, or time, of the evaluated part.", group="Row ranges")
    eval_end: str | None = parameter(
        None, "Row, or time, at which the evaluated part ends (exclusive).", group="Row ranges"
    )
    new_start: str | None = parameter(None, "First row, or time, to predict.", group="Row ranges")
    new_end: str | None = parameter(None, "Row, or time, at which prediction ends (exclusive).", group="Row ranges")
