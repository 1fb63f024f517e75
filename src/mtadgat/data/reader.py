"""Reader: from the parameters of the data to a series."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

from mtadgat.config import DataConfig
from mtadgat.config.parameter import build
from mtadgat.data import demo
from mtadgat.data.causes import causes_of, kept_causes, read_blames
from mtadgat.data.cleaning import repaired, time_order
from mtadgat.data.columns import Rows, rows_of, target_names
from mtadgat.data.formats.tables import read_table
from mtadgat.data.layouts import SPLITS, Part
from mtadgat.data.ranges import part_of
from mtadgat.data.source import Source, find_source, name_of_path
from mtadgat.errors import DataError, MtadGatError
from mtadgat.series import Cause, Series

log = logging.getLogger(__name__)


def read_series(
    fpath: str,
    *,
    split: str = "train",
    entity: str | None = None,
    dataset: str | None = None,
    layout: str = "auto",
    delimiter: str | None = None,
    time_column: str | None = None,
    label_column: str | None = None,
    ignore_columns: str | None = None,
    target_features: str | None = None,
    train_start: str | int | None = None,
    train_end: str | int | None = None,
    eval_start: str | int | None = None,
    eval_end: str | int | None = None,
    new_start: str | int | None = None,
    new_end: str | int | None = None,
) -> Series:
    """Read one part of one entity.

    Args:
        fpath: file, folder or URL; ``demo`` is the built-in synthetic fleet.
        split: train, eval or new.
        entity: machine or channel, where there are several.
        dataset: name of the data set; None takes it from the path.
        layout: auto, splits, omnianomaly, telemanom or table.
        delimiter: column separator of text; None finds it out.
        time_column: name or position of the time; None recognises it.
        label_column: name or position of the labels; None recognises it.
        ignore_columns: names or positions to leave out, separated by commas.
        target_features: names or positions among the features, separated by commas; None means all.
        train_start: first row, or ISO 8601 time, of the train part; ``eval_start`` and ``new_start`` alike.
        train_end: row or time at which the train part ends, exclusive; ``eval_end`` and ``new_end`` alike.

    Returns:
        the series, in time order, all values finite, in the units of the input.

    Raises:
        DataError: the data cannot be read, or they are not what the options say.
        MissingExtraError: the package for this kind of URL is not installed.
    """
    given = dict(locals())
    return _read(build(DataConfig, {name: value for name, value in given.items() if name != "split"}), split)


def available_splits(
    fpath: str, *, entity: str | None = None, layout: str = "auto", **options: Any
) -> tuple[str, ...]:
    """Return the splits that can be read, in the order train, eval, new.

    A single table has all three: `ranges` says which rows they are.

    Args:
        fpath: file, folder or URL.
        entity: machine or channel, where there are several.
        layout: auto, splits, omnianomaly, telemanom or table.
        options: the other options of `read_series`; they change nothing here.

    Raises:
        DataError: nothing can be read there.
        MissingExtraError: the package for this kind of URL is not installed.
    """
    del options
    if fpath == demo.NAME:
        demo.machine_named(entity)
        return SPLITS
    splits = find_source(fpath, layout).entity(entity).splits
    return tuple(split for split in SPLITS if split in splits)


def dataset_name(fpath: str) -> str:
    """Return the name of a data set, the one that its series carry.

    Where nothing can be read, the name that the path spells.

    Args:
        fpath: file, folder or URL.
    """
    if fpath == demo.NAME:
        return demo.NAME
    try:
        return find_source(fpath).dataset
    except MtadGatError:
        return name_of_path(fpath)


def _read(config: DataConfig, split: str) -> Series:
    if split not in SPLITS:
        raise DataError(f"one of {', '.join(SPLITS)}", repr(split), "Correct --split.")
    whole, one_table = (_demo(config, split), False) if config.fpath == demo.NAME else _from_files(config, split)
    series = repaired(part_of(whole, split, config, one_table=one_table))
    log.info("%s: %d rows and %d features of the %s part", series.name, len(series), len(series.features), split)
    return series


def _demo(config: DataConfig, split: str) -> Series:
    machine = demo.machine_named(config.entity)
    part = demo.simulate(machine, split)
    rows = rows_of(part.table, demo.NAME, config)
    causes = kept_causes(part.causes, rows.numbered, rows.features, demo.NAME)
    return _series(rows, config, dataset=demo.NAME, entity=machine, causes=causes)


def _from_files(config: DataConfig, split: str) -> tuple[Series, bool]:
    source = find_source(config.fpath, config.layout)
    entity, splits = source.entity(config.entity)
    if split not in splits:
        held = ", ".join(name for name in SPLITS if name in splits)
        raise DataError(
            f"a part {split!r} in {config.fpath}", f"only {held}", f"Read another part, or add a {split} file."
        )
    part = splits[split]
    frame = read_table(source.location.read(part.rows), part.rows, config.delimiter)
    rows = rows_of(frame, part.rows, config)
    labels = source.layout.labels(source.location, part, entity, len(frame), config.delimiter)
    if labels is not None:
        rows = rows._replace(labels=labels)
    elif rows.labels is None and split == "eval":
        log.warning("%s: no labels for the eval part, neither in a file nor in a column", part.rows)
    series = _series(
        rows,
        config,
        dataset=source.dataset,
        entity=entity,
        causes=_causes(source, part, rows),
        targets=source.layout.targets(rows.features),
    )
    return series, source.layout.one_table


def _causes(source: Source, part: Part, rows: Rows) -> tuple[Cause, ...]:
    if part.causes is None:
        return ()
    text = b"".join(source.location.read(part.causes)).decode("utf-8", errors="replace")
    blames = read_blames(text, part.causes)
    causes = causes_of(blames, rows.labels, inclusive=source.layout.inclusive_causes)
    return kept_causes(causes, rows.numbered, rows.features, part.causes)


def _series(
    rows: Rows,
    config: DataConfig,
    *,
    dataset: str,
    entity: str,
    causes: tuple[Cause, ...],
    targets: tuple[str, ...] = (),
) -> Series:
    series = Series(
        values=rows.values,
        features=rows.features,
        dataset=config.dataset or dataset,
        entity=entity,
        timestamps=rows.timestamps,
        labels=rows.labels,
        targets=target_names(config.target_features, rows.features) or targets,
        causes=causes,
    )
    return _in_time_order(series)


def _in_time_order(series: Series) -> Series:
    order = None if series.timestamps is None else time_order(series.timestamps, series.name)
    if order is None or series.timestamps is None:
        return series
    if series.causes:
        log.warning("%s: rows moved, so the rows of the interpretation no longer fit; it is left out", series.name)
    labels = None if series.labels is None else series.labels[order]
    return replace(series, values=series.values[order], timestamps=series.timestamps[order], labels=labels, causes=())
