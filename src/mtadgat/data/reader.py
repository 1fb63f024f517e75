"""Reader: from the parameters of the data to a series."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import pandas as pd

from mtadgat.config import DataConfig, FileConfig
from mtadgat.config.parameter import build
from mtadgat.data import demo
from mtadgat.data.carried import carried_columns, known_beside
from mtadgat.data.causes import causes_of, kept_causes, read_blames
from mtadgat.data.columns.table_rows import Rows, entity_column_of, rows_of, target_names
from mtadgat.data.entities import (
    EntityRows,
    chosen_entity,
    entities_of,
    listed_names,
    refuse_repeated_times,
    rows_of_entity,
)
from mtadgat.data.joined_table import read_joined
from mtadgat.data.layouts.layout import SPLITS, SplitFiles
from mtadgat.data.open_table import OpenTable
from mtadgat.data.remembered import present_columns, remembering
from mtadgat.data.rows import repaired, split_rows
from mtadgat.data.source import EntityFiles, Source, find_source, name_of_path
from mtadgat.data.storage.delta import LocalTables
from mtadgat.data.storage.pieces import natural
from mtadgat.data.storage.table_store import TableStore, table_name
from mtadgat.data.storage.table_suffix import is_table
from mtadgat.data.table_series import plain_table, unrepaired_series
from mtadgat.errors import DataError, MtadGatError
from mtadgat.reading import Known, Notes
from mtadgat.series import Cause, Series

log = logging.getLogger(__name__)

FRAME = "table"
"""Name of the data set of a data frame."""


def read_series(
    fpath: str | pd.DataFrame,
    *,
    split: str = "train",
    known: Known | None = None,
    tables: TableStore | None = None,
    **options: object,
) -> Series:
    """Read one split of one entity; see `read`.

    Args:
        fpath: file, folder or URL, or ``catalog.schema.table``; ``demo`` is the built-in synthetic fleet. Or a data
            frame, which is read as a file with the same content: it may be messy.
        split: train, eval or new.
        known: reads rows for a model as those it was trained on, where ``options`` say nothing else:
            ``known=detector.known``.
        tables: reads tables of a catalog, such as ``mtadgat.integrations.spark.tables.SparkTables()`` on a cluster.
        options: the other fields of `DataConfig` by name. Most used: ``entity`` (machine or channel, if there are
            several), ``train_end`` (row or ISO 8601 time at which the train split ends, exclusive),
            ``ignore_columns``, ``time_column``, ``label_column`` and ``entity_column`` (names or positions from 0).

    Raises:
        ConfigError: an option is unknown, or its value is not valid.
        DataError: the data cannot be read, or they do not match the options.
        MissingExtraError: the package for this kind of URL is not installed.
    """
    if isinstance(fpath, pd.DataFrame):
        return _from_frame(fpath, build(DataConfig, options), split, known)
    config = build(DataConfig, {"fpath": fpath, **options})
    return read(config, split, open_source(config, tables), known)


def read(
    config: DataConfig,
    split: str,
    source: Source | OpenTable | None = None,
    known: Known | None = None,
    carry: str | None = None,
) -> Series:
    """Read one split of one entity.

    Args:
        config: which data.
        split: train, eval or new.
        source: what `open_source` returned for ``config``, if it is open already.
        known: what a model knows that is to read the rows; None: there is none.
        carry: columns to carry along, names or positions separated by commas; those of a table that is open already
            are known to it.

    Returns:
        the series, in time order, all values finite, in the units of the input.

    Raises:
        DataError: the data cannot be read, or they do not match the configuration.
        MissingExtraError: the package for this kind of URL is not installed.
    """
    if split not in SPLITS:
        raise DataError(f"one of {', '.join(SPLITS)}", repr(split), "Correct --split.")
    source = source or open_source(config)
    config = remembering(config, known)
    if isinstance(source, OpenTable):
        whole, one_table = _from_table(config, split, source.knowing(known)), True
    elif source is not None:
        whole, one_table = _from_files(config, split, source, known, carry), source.layout.one_table
    else:
        whole, one_table = _demo(config, split, carry), False
    series = repaired(split_rows(whole, split, config, one_table=one_table), training=split == "train")
    log.info("%s: %d rows and %d features of the %s split", series.name, len(series), len(series.features), split)
    return series


def available_splits(config: DataConfig, source: Source | OpenTable | None = None) -> tuple[str, ...]:
    """Return the splits that can be read, in the order train, eval, new.

    A single table has all three: `mtadgat.data.rows` says which rows they are.

    Args:
        config: which data.
        source: what `open_source` returned for ``config``, if it is open already.

    Raises:
        DataError: nothing can be read there.
        MissingExtraError: the package for this kind of URL is not installed.
    """
    source = source or open_source(config)
    if source is None:
        demo.machine_named(config.entity)
        return SPLITS
    if isinstance(source, OpenTable):
        return SPLITS
    # A model may remember the column that names the entities, so that they are checked when rows are read.
    splits = _entity_files(config, source).splits if any(source.entities) else source.entity_files(None).splits
    return tuple(split for split in SPLITS if split in splits)


def entities(config: DataConfig, source: Source | OpenTable | None = None) -> tuple[str, ...]:
    """Return the entities that can be read, each by the name that `DataConfig.entity` takes.

    Args:
        config: which data; its ``entity`` does not matter.
        source: what `open_source` returned for ``config``, if it is open already.

    Returns:
        their names; the only one of data without entities is the empty string.

    Raises:
        DataError: nothing can be read there, or no column has the name that was given.
        MissingExtraError: the package for this kind of URL is not installed.
    """
    source = source or open_source(config)
    if source is None:
        return demo.MACHINES
    if isinstance(source, OpenTable):
        return source.entities
    if _without_partition(config, source).entity_column is None:
        return tuple(source.entities)
    found: dict[str, None] = {}
    for name in dict.fromkeys(files.rows for files in _entity_files(config, source).splits.values()):
        notes = Notes(name)
        table = read_joined(source.location, name, config.file, notes)
        found |= dict.fromkeys(entities_of(table[entity_column_of(list(table.columns), config.file, name) or ""]))
    return tuple(sorted(found, key=natural))


def open_source(
    config: DataConfig, tables: TableStore | None = None, carry: str | None = None
) -> Source | OpenTable | None:
    """Return the files or the table behind a path or name, or None for the demo, which has neither.

    Args:
        config: which data.
        tables: reads tables that are not files; omitted: what can be read without Spark.
        carry: columns that a table, which is read once, is to carry along.

    Raises:
        DataError: nothing can be read there.
        MissingExtraError: the package for this kind of URL is not installed.
        ServiceError: the store of tables does not answer.
    """
    if config.fpath == demo.NAME:
        return None
    tables, name = tables or LocalTables(), table_name(config.fpath)
    if name is not None:
        return OpenTable(tables.table(name), name_of_path(name.table), config, carry=carry)
    folder = None if is_table(config.fpath) else tables.delta_folder(config.fpath)
    if folder is not None:
        return OpenTable(folder, name_of_path(config.fpath), config, carry=carry)
    return find_source(config.fpath, config.layout, config.join_files)


def dataset_name(url: str) -> str:
    """Return the name that the series of a data set carry, or the one that the path spells if it cannot be read.

    Args:
        url: file, folder or URL.
    """
    if url == demo.NAME:
        return demo.NAME
    try:
        return find_source(url).dataset
    except MtadGatError:
        return name_of_path(url)


def _demo(config: DataConfig, split: str, carry: str | None) -> Series:
    machine = demo.machine_named(config.entity)
    simulated = demo.simulate(machine, split)
    notes = Notes(demo.NAME)
    carried = carried_columns(carry, list(simulated.table.columns), notes.name)
    rows = rows_of(simulated.table, config.file, notes)
    rows = rows.carrying(simulated.table, carried)
    causes = kept_causes(simulated.causes, rows.numbered, rows.features, demo.NAME)
    return _series(rows, config, notes, dataset=demo.NAME, entity=machine, causes=causes)


def _from_files(config: DataConfig, split: str, source: Source, known: Known | None, carry: str | None) -> Series:
    files_entity, splits = _entity_files(config, source)
    if split not in splits:
        available = ", ".join(name for name in SPLITS if name in splits)
        raise DataError(
            f"a split {split!r} in {config.fpath}", f"only {available}", f"Read another split, or add a {split} file."
        )
    files = splits[split]
    notes = Notes(files.rows)
    table = read_joined(source.location, files.rows, config.file, notes)
    carried = carried_columns(carry, list(table.columns), notes.name)
    known = known_beside(known, carried, list(table.columns))
    file = present_columns(_without_partition(config, source), known, list(table.columns), notes)
    frame, entity = _rows_of_entity(config, table, file, notes, files_entity)
    rows = rows_of(
        frame,
        file,
        notes,
        known,
        elsewhere=lambda: _columns_elsewhere(source, splits, config),
        labelled=split != "new",
    )
    rows = rows._replace(reading=replace(rows.reading, rows=len(table))).carrying(table, carried)
    if rows.timestamps is not None:
        unlabelled = frame.drop(columns=rows.reading.label, errors="ignore")
        refuse_repeated_times(
            unlabelled,
            rows.timestamps,
            notes.name,
            joined=source.joins(files.rows),
            entity=rows.reading.entity,
        )
    labels = source.layout.labels(source.location, files, files_entity, len(table), file=config.file, notes=notes)
    if labels is not None:
        rows = rows._replace(labels=labels[rows.positions])
    _note_absent_labels(rows, split, files.rows)
    return _series(
        rows,
        config,
        notes,
        dataset=source.dataset,
        entity=entity,
        causes=_causes(source, files, rows, whole=len(table)),
        targets=source.layout.targets(rows.features),
    )


def _columns_elsewhere(source: Source, splits: Mapping[str, SplitFiles], config: DataConfig) -> list[str]:
    """Return the columns of all files of an entity, which the options may name although one file lacks them."""
    names = dict.fromkeys(name for files in splits.values() for name in (files.rows, files.labels) if name is not None)
    tables = (read_joined(source.location, name, config.file, Notes(name)) for name in names)
    return list(dict.fromkeys(str(column) for table in tables for column in table.columns))


def _entity_files(config: DataConfig, source: Source) -> EntityFiles:
    """Return the files that hold the entity, which a column of theirs names if one is given."""
    column = _without_partition(config, source).entity_column
    if column is None or config.entity in source.entities:
        return source.entity_files(config.entity)
    if len(source.entities) > 1:
        raise DataError(
            f"one table in {config.fpath}, in which column {column!r} names the machine of each row",
            f"{len(source.entities)}: {listed_names(list(source.entities))}",
            "Pick one with --entity, and leave out --entity-column; or give the path of one table.",
        )
    return source.entity_files(None)


def _rows_of_entity(
    config: DataConfig, table: pd.DataFrame, file: FileConfig, notes: Notes, files_entity: str
) -> EntityRows:
    """Return the rows of the entity that was asked for, of a table that may hold several."""
    column = entity_column_of(list(table.columns), file, notes.name)
    if column is not None:
        asked = None if config.entity == files_entity else config.entity
        return rows_of_entity(table, column, asked, notes)
    if config.entity is not None and config.file.entity_column is not None and not files_entity:
        notes.doubtful(f"no column {config.file.entity_column!r}: all rows are taken for those of {config.entity!r}")
        return EntityRows(table, config.entity)
    return EntityRows(table, files_entity)


def _without_partition(config: DataConfig, source: Source) -> FileConfig:
    """Return how the files are written; a key of their partitions is no column of theirs."""
    key = config.file.entity_column
    return replace(config.file, entity_column=None) if key and source.has_partition(key) else config.file


def _from_table(config: DataConfig, split: str, table: OpenTable) -> Series:
    _note_absent_labels(table.rows, split, config.fpath)
    return _series(table.rows, config, table.notes, dataset=table.dataset, entity=table.entity, causes=())


def _from_frame(frame: pd.DataFrame, config: DataConfig, split: str, known: Known | None) -> Series:
    config, notes = remembering(config, known), Notes(config.dataset or FRAME)
    table = plain_table(frame, config.file, notes)
    file = present_columns(config.file, known, list(table.columns), notes)
    chosen, entity = _rows_of_entity(config, table, file, notes, "")
    rows = rows_of(chosen, file, notes, known)
    whole = _series(rows, config, notes, dataset=FRAME, entity=entity, causes=())
    return replace(repaired(split_rows(whole, split, config, one_table=True)), source="")


def _note_absent_labels(rows: Rows, split: str, name: str) -> None:
    if rows.labels is None and split == "eval":
        log.warning("%s: no labels for the eval split, neither in a file nor in a column", name)


def _causes(source: Source, files: SplitFiles, rows: Rows, *, whole: int) -> tuple[Cause, ...]:
    """Return the causes of a split; those of a table of several entities count the rows of all."""
    if files.causes is None:
        return ()
    if len(rows.positions) < whole:
        log.warning("%s: counts the rows of all entities in the table; it is ignored", files.causes)
        return ()
    text = b"".join(source.location.read(files.causes)).decode("utf-8", errors="replace")
    blames = read_blames(text, files.causes)
    causes = causes_of(blames, rows.labels, inclusive=source.layout.inclusive_causes)
    return kept_causes(causes, rows.numbered, rows.features, files.causes)


def _series(
    rows: Rows,
    config: DataConfig,
    notes: Notes,
    *,
    dataset: str,
    entity: str,
    causes: tuple[Cause, ...],
    targets: tuple[str, ...] = (),
) -> Series:
    return unrepaired_series(
        rows,
        notes,
        dataset=config.dataset or dataset,
        entity=entity,
        targets=target_names(config.target_features, rows.features) or targets,
        causes=causes,
        source=config.fpath,
    )


class Subject(NamedTuple):
    """Whose rows they are: the data set, and the entity, empty if there is only one."""

    dataset: str
    entity: str


def subject_of(data: DataConfig, source: Source | OpenTable | None) -> Subject:
    """Return whose rows they are, without reading them, unless a column has to tell.

    Args:
        data: which data.
        source: what `open_source` returned for them.

    Raises:
        DataError: there is no such entity, or there are several to choose from.
    """
    if source is None:
        return Subject(data.dataset or demo.NAME, demo.machine_named(data.entity))
    named = source.named_entity if isinstance(source, OpenTable) else _named_entity(data, source)
    return Subject(data.dataset or source.dataset, named)


def _named_entity(data: DataConfig, source: Source) -> str:
    """Return the entity that was asked for, or the only one; a column that names it is read in the latter case."""
    if _without_partition(data, source).entity_column is None and any(source.entities):
        return source.entity_files(data.entity).entity
    return data.entity.strip() if data.entity else chosen_entity(None, entities(data, source), data.fpath)
