"""Column roles: what each column of a table is, from its name and its values together.

What is certain is decided and noted; what a real sensor can look like stays a feature with a doubtful note; what would
train on rows of several machines, or leaves a choice, is an error. ``--feature-columns`` makes a feature of a column
whatever it looks like, ``--ignore-columns`` leaves it out.

The modules beside this one find the time (`time_columns`), the labels (`label_columns`) and machines
(`machine_columns`), and say what is doubtful (`doubtful_columns`). Left out as well are here: what describes labels,
further times, counters of rows, identifiers, a single machine's name, and text that never changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mtadgat.data.columns.content import Content
from mtadgat.data.columns.doubtful_columns import doubt, follows_labels
from mtadgat.data.columns.label_columns import label_rank
from mtadgat.data.columns.label_values import MAX_CLASSES
from mtadgat.data.columns.machine_columns import refuse_machines
from mtadgat.data.columns.name_lists import did_you_mean, option_line
from mtadgat.data.columns.names import Says, says, word_set, words
from mtadgat.data.columns.options import IGNORE, KEEP
from mtadgat.data.columns.table_columns import TableColumns
from mtadgat.data.columns.time_columns import holds_epochs, tells_time
from mtadgat.errors import DataError

if TYPE_CHECKING:
    from jaxtyping import Bool, Shaped

DESCRIBES_LABELS, COUNTS, IGNORED = "describes labels", "counts the rows", "ignored"
HOLDS_TIMES = "holds other times"
IDENTIFIERS = word_set("id uid uuid udi guid")


class Taken(NamedTuple):
    """What was found before the other columns are sorted.

    Args:
        time: the columns that hold the time.
        label: the column of labels; None: there is none.
        timestamps: (time,) times of the rows; None: they have none.
        labels: (time,) labels of the rows; None: they have none.
    """

    time: tuple[str, ...]
    label: str | None
    timestamps: Shaped[np.ndarray, " time"] | None
    labels: Bool[np.ndarray, " time"] | None


@dataclass(frozen=True)
class Roles:
    """What the columns of a table are, besides times and labels.

    Args:
        features: the columns that are features: those of the model in its order, else in that of the table.
        left_out: the columns that are nothing at all, each with the reason.
        numbered: the columns that would be features if the user had ignored none.
    """

    features: tuple[str, ...]
    left_out: Mapping[str, str]
    numbered: tuple[str, ...]


def roles_of(table: TableColumns, taken: Taken) -> Roles:
    """Sort the columns that are neither times nor labels.

    Args:
        table: the columns.
        taken: what they are sorted by.

    Raises:
        DataError: rows are of several machines, or the columns are not those that the model knows.
    """
    ordered, labels = table.in_time(taken.timestamps), taken.labels
    if ordered is not table and labels is not None and taken.timestamps is not None:
        labels = labels[np.argsort(taken.timestamps, kind="stable")]
    reasons = _reasons(ordered, taken._replace(labels=labels))
    marks = {*taken.time, taken.label, table.named.entity, *reasons}
    numbered = tuple(column for column in table.names if column not in marks)
    all_reasons = reasons | dict.fromkeys(table.named.ignored, IGNORED)
    left_out = {column: all_reasons[column] for column in table.names if column in all_reasons}
    _note_left_out(table, {column: why for column, why in left_out.items() if why != IGNORED})
    features = tuple(column for column in numbered if column not in left_out)
    if table.known:
        _refuse_unknown(table, features)
        return Roles(table.known, left_out, numbered)
    judged = [column for column in features if column not in table.named.features]
    refuse_machines(table, judged, taken.timestamps)
    doubt(ordered, judged, labels)
    return Roles(features, left_out, numbered)


def _reasons(table: TableColumns, taken: Taken) -> dict[str, str]:
    """Return the columns that are no features, each with the reason."""
    free = table.free(taken.time, taken.label, table.named.entity)
    reasons = {column: reason for column in free if (reason := _reason(table, column, taken)) is not None}
    if len(reasons) < len(free) or table.named.features or table.known:
        return reasons
    # A ramp would be an odd sensor, a table without any sensor an odder one.
    return {column: why for column, why in reasons.items() if why != COUNTS or says(column) is Says.COUNTER}


def _reason(table: TableColumns, column: str, taken: Taken) -> str | None:
    """Return why a column is no feature, None if it may be one."""
    speaks, content = says(column), table.content(column)
    if speaks is Says.CHANGE or _describes_labels(table, column, taken):
        return DESCRIBES_LABELS
    if content.is_dates or (taken.time and (holds_epochs(table, column) or tells_time(table, column))):
        return HOLDS_TIMES if taken.time else _reason_of_constant(speaks, content)
    if content.counts or _counts_by_name(table, column):
        return COUNTS
    if _identifies(column, content):
        return "holds identifiers"
    return _reason_of_constant(speaks, content)


def _reason_of_constant(speaks: Says | None, content: Content) -> str | None:
    if not content.is_constant:
        return None
    if speaks is Says.ENTITY and content.enough:
        return f"names one machine, {content.names[0]!r}"
    return None if content.numbers is not None else f"holds {content.names[0]!r} in each row"


def _identifies(column: str, content: Content) -> bool:
    speaks = says(column)
    if speaks is Says.IDENTIFIER and (content.in_blocks or (content.steps_up and content.distinct > 1)):
        return True
    if speaks is Says.COUNTER and len(words(column)) == 1 and column.strip().lower() not in IDENTIFIERS:
        return False
    return speaks in (Says.IDENTIFIER, Says.ENTITY, Says.COUNTER) and content.is_near_unique


def _counts_by_name(table: TableColumns, column: str) -> bool:
    content = table.content(column)
    return says(column) is Says.COUNTER and content.is_whole and (content.rises or content.counts_again)


def _describes_labels(table: TableColumns, column: str, taken: Taken) -> bool:
    speaks, content = says(column), table.content(column)
    if speaks is Says.LABEL or label_rank(table, column) is not None:
        return column != taken.label
    if taken.label is None:
        return False
    if speaks is Says.LABEL_DETAIL:
        return content.numbers is None or content.distinct <= MAX_CLASSES
    return content.numbers is None and follows_labels(table.content(column), taken.labels)


def _note_left_out(table: TableColumns, reasons: Mapping[str, str]) -> None:
    described = [column for column, why in reasons.items() if why == DESCRIBES_LABELS]
    if described:
        table.notes.decided(f"{described} describe labels and are not features")
    for reason in dict.fromkeys(why for why in reasons.values() if why != DESCRIBES_LABELS):
        columns = [column for column, why in reasons.items() if why == reason]
        numeric = all(table.content(column).numbers is not None for column in columns)
        keeping = f"; {KEEP} makes {'a feature of it' if len(columns) == 1 else 'features of them'}" if numeric else ""
        if len(columns) == 1:
            table.notes.decided(f"column {columns[0]!r} {reason} and is left out{keeping}")
        else:
            table.notes.decided(f"columns {columns} are left out, as each {reason}{keeping}")


def _refuse_unknown(table: TableColumns, columns: Sequence[str]) -> None:
    missing = [column for column in table.known if column not in table.names or column in table.named.ignored]
    unknown = [column for column in columns if column not in table.known]
    if missing:
        raise DataError(
            f"the features of the model in {table.notes.name}",
            f"no {', '.join(repr(column) for column in missing)}{did_you_mean(missing, unknown)}",
            "Add the columns, or rename them as they were called in training.",
        )
    if unknown:
        raise DataError(
            f"the features of the model and no others in {table.notes.name}",
            f"also {', '.join(repr(column) for column in unknown)}",
            f"Leave out what the model does not know with {option_line(IGNORE, unknown, table.names)}.",
        )
