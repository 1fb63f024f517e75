"""Table columns: the columns of a table, with what the user named and what their values look like."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mtadgat.data.columns.content import Content
from mtadgat.data.columns.options import Named
from mtadgat.reading import Notes

if TYPE_CHECKING:
    from jaxtyping import Shaped


class TableColumns:
    """The columns of a table, to be sorted into roles.

    Args:
        frame: the table.
        named: the columns that the user named.
        notes: take what is decided and what is doubtful; they name the table.
        known: the features of a trained model, which are features whatever they look like; empty: there is no model.
    """

    def __init__(self, frame: pd.DataFrame, named: Named, notes: Notes, known: tuple[str, ...] = ()) -> None:
        self.frame, self.named, self.notes, self.known = frame, named, notes, known
        self.names = [str(column) for column in frame.columns]
        self._contents: dict[str, Content] = {}

    def content(self, column: str) -> Content:
        """Return what the values of a column look like."""
        if column not in self._contents:
            self._contents[column] = Content(self.frame[column])
        return self._contents[column]

    def free(self, *taken: Iterable[str] | str | None) -> list[str]:
        """Return the columns that are neither features already nor taken, in the order of the table."""
        used = {*self.named.features, *self.known}
        for columns in taken:
            used |= {columns} if isinstance(columns, str) else set(columns or ())
        return [column for column in self.names if column not in used]

    def in_time(self, timestamps: Shaped[np.ndarray, " time"] | None) -> TableColumns:
        """Return the same columns with their rows in the order of time.

        Args:
            timestamps: (time,) times of the rows; None: they have none, and are in order.
        """
        order = None if timestamps is None else np.argsort(timestamps, kind="stable")
        if order is None or (np.diff(order) > 0).all():
            return self
        return TableColumns(self.frame.iloc[order], self.named, self.notes, self.known)
