"""Label column: which column of a table holds the labels.

- The one that the user named.
- The one whose name speaks most clearly of labels: ``anomaly`` before ``fault`` before ``machine_status``; of those
  the one with two values, and ``attack`` before ``attack_P1``. A name that only may speak of labels, such as ``y`` or
  ``event``, counts where the values are like labels, the name of a state where its words are.
- Several that are alike have to agree.
"""

from __future__ import annotations

from collections.abc import Sequence

from mtadgat.data.columns.label_values import MAX_CLASSES, Unclear, meaning_of
from mtadgat.data.columns.name_lists import option_line
from mtadgat.data.columns.names import NUMBERED, Says, says, word_set, words
from mtadgat.data.columns.options import LABEL
from mtadgat.data.columns.table_columns import TableColumns
from mtadgat.errors import DataError

BARE = (("y",), ("target",), ("tag",))
"""Names that hold labels only where there are two values."""
COUNTED = word_set("event class incident annotation")
"""Words of names that may be counts or grades where there are more values."""
MOST = 0.5
"""Share of rows up to which several values of such a column are labels."""


def label_column(table: TableColumns, time: Sequence[str]) -> str | None:
    """Return the column of labels, or None.

    Args:
        table: the columns.
        time: those that hold the time.

    Raises:
        DataError: several columns may hold the labels, and they differ.
    """
    if table.named.label is not None:
        return table.named.label
    free = table.free(table.named.ignored, time, table.named.entity)
    ranks = {column: rank for column in free if (rank := label_rank(table, column)) is not None}
    if not ranks:
        return None
    best = [column for column, rank in ranks.items() if rank == min(ranks.values())]
    if len(best) > 1 and not _agree(table, best):
        lines = " or ".join(option_line(LABEL, [column], table.names) for column in best)
        raise DataError(f"one label column in {table.notes.name}", f"{best}", f"Name it with {LABEL}: {lines}.")
    label = min(best)
    table.notes.decided(f"column {label!r} is taken as labels, not as a feature")
    return label


def label_rank(table: TableColumns, column: str) -> tuple[int, int, int] | None:
    """Return how clearly a column holds labels, lower is clearer; None: it does not."""
    speaks, content = says(column), table.content(column)
    if speaks is Says.LABEL:
        return 0, int(content.distinct > 2), int(_is_of_a_part(column))
    if speaks is Says.MAYBE_LABEL and content.distinct and _is_like_labels(table, column):
        return 1, int(content.distinct > 2), 0
    if speaks is Says.STATE and content.numbers is None and _is_like_labels(table, column):
        return 2, 0, 0
    return None


def _is_like_labels(table: TableColumns, column: str) -> bool:
    values = table.frame[column]
    if values.isna().any() or table.content(column).distinct > MAX_CLASSES:
        return False
    distinct = table.content(column).distinct
    if words(column) in BARE and (distinct > 2 or (distinct < 2 and _is_axis(table, column))):
        return False
    meaning = meaning_of(values)
    if isinstance(meaning, Unclear):
        numbers = table.content(column).numbers
        return numbers is not None and set(numbers) <= {-1.0, 1.0}
    return distinct <= 2 or not COUNTED & {*words(column)} or meaning.flags(values).mean() <= MOST


def _is_of_a_part(column: str) -> bool:
    return any(NUMBERED.fullmatch(word) for word in words(column))


def _is_axis(table: TableColumns, column: str) -> bool:
    return column.lower() == "y" and bool({"x", "z"} & {other.lower() for other in table.names})


def _agree(table: TableColumns, columns: Sequence[str]) -> bool:
    flags = []
    for column in columns:
        meaning = None if table.frame[column].isna().any() else meaning_of(table.frame[column])
        if meaning is None or isinstance(meaning, Unclear):
            return False
        flags.append(meaning.flags(table.frame[column]))
    return all(bool((flags[0] == other).all()) for other in flags[1:])
