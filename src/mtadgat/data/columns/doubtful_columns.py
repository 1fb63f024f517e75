"""Doubtful columns: features that may be something else, and what a real sensor can look like too.

- A column that only rises: a counter, a time, or a meter.
- One of few values that changes where rows are labelled as anomalous; or, where nobody labelled any, late and seldom.
- Whole numbers, but not 0 and 1, that change once in a while.
- Names that speak of machines, identifiers, labels or scores beside values that do not.

One note for each kind names all of its columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mtadgat.data.columns.content import Content
from mtadgat.data.columns.name_lists import option_line
from mtadgat.data.columns.names import Says, says
from mtadgat.data.columns.options import IGNORE, KEEP
from mtadgat.data.columns.table_columns import TableColumns

if TYPE_CHECKING:
    from jaxtyping import Bool

FOLLOWS = 0.9
"""Share of the rows in which a switch is on that are anomalous, from which it follows the labels."""


def doubt(table: TableColumns, columns: Sequence[str], labels: Bool[np.ndarray, " time"] | None) -> None:
    """Note which features may be something else.

    Args:
        table: the columns, their rows in the order of time.
        columns: the features to look at.
        labels: (time,) labels of the rows in the same order; None: they have none.
    """
    numeric = [column for column in columns if table.content(column).numbers is not None]
    contents = {column: table.content(column) for column in numeric}
    known_labels = labels is not None and labels.any() and not labels.all()
    doubts = {
        "only rises or only falls, as a counter or a time does; a meter does so too": [
            column for column, content in contents.items() if content.only_rises
        ],
        "changes where rows are anomalous and nowhere else, as a label does": [
            column for column, content in contents.items() if follows_labels(content, labels)
        ],
        "has few values, and changes late and seldom, as a label does; an actuator does so too": []
        if known_labels
        else [column for column, content in contents.items() if content.switches_late],
        "holds whole numbers that change once in a while, as those of machines or orders do; a mode does so too": [
            column
            for column, content in contents.items()
            if (content.in_blocks or content.changes_seldom) and not content.only_rises and not content.switches_late
        ],
        "is named as machines or other things are": [
            column
            for column, content in contents.items()
            if says(column) in (Says.ENTITY, Says.MAYBE_ENTITY, Says.IDENTIFIER)
            and content.is_whole
            and not content.is_binary
            and not (content.in_blocks or content.changes_seldom or content.only_rises)
        ],
        "is named as labels are, but its values do not tell which of them mean anomalous": [
            column
            for column, content in contents.items()
            if says(column) is Says.MAYBE_LABEL and content.switched is not None
        ],
        "is named as scores of anomalies, which may know the answer": [
            column for column in numeric if says(column) is Says.SCORE
        ],
    }
    for reason, found in doubts.items():
        if found:
            subject = f"column {found[0]!r}" if len(found) == 1 else f"each of the columns {found}"
            table.notes.doubtful(
                f"{subject} {reason}; to leave {'it' if len(found) == 1 else 'them'} out: "
                f"{option_line(IGNORE, found, table.names)}; {KEEP} ends this note"
            )


def follows_labels(content: Content, labels: Bool[np.ndarray, " time"] | None) -> bool:
    """Whether a column changes where rows are anomalous, and nowhere else.

    Args:
        content: its values.
        labels: (time,) labels of the rows; None: they have none.
    """
    switched = content.switched
    if switched is None or labels is None or not labels.any() or labels.all():
        return False
    healthy = ~labels
    mostly_on = switched[healthy].mean() > 0.5
    on = ~switched if mostly_on else switched
    return bool(on.any() and labels[on].mean() >= FOLLOWS)
