"""Pieces: which files of a folder are pieces of one table, and in which order.

- ``part-*`` files that Spark writes into a folder are one table, named after the folder.
- Partitions (``year=2024/month=1/data_0.parquet``, as Hive, Spark and Arrow write them): keys that are parts of a date
  (`UNITS`, or whose values are all dates) say when rows were written, so the files below them are one table, in
  the order of the partitions: month=2 before month=10. Any other key says whose rows they are: its value stands in the
  name of the table, ``pump-1.parquet`` for ``machine=pump-1/date=2024-03-01/part-0.parquet``.
- Files and folders whose names differ by a date alone (`mtadgat.data.storage.dated_name`), such as
  ``plant_2024-03-01.csv`` and ``plant_2024-03-02.csv``, or ``2024/03/01.csv`` and ``2024/03/02.csv``, are one table,
  ``plant.csv``, in the order of the dates. Told so, all tables of a folder are one, and those of its partitions; told
  not to, each file is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple
from urllib.parse import unquote

from mtadgat.data.storage.dated_name import MONTHS, undated, writes_month_first
from mtadgat.data.storage.table_suffix import is_table, stem

NULL_PARTITION = "__HIVE_DEFAULT_PARTITION__"
"""The value under which Hive and Spark keep the rows that have none."""
UNITS = (
    ("date", "dt", "ds", "ymd", "yyyymmdd", "timestamp", "time", "ts", "datetime"),
    ("year", "yr", "yyyy", "yearmonth", "yyyymm", "y"),
    ("quarter", "qtr", "q"),
    ("month", "mon", "mm", "m"),
    ("week", "isoweek", "wk", "w"),
    ("day", "dayofmonth", "dayofyear", "doy", "dd", "d"),
    ("hour", "hr", "hh", "h"),
    ("minute", "min", "mi"),
)
"""Names of parts of a date, the larger units first. Those of one letter count beside a year alone: ``m`` may be a
machine."""
YEAR = 1
"""The place of the year among `UNITS`."""
HOUR = 3
"""The unit that follows a year, a month and a day."""
CLOCK_OF_DAY = r"(?:[01]\d|2[0-3])[-_.h]?[0-5]\d(?:[-_.m]?[0-5]\d)?s?"
VALUE = "\1"
"""Stands for the value of a key, which is no date whatever it looks like."""
PARTITION = re.compile(r"([^=/]+)=(.*)", re.DOTALL)

Moment = tuple[tuple[int, int, str], ...]
"""When the rows of a file were written, or its place by name: numbers before words, numbers in numeric order."""


class Piece(NamedTuple):
    """A file, and the table that it is a piece of."""

    table: str
    moment: Moment


def tables_of(
    names: Collection[str], join_files: bool | None = None, above: str = ""
) -> Mapping[str, tuple[str, ...]]:
    """Return the tables of a folder, each with its pieces in order.

    Args:
        names: the files of the folder and below it.
        join_files: whether the tables of a folder, or of its partitions, are one; None: where their names differ by a
            date alone.
        above: path of the folder itself, which may be a partition.

    Returns:
        name of the table -> its files; the name is empty where it has no other than the folder's.
    """
    dates = date_keys(f"{above}/{name}" for name in names)
    month_first = writes_month_first(names)
    pieces: dict[str, Piece] = {}
    plain: list[str] = []
    for name in names:
        piece = _of_spark(name)
        if partitions(f"{above}/{name}") and _may_be_piece(name):
            piece = _in_partition(name, None if join_files else dates, month_first)
        if piece is None:
            plain.append(name)
        else:
            pieces[name] = piece
    pieces |= _dated(plain, join_files, month_first=month_first)
    tables: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda name: (pieces[name].moment, natural(name))):
        tables.setdefault(pieces[name].table, []).append(name)
    return {table: tuple(tables[table]) for table in sorted(tables)}


def partitions(name: str) -> list[tuple[str, str]]:
    """Return the keys of the partitions that a file lies in, each with its value."""
    found = (PARTITION.fullmatch(folder) for folder in name.split("/")[:-1])
    return [(unquote(match[1]), unquote(match[2])) for match in found if match]


def is_partitioned(folder: str) -> bool:
    """Whether a folder is one of partitions, or of a date."""
    parts = folder.split("/")
    return any(PARTITION.fullmatch(part) for part in parts) or bool(_undated_path(parts, month_first=False).moment)


def date_keys(names: Iterable[str]) -> frozenset[str]:
    """Return the keys of partitions that are parts of a date, by their names or because all of their values are."""
    values: dict[str, set[str]] = {}
    for name in names:
        for key, value in partitions(name):
            values.setdefault(key, set()).add(value)
    has_year = any(_unit_of(key) == YEAR for key in values)
    return frozenset(
        key
        for key, those in values.items()
        if those - {NULL_PARTITION}
        and (
            (_unit_of(key) is not None and (has_year or len(key) > 1) and _all(those, _is_part_of_date))
            or _all(those, _is_date)
        )
    )


def natural(text: str) -> Moment:
    """Return a key that sorts texts with their numbers in numeric order."""
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d+)", text) if part)


def _may_be_piece(name: str) -> bool:
    """Whether a file in a partition may hold rows: Hive gives its files no suffix."""
    last = name.rpartition("/")[2]
    return is_table(last) or "." not in last or last.startswith("part-")


def _in_partition(name: str, dates: Collection[str] | None, month_first: bool) -> Piece:
    """Return the place of a file in a partition.

    Args:
        name: the file.
        dates: the keys that are parts of a date; None: all keys say when rows were written.
        month_first: whether 1-2-2024 is the second of January.
    """
    folders, _, last = name.rpartition("/")
    kept: list[str] = []
    values: dict[str, str] = {}
    moments: list[tuple[int, Moment]] = []
    for folder in filter(None, folders.split("/")):
        match = PARTITION.fullmatch(folder)
        key, value = (unquote(match[1]), unquote(match[2])) if match else ("", "")
        if match and (dates is None or key in dates):
            unit = _unit_of(key)
            moments.append((len(UNITS) if unit is None else unit, _moment_of(value, month_first=month_first)))
        elif match:
            kept.append(f"{VALUE}{len(values)}")
            values[kept[-1]] = value.replace("/", "-")
        else:
            kept.append(folder)
    path = _undated_path(kept, month_first=month_first)
    table = "/".join(values.get(part, part) for part in path.rest if part)
    ordered = [number for _, moment in sorted(moments, key=lambda each: each[0]) for number in moment]
    leaf = _numbers(undated(stem(last), month_first=month_first).moment)
    return Piece(_named_after(table, last), (*ordered, *path.moment, *leaf))


def _of_spark(name: str) -> Piece | None:
    folder, _, last = name.rpartition("/")
    return Piece(_named_after(folder, last), ()) if last.startswith("part-") else None


def _dated(names: Collection[str], join_files: bool | None, *, month_first: bool) -> dict[str, Piece]:
    alone = {name: Piece(name, ()) for name in names}
    tables = [name for name in names if is_table(name)]
    if join_files is False:
        return alone
    found = {}
    for name in tables:
        folder, _, last = name.rpartition("/")
        path = _undated_path([*filter(None, folder.split("/")), stem(last)], month_first=month_first)
        rest = path.rest[:-1] if join_files else path.rest
        found[name] = Piece(_named_after("/".join(filter(None, rest)), last), path.moment)
    count = Counter(piece.table for piece in found.values())
    mixed = {piece.table for piece in found.values() if not piece.moment}
    if join_files:
        return alone | found
    if not any(count[piece.table] > 1 and piece.table not in mixed for piece in found.values()):
        return alone
    return alone | {name: piece for name, piece in found.items() if piece.table not in mixed}


class _UndatedPath(NamedTuple):
    rest: list[str]
    moment: Moment


def _undated_path(parts: list[str], *, month_first: bool) -> _UndatedPath:
    """Return the parts of a path without dates; the last one stays, empty if it is a date."""
    rest: list[str] = []
    moment: list[int] = []
    unit = 0  # that comes next in a date that is spread over folders, from 1, the month
    for position, part in enumerate(parts):
        follows = parts[position + 1] if position + 1 < len(parts) else ""
        is_year = re.fullmatch(r"19[7-9]\d|20\d\d", part) and re.fullmatch(r"0?[1-9]|1[0-2]", follows)
        if is_year or (unit and _is_unit(part, unit)):
            moment.append(int(part))
            unit += 1
            continue
        if unit == HOUR and re.fullmatch(CLOCK_OF_DAY, part):
            moment.extend(map(int, re.findall(r"\d\d", part)))
            unit = HOUR + 3
            continue
        undated_part = undated(part, month_first=month_first)
        moment.extend(undated_part.moment)
        unit = HOUR if undated_part.moment and not undated_part.rest else 0
        rest.append(undated_part.rest)
    last_is_date = bool(parts) and (not rest or unit > 0)
    kept = [part for part in rest if part]
    return _UndatedPath([*kept, ""] if last_is_date else kept, _numbers(tuple(moment)))


def _is_unit(part: str, unit: int) -> bool:
    limits = {1: range(1, 13), 2: range(1, 32), HOUR: range(24), HOUR + 1: range(60)}
    digits = 2 if unit >= HOUR else 1
    return part.isdecimal() and digits <= len(part) <= 2 and int(part) in limits.get(unit, range(0))


def _named_after(path: str, last: str) -> str:
    return path if not path or is_table(path) else path + (last[len(stem(last)) :] or ".txt")


def _unit_of(key: str) -> int | None:
    """Return the place among `UNITS` of the unit that a key names, such as ``year`` or ``eventDate``, or None."""
    words = [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+|\d+", key)]
    named = ("".join(words), *[word for word in words[-1:] if len(word) > 1])
    return next((unit for unit, names in enumerate(UNITS) if any(word in names for word in named)), None)


def _all(values: Collection[str], test: Callable[[str], bool]) -> bool:
    return all(value == NULL_PARTITION or test(value) for value in values)


def _is_part_of_date(value: str) -> bool:
    return bool(re.search(r"\d", value)) or _is_month(value)


def _is_date(value: str) -> bool:
    date = undated(value)
    return bool(date.moment) and not date.rest


def _is_month(value: str) -> bool:
    return value[:3].lower() in MONTHS and value.isalpha()


def _moment_of(value: str, *, month_first: bool) -> Moment:
    if value == NULL_PARTITION:
        return ((2, 0, ""),)
    if _is_month(value):
        return ((0, 1 + MONTHS.index(value[:3].lower()), ""),)
    date = undated(value, month_first=month_first)
    return _numbers(date.moment) if date.moment and not date.rest else natural(value)


def _numbers(moment: tuple[int, ...]) -> Moment:
    return tuple((0, number, "") for number in moment)
