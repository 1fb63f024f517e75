"""Time columns: which columns of a table hold the time.

- Those that the user named; of date and time of day one stands for both.
- Those that are named as times. Where one of several is no counter, it is that one.
- A column that only may be a time by its name, such as ``t``, if it holds dates or rises.
- The only one that holds dates, or regular times since 1970.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from mtadgat.data.columns.name_lists import option_line
from mtadgat.data.columns.names import CLOCK_TIMES, DATES, Says, says, words
from mtadgat.data.columns.options import IGNORE, TIME
from mtadgat.data.columns.table_columns import TableColumns
from mtadgat.errors import DataError


def time_columns(table: TableColumns) -> tuple[str, ...]:
    """Return the time column, or those of date and time of day, or none.

    Args:
        table: the columns.

    Raises:
        DataError: several columns may be the time.
    """
    free = table.free(table.named.ignored, table.named.label, table.named.entity)
    pair = _date_and_time_of_day(table, {*free, *table.named.time})
    sure = table.named.time or tuple(column for column in free if says(column) is Says.TIME)
    if pair and set(sure) <= set(pair):
        table.notes.decided(f"columns {pair[0]!r} and {pair[1]!r} are the date and the time of day")
        return pair
    if table.named.time:
        return table.named.time
    if len(sure) > 1:
        contents = {column: table.content(column) for column in sure}
        sure = tuple(column for column, each in contents.items() if not each.counts or each.is_epoch) or sure
    if sure:
        return (_only_time(table, sure),)
    by_name = [column for column in free if says(column) is Says.MAYBE_TIME and _may_be_time(table, column)]
    dates = [column for column in free if table.content(column).is_dates and table.content(column).distinct > 1]
    few = [column for column in free if table.content(column).is_dates] if len(table.frame) == 1 else []
    epochs = [column for column in free if holds_epochs(table, column)]
    for some in (
        [column for column in by_name if column in dates],
        [column for column in by_name if table.content(column).is_epoch],
        by_name,
        dates or few,
        epochs,
    ):
        if some:
            column = _only_time(table, some)
            table.notes.decided(f"column {column!r} is taken as the time")
            return (column,)
    return ()


def _date_and_time_of_day(table: TableColumns, columns: Collection[str]) -> tuple[str, ...]:
    """Return the columns of date and time of day, or none if there are none, or several."""
    dates = [column for column in table.names if column in columns and _is_one_of(column, DATES)]
    clocks = [column for column in table.names if column in columns and _is_one_of(column, CLOCK_TIMES)]
    dates = [column for column in dates if not table.content(column).has_time_of_day]
    clocks = [column for column in clocks if table.content(column).is_clock_time]
    return (dates[0], clocks[0]) if len(dates) == len(clocks) == 1 else ()


def _only_time(table: TableColumns, columns: Sequence[str]) -> str:
    if len(columns) > 1:
        others = option_line(IGNORE, columns[1:], table.names)
        raise DataError(
            f"one time column in {table.notes.name}",
            f"{list(columns)}",
            f"Name it with {TIME}, or the others in {IGNORE}: {option_line(TIME, columns[:1], table.names)}, "
            f"or {others}.",
        )
    return columns[0]


def _may_be_time(table: TableColumns, column: str) -> bool:
    content = table.content(column)
    return content.is_dates or content.rises or (content.is_epoch and content.steps_up)


def holds_epochs(table: TableColumns, column: str) -> bool:
    """Whether a column holds regular times since 1970, whatever its name."""
    content = table.content(column)
    return content.enough and content.is_epoch and content.rises and content.is_regular


def tells_time(table: TableColumns, column: str) -> bool:
    """Whether a column is named as a time, and rises as times do or holds times of day."""
    content = table.content(column)
    return says(column) in (Says.TIME, Says.MAYBE_TIME) and (content.rises or content.is_clock_time)


def _is_one_of(column: str, names: frozenset[str]) -> bool:
    return "_".join(words(column)) in names
