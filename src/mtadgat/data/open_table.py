"""Open table: the rows of a stored table, in the order of time, which is the only one that they have.

- One column has to hold the time: rows of a table come in any order, and another one the next time.
- Of several equal rows one is kept, with a logged note. Rows with the same time and other values are an error: none of
  them is the last.
- Columns are numbers, booleans, text, dates and times; nested ones are an error unless they are ignored, and so not
  read. Every column takes the names and values that it would have if a file held the table.
- Where a column names the machine of each row, the rows of one machine alone are read.
- All rows are read at once, and only once: the splits of a table that grows come from one state of it.
"""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mtadgat.config import DataConfig, FileConfig
from mtadgat.config.data import PATH_OPTION
from mtadgat.data.carried import carried_columns, known_beside
from mtadgat.data.columns.name_lists import option_line
from mtadgat.data.columns.options import IGNORE
from mtadgat.data.columns.table_rows import Rows, entity_column_of, rows_of, wanted_columns
from mtadgat.data.entities import asked_entity, chosen_entity, entities_of, entity_names, told_apart
from mtadgat.data.formats.tables import column_names
from mtadgat.data.remembered import present_columns, remembering
from mtadgat.data.storage.place import Place, place
from mtadgat.data.storage.table_store import StoredTable, table_name
from mtadgat.data.times.zones import shown_twice
from mtadgat.errors import DataError
from mtadgat.reading import Known, Notes

if TYPE_CHECKING:
    from jaxtyping import Bool, Int, Shaped

log = logging.getLogger(__name__)

FLAT_TYPES = frozenset(
    [
        *("tinyint", "smallint", "int", "bigint", "byte", "short", "integer", "long"),
        *("float", "double", "decimal", "boolean", "string", "char", "varchar"),
        *("date", "timestamp", "timestamp_ntz"),
    ]
)
"""Types of columns that can be read, as Spark and Delta spell them."""


