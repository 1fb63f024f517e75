"""Influx: the annotated csv files of InfluxDB.

Comments before the header say the type and the group of each column. The columns that only say which table a row is
of are left out, and fields that stand in rows become columns.
"""

from __future__ import annotations

import pandas as pd

from mtadgat.reading import Notes

ANNOTATIONS = ("#datatype", "#group", "#default")
"""With what the comments of an annotated csv file of InfluxDB begin."""


def without_annotations(frame: pd.DataFrame, notes: Notes) -> pd.DataFrame:
    """Return the rows of an annotated csv file of InfluxDB, one for each time, with a column for each field."""
    same = [
        name
        for name in frame.columns
        if name in ("", "result", "table", "_start", "_stop") or _is_constant(frame[name])
    ]
    if {"_time", "_field", "_value"} <= set(frame.columns) and not _is_constant(frame["_field"]):
        keys = [name for name in frame.columns if name not in (*same, "table", "_field", "_value")]
        if not frame.duplicated([*keys, "_field"]).any():
            notes.decided("the fields of InfluxDB, one in a row, become columns")
            wide = frame.set_index([*keys, "_field"])["_value"].unstack("_field")  # noqa: PD010 (nothing to aggregate)
            return wide.rename_axis(columns=None).reset_index()
    left_out = [name for name in same if name and name not in ("_value",)]
    notes.decided(f"columns of InfluxDB that say which table it is are left out: {', '.join(map(repr, left_out))}")
    return frame.drop(columns=same)


def _is_constant(column: pd.Series) -> bool:
    return (
        len(column) > 0
        and not pd.api.types.is_numeric_dtype(column)
        and bool((column.isna() | (column == column.iloc[0])).all())
    )
