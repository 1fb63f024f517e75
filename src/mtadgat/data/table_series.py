"""Table series: from a table to a series in time order, all values finite: the one way that every door takes.

Files, tables of a catalog, data frames of a notebook and requests to a served model become series here, so that messy
rows are repaired alike wherever they come from. It is stored with every logged model, and imports nothing that scoring
does not need.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from mtadgat.config import FileConfig
from mtadgat.data.columns.table_rows import Rows, rows_of
from mtadgat.data.formats.numbers import NumberColumns, columns_as_written
from mtadgat.data.remembered import present_columns
from mtadgat.data.rows import in_time_order, repaired
from mtadgat.reading import Known, Notes
from mtadgat.series import Cause, Series


def series_of(frame: pd.DataFrame, file: FileConfig, notes: Notes, known: Known | None = None) -> Series:
    """Return a table as a series, repaired.

    Args:
        frame: the rows, in any order; an index of dates counts as a column.
        file: which column is what, and how they are written.
        notes: take what is decided; they name the table.
        known: what a model knows, for rows that it is to read; None: there is no model.

    Raises:
        DataError: time or labels are ambiguous, a feature is not numeric, or too many rows share a time.
    """
    table = plain_table(frame, file, notes)
    file = present_columns(file, known, list(table.columns), notes)
    rows = rows_of(table, file, notes, known, labelled=False)
    return repaired(unrepaired_series(rows, notes, dataset=notes.name))


def plain_table(frame: pd.DataFrame, file: FileConfig, notes: Notes) -> pd.DataFrame:
    """Return a data frame as a file would have been read.

    Names are strings, rows are numbered, an index of dates is a column, and text that holds numbers becomes numbers.

    Args:
        frame: the rows.
        file: how numbers and missing words are written.
        notes: take what is decided.
    """
    if isinstance(frame.index, pd.DatetimeIndex):
        frame = frame.reset_index(names=frame.index.name or "timestamp")
    named = frame.reset_index(drop=True).set_axis([str(column) for column in frame.columns], axis=1)
    numbers = NumberColumns(file, notes)
    table = numbers.convert(named, columns_as_written(list(named.columns), file))
    numbers.note()
    return table


def unrepaired_series(
    rows: Rows,
    notes: Notes,
    *,
    dataset: str,
    entity: str = "",
    targets: tuple[str, ...] = (),
    causes: tuple[Cause, ...] = (),
    source: str = "",
) -> Series:
    """Return rows as a series in the order of time; missing values stay what they are.

    Args:
        rows: rows in any order.
        notes: take what is decided; they name the table.
        dataset, entity, targets, causes, source: as in `Series`.

    Raises:
        DataError: too many rows share a time.
    """
    ordered = in_time_order(rows, notes)
    if causes and ordered is not rows:
        notes.doubtful("rows were sorted, so the rows of the interpretation file no longer match; it is ignored")
        causes = ()
    return Series(
        values=ordered.values,
        features=ordered.features,
        dataset=dataset,
        entity=entity,
        timestamps=ordered.timestamps,
        labels=ordered.labels,
        targets=targets,
        causes=causes,
        source=source,
        positions=ordered.positions,
        carried=ordered.carried,
        clock=ordered.clock,
        reading=replace(ordered.reading, notes=notes.all),
    )
