"""Carried columns: columns of the input that go along into the table of predictions, as they were read.

They may be of any type, features or not: a batch number, a comment, a measurement. They stand behind the columns of
the predictions. One whose name is taken there is called ``NAME_input``, which is logged.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

import pandas as pd
import pyarrow as pa

from mtadgat.data.columns.name_lists import did_you_mean, named_columns
from mtadgat.errors import DataError
from mtadgat.reading import Known

log = logging.getLogger(__name__)

SUFFIX = "_input"
"""What is added to a name that predictions have already."""


def carried_columns(carry: str | None, columns: Sequence[str], name: str) -> tuple[str, ...]:
    """Return the columns to carry along.

    Args:
        carry: names or positions, separated by commas; None names none.
        columns: the columns of the table.
        name: name of the table, for messages.

    Raises:
        DataError: the table lacks one of them.
    """
    found = named_columns(carry, columns)
    if found.absent:
        raise DataError(
            f"columns {list(found.absent)} to carry along in {name}",
            f"columns {list(columns)}{did_you_mean(found.absent, columns)}",
            "Correct --carry.",
        )
    return found.columns


def known_beside(known: Known | None, carried: Sequence[str], columns: Sequence[str]) -> Known | None:
    """Return what a model knows where columns are carried along: those that it does not know are set aside.

    Args:
        known: what the model knows; None: there is none.
        carried: columns to carry along.
        columns: the columns of the table.
    """
    unknown = [] if known is None else [column for column in carried if column not in known.features]
    if known is None or not unknown:
        return known
    left_out = known.options.get("ignore_columns")
    aside = named_columns(None if left_out is None else str(left_out), columns, positions=False).columns
    return known._replace(options={**known.options, "ignore_columns": ",".join(dict.fromkeys([*aside, *unknown]))})


def with_carried(table: pd.DataFrame, carried: pd.DataFrame | None) -> pd.DataFrame:
    """Return a table of predictions with the carried columns behind its own.

    Args:
        table: one row for each row of the series.
        carried: the same rows of the input; None: nothing is carried along.
    """
    if carried is None or carried.empty:
        return table
    names: dict[str, str] = {}
    for column in carried:
        name = str(column)
        while name in table.columns or name in names.values():
            name += SUFFIX
        if name != column:
            log.info("column %r is carried along as %r: predictions have a column of its name", column, name)
        names[str(column)] = name
    columns = {names[str(column)]: _of_one_type(carried[column]) for column in carried}
    return pd.concat([table, pd.DataFrame(columns).set_index(table.index)], axis=1)


def _of_one_type(column: pd.Series) -> pd.Series:
    """Return a column that can be written: one that mixes types, as parquet cannot, becomes text."""
    try:
        pa.Array.from_pandas(column)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        return column.map(str, na_action="ignore")
    return column