class OpenTable:
    """A stored table, opened to be read as a configuration says.

    Args:
        table: the table.
        dataset: name of the data set.
        config: its ``fpath`` is the name of the table in messages.
        known: what a model knows that is to read the rows; None: there is none.
        carry: columns to carry along, names or positions separated by commas.

    Raises:
        DataError: the configuration names a layout or an entity that a single table does not have.
    """

    def __init__(
        self,
        table: StoredTable,
        dataset: str,
        config: DataConfig,
        known: Known | None = None,
        carry: str | None = None,
    ) -> None:
        if config.layout not in ("auto", "table"):
            raise DataError(f"a folder of files for --layout {config.layout}", f"the table {config.fpath}", "Omit it.")
        self.dataset = dataset
        self.notes = Notes(config.fpath)
        self._table, self._name, self._config, self._known = table, config.fpath, config, known
        self._carry = carry

    def knowing(self, known: Known | None) -> OpenTable:
        """Return the table as a model reads it; rows that were read already stay as they are.

        Args:
            known: what the model knows; None: there is no model.
        """
        if known in (None, self._known) or "rows" in vars(self):
            return self
        assert known is not None
        return OpenTable(self._table, self.dataset, remembering(self._config, known), known, self._carry)

    def holds(self, output: Place) -> bool:
        """Whether an output would change the files of the table."""
        return table_name(self._name) is None and (
            output.leads_to(place(self._name)) or output.lies_in(place(self._name))
        )

    @cached_property
    def rows(self) -> Rows:
        """All rows, in the order of time; those of equal times are equal.

        Raises:
            DataError: they cannot be read, lack a time, or differ at the same time.
            ServiceError: the store does not answer.
        """
        notes, written = self.notes, self._written
        wanted = wanted_columns(list(written), self._file, notes)
        carried = carried_columns(self._carry, list(written), self._name)
        columns = tuple(dict.fromkeys([*wanted.columns, *carried]))
        self._refuse_nested([written[column] for column in columns])
        table = self._table.read([written[column] for column in columns], self._only()).to_pandas()
        if table.empty:
            raise DataError(f"rows in {self._name}", "an empty table", f"Check {PATH_OPTION}.")
        table = table.set_axis(columns, axis=1)
        frame, known = table[list(wanted.columns)], known_beside(self._known, carried, wanted.columns)
        rows = rows_of(frame, wanted.file, notes, known, elsewhere=lambda: list(written), ordered=False)
        rows = rows._replace(reading=replace(rows.reading, rows=len(frame), ordered=False))
        return self._once(rows.carrying(table, carried), frame)

    @cached_property
    def entities(self) -> tuple[str, ...]:
        """The entities that the table holds; the only one of a table without entities is the empty string.

        Raises:
            DataError: no column has the name that was given, or the table cannot be read.
            ServiceError: the store does not answer.
        """
        return ("",) if self._entity_column is None else entities_of(self._entity_values)

    @cached_property
    def entity(self) -> str:
        """The entity whose rows are read, empty in a table without entities.

        Raises:
            DataError: there is no such entity, or there are several to choose from.
            ServiceError: the store does not answer.
        """
        asked, column = self._config.entity, self._entity_column
        if column is not None:
            return chosen_entity(asked_entity(asked, self._entity_values), self.entities, self._name)
        if asked and not self._config.file.entity_column:
            raise DataError(
                f"no entity, as the data hold only one, in {self._name}",
                repr(asked),
                "Name the column that says which machine each row is of with --entity-column, or leave out --entity.",
            )
        if asked:
            self.notes.doubtful(
                f"no column {self._config.file.entity_column!r}: all rows are taken for those of {asked!r}"
            )
        return asked or ""

    @property
    def named_entity(self) -> str:
        """The entity that was asked for, or the only one.

        Raises:
            DataError: there are several to choose from.
            ServiceError: the store does not answer.
        """
        return self._config.entity.strip() if self._config.entity else self.entity

    def _only(self) -> dict[str, list[object]] | None:
        """Return the values of the entity column with which rows are wanted."""
        entity, column = self.entity, self._entity_column
        if column is None:
            return None
        values = self._entity_values
        if self._config.entity is None:
            self.notes.decided(f"all rows are of entity {entity!r}, the only one in column {column!r}")
        if values.isna().any():
            self.notes.doubtful(f"rows without a value in the entity column {column!r} are left out")
        return {self._written[column]: values[(entity_names(values) == entity).to_numpy(dtype=bool)].tolist()}

    @cached_property
    def _file(self) -> FileConfig:
        """How the table is written, without remembered columns that it lacks."""
        return present_columns(self._config.file, self._known, list(self._written), self.notes)

    @cached_property
    def _written(self) -> dict[str, str]:
        """Name of each column here -> its name in the table."""
        return dict(zip(column_names(list(self._table.columns), self._name), self._table.columns, strict=True))

    @property
    def _entity_column(self) -> str | None:
        return entity_column_of(list(self._written), self._file, self._name)

    @cached_property
    def _entity_values(self) -> pd.Series:
        return pd.Series(self._table.values(self._written[self._entity_column or ""]))

    def _refuse_nested(self, columns: list[str]) -> None:
        types = self._table.columns
        nested = [column for column in columns if re.split(r"\W", types[column], maxsplit=1)[0] not in FLAT_TYPES]
        if nested:
            raise DataError(
                f"columns of numbers, times or text in {self._name}",
                "; ".join(f"{column!r} of type {types[column]}" for column in nested),
                f"Leave them out with {option_line(IGNORE, nested, list(types))}, or read a view that unfolds them.",
            )

    def _once(self, rows: Rows, frame: pd.DataFrame) -> Rows:
        if rows.timestamps is None:
            raise DataError(
                f"a column with the time of each row in {self._name}, as rows of a table have no other order",
                f"{', '.join(rows.features)}",
                "Name it with --time-column, or read a view that has one.",
            )
        twice = shown_twice(rows.timestamps, rows.clock)
        if len(twice):
            raise DataError(
                f"times in {self._name} that say by themselves when they were, as rows of a table have no order",
                f"{len(twice)} such as {twice.iloc[0]}, which clocks in {rows.clock.zone} show twice",
                "Read a view that has them in UTC or with their zone; or give --time-zone UTC if the clock that wrote "
                "them is never put back.",
            )
        return self._without_repeated(rows, rows.timestamps, frame.loc[rows.positions])

    def _without_repeated(self, rows: Rows, timestamps: Shaped[np.ndarray, " time"], frame: pd.DataFrame) -> Rows:
        repeated = np.flatnonzero(timestamps[1:] == timestamps[:-1]) + 1
        if not repeated.size:
            return rows
        differing = repeated[~_equal(rows, repeated - 1, repeated)]
        if differing.size:
            raise DataError(
                f"one row for each time in {self._name}, as rows of a table have no other order",
                f"{len(differing)} of {len(timestamps)} rows that differ from another of the same time, "
                f"first {timestamps[differing[0]]}",
                told_apart(frame.drop(columns=rows.reading.label, errors="ignore"), timestamps, rows.reading.entity)
                or "Read a view that has the rows of one entity, one for each time.",
            )
        log.warning("%s: %d rows that are there more than once are left out", self._name, len(repeated))
        return rows.at(np.delete(np.arange(len(timestamps)), repeated))


def _equal(
    rows: Rows, some: Int[np.ndarray, " pairs"], others: Int[np.ndarray, " pairs"]
) -> Bool[np.ndarray, " pairs"]:
    one, other = rows.values[some], rows.values[others]
    equal: Bool[np.ndarray, " pairs"] = ((one == other) | (np.isnan(one) & np.isnan(other))).all(axis=1)
    if rows.carried is not None:
        words = rows.carried.astype(str)  # missing values are equal as words
        equal &= (words.iloc[some].to_numpy() == words.iloc[others].to_numpy()).all(axis=1)
    return equal if rows.labels is None else equal & (rows.labels[some] == rows.labels[others])
