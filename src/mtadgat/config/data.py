"""Which rows to read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from mtadgat.config.parameter import Checked, parameter


@dataclass(frozen=True)
class DataConfig(Checked):
    """Which rows to read, from where."""

    heading: ClassVar[str] = "Data"

    fpath: str = parameter(
        "demo",
        "File, folder or URL of the data, or catalog.schema.table on a cluster; `demo` makes a synthetic fleet.",
        aliases=("data", "path"),
        is_path=True,
    )
    entity: str | None = parameter(
        None, "Machine or channel to read, where the data hold several.", aliases=("group",)
    )
    dataset: str | None = parameter(None, "Name in MLflow; taken from the path if omitted.")
    layout: str = parameter(
        "auto",
        "Arrangement of the files; auto detects it.",
        choices=("auto", "telemanom", "omnianomaly", "splits", "table"),
    )
    delimiter: str | None = parameter(None, "Column separator of text files; detected if omitted.")
    time_column: str | None = parameter(None, "Column that holds the time; detected if omitted.")
    label_column: str | None = parameter(None, "Column that holds the labels; detected if omitted.")
    ignore_columns: str | None = parameter(None, "Columns to leave out, separated by commas.")
    target_features: str | None = parameter(
        None,
        "Features to forecast and reconstruct, names or numbers separated by commas; all if omitted.",
    )
    train_start: str | None = parameter(
        None, "First row, or time, of the training split.", heading="Row ranges", aliases=("train-from",)
    )
    train_end: str | None = parameter(
        None,
        "Row, or time, at which the training split ends (exclusive).",
        heading="Row ranges",
        aliases=("train-until",),
    )
    eval_start: str | None = parameter(None, "First row, or time, of the evaluated split.", heading="Row ranges")
    eval_end: str | None = parameter(
        None, "Row, or time, at which the evaluated split ends (exclusive).", heading="Row ranges"
    )
    new_start: str | None = parameter(None, "First row, or time, to predict.", heading="Row ranges")
    new_end: str | None = parameter(None, "Row, or time, at which prediction ends (exclusive).", heading="Row ranges")
