"""Which rows to read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from mtadgat.config.file import FileConfig
from mtadgat.config.parameter import Composed, parameter

PATH_OPTION = "--fpath"
"""The option that gives the path or URL, for messages."""


@dataclass(frozen=True, init=False)
class DataConfig(Composed):
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
    join_files: bool | None = parameter(
        None, "Whether the files of a folder continue one another, as one for each day do; detected if omitted."
    )
    file: FileConfig = field(default_factory=FileConfig)
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
