"""Time formats: how dates in text are written, found by content; pandas parses them.

- ISO 8601, with a blank or a ``T``, with or without seconds, fractions (after a point or a comma) and a zone.
- Day, month and year as numbers in any order, parted by ``/``, ``-``, ``.`` or blanks, the year in four digits or two;
  or with an English name of the month, as in ``1-Mar-24`` and ``Mar 1, 2024``. Time of day in 24 hours or with AM and
  PM, before the date or after it; a day that ends at 24:00.
- Which of two numbers is the day is told by a number above 12 anywhere in the column, and by dots, after which the
  month comes second. Where both readings are possible, that with the more regular steps is taken; where both are
  equally regular, the month comes first. Either is noted.
- A zone beside a time is an offset, ``Z``, UTC, GMT, an IANA name or an abbreviation; `mtadgat.data.times.zones` says
  what it means.
"""

from __future__ import annotations

import re
import shlex
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from mtadgat.clock import spelled_zone
from mtadgat.config import FileConfig
from mtadgat.data.times.numbers import ignoring
from mtadgat.errors import DataError
from mtadgat.reading import Notes

if TYPE_CHECKING:
    from jaxtyping import Float

CLOCK_TIME = r"\d{1,2}:\d\d(?::\d\d(?:[.:]\d+)?)?"
ZONE = re.compile(
    rf"^(?P<rest>.*?(?:{CLOCK_TIME}|T\d{{2,6}}(?:\.\d+)?)(?: ?[AP]M)?) ?(?![AP]M\b)"
    r"(?P<zone>(?:UTC|GMT)?[+-]\d\d?(?::?\d\d)?|[A-Z][A-Za-z_]+(?:/[A-Za-z_+-]+\d*)+|[A-Z]{1,5})(?P<year> \d{4})?$"
)
"""A time, and the zone beside it; Unix writes the year after both."""
ISO_ZONE = re.compile(r"[T:]\d\d[\d:.]* ?(?:Z|[+-]\d\d(?::?\d\d)?)\s*$")
CURRENT = [case(word) for word in ("now", "today") for case in (str.lower, str.upper, str.title)]
DATES = (
    (r"\d{4}(?P<sign>[-/. ])\d{1,2}(?P=sign)\d{1,2}", ("%Y{0}%m{0}%d",)),
    (r"\d{4}(?P<sign>[-/. ])[A-Za-z]{3,9}(?P=sign)\d{1,2}", ("%Y{0}%b{0}%d", "%Y{0}%B{0}%d")),
    (r"\d{1,2}(?P<sign>[-/. ])\d{1,2}(?P=sign)\d{4}", ("%m{0}%d{0}%Y", "%d{0}%m{0}%Y")),
    (r"\d{1,2}(?P<sign>[-/. ])\d{1,2}(?P=sign)\d{2}", ("%m{0}%d{0}%y", "%d{0}%m{0}%y", "%y{0}%m{0}%d")),
    (r"\d{1,2}(?P<sign>[-/. ]?)[A-Za-z]{3,9}(?P=sign)\d{4}", ("%d{0}%b{0}%Y", "%d{0}%B{0}%Y")),
    (r"\d{1,2}(?P<sign>[-/. ]?)[A-Za-z]{3,9}(?P=sign)\d{2}", ("%d{0}%b{0}%y", "%d{0}%B{0}%y")),
    (r"[A-Za-z]{3,9}(?P<sign>[-/. ])\d{1,2},? \d{4}", ("%b{0}%d, %Y", "%B{0}%d, %Y", "%b{0}%d %Y", "%B{0}%d %Y")),
    (r"[A-Za-z]{3,9}(?P<sign>[-/.])\d{1,2}(?P=sign)\d{4}", ("%b{0}%d{0}%Y", "%B{0}%d{0}%Y")),
    (r"\d{4}(?P<sign>[-/.])\d{3}", ("%Y{0}%j",)),
    (r"(?P<sign>)\d{8}", ("%Y%m%d",)),
)
"""Forms of a date, and the formats that each may have, ``{0}`` for the sign between its parts."""
TIME_OF_DAY = re.compile(
    r"(?P<hours>\d{1,2})(?P<sign>[:.h]?)\d\d(?P<seconds>(?P=sign)\d\d)?(?P<point>[.:](?=\d))?(?P<fraction>\d+)?"
    r"(?P<half> ?[AP]M)?",
)
BETWEEN = re.compile(r"[ T,_:;@-]*")
"""Signs that may stand between date and time of day."""
SAMPLE = 200
"""Rows whose forms are looked at, evenly spaced."""
DAY_END = re.compile(r"(?<![\d:.])24:00(?=$|[^:\d]|:00(?:\.0+)?(?:\D|$))")
YEAR_LAST = re.compile(r"^([A-Za-z]{3,9} \d{1,2}) (\d\d?:\d\d\S*) (\d{4})$")
"""Unix writes the year after the time."""
LEAST, MOST = pd.Timestamp.min.year + 1, pd.Timestamp.max.year - 1
"""First and last whole year of times in nanoseconds."""


SIMPLER: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"\s{2,}|[^\S ]"), lambda _: " "),
    (re.compile(r"(?<=\d:\d\d:\d\d),(?=\d)"), lambda _: "."),
    (re.compile(r"^(\d{4}-\d\d-\d\d)[_T -](\d\d)-(\d\d)-(\d\d)"), lambda time: "{} {}:{}:{}".format(*time.groups())),
    (
        re.compile(r"(?<![A-Za-z])(?:([ap])\.?[mM]|([AP])(?:\.[mM]|m))(?![A-Za-z])\.?"),
        lambda half: f"{(half[1] or half[2]).upper()}M",
    ),
    (re.compile(r"(?<=\d)(?:\[[^\]]*\]| \([^)]*\))$|(?<=Z)\[[^\]]*\]$"), lambda _: ""),
    (re.compile(r"^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? "), lambda _: ""),
)
"""What is replaced before a date is parsed: blanks, a decimal comma, signs in a time of day, ``a.m.``, the name of a
zone after its offset, and days of the week."""


class Spelling(NamedTuple):
    """How dates in text depart from what is parsed; by default in every way.

    Args:
        steps: those of `SIMPLER` that change some.
        day_ends: whether some day ends at 24:00.
        zones: whether some zone is written beside.
    """

    steps: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = SIMPLER
    day_ends: bool = True
    zones: bool = True


class Dates(NamedTuple):
    """Dates in text.

    Args:
        wall: (time,) datetime64[ns] without a zone: what is written but for the zone.
        zones: (time,) the zone that is written beside each, empty beside some; None: nowhere.
        day_first: whether the day comes before the month, None where the month has a name or the year comes first.
    """

    wall: pd.Series
    zones: pd.Series | None = None
    day_first: bool | None = None


def dates_of_text(text: pd.Series, file: FileConfig, notes: Notes, name: str) -> Dates:
    """Parse dates.

    Args:
        text: (time,) strings, at least one.
        file: says how they are written, as far as that is known.
        notes: take what is decided.
        name: the column, for messages.

    Raises:
        DataError: some text is no date, or one too far from 1970 for nanoseconds.
    """
    if file.time_format:
        return _as_told(text.str.strip(), file.time_format, name)
    text = text.astype(object)  # patterns look around, which those of Arrow's strings cannot
    iso = _parsed(text, "ISO8601")
    # pandas 2 reads a time without a zone as one in UTC where another has a zone.
    if not iso.isna().any() and (iso.dt.tz is None or text.str.contains(ISO_ZONE).all()):
        zone = iso.dt.tz
        wall = in_nanoseconds(iso.dt.tz_localize(None), name)
        return Dates(wall, None if zone is None else pd.Series(spelled_zone(zone), index=wall.index))
    some = [str(value).strip() for value in _sample(text)]
    seen = Spelling(
        tuple(step for step in SIMPLER if any(step[0].search(value) for value in some)),
        any(DAY_END.search(value) for value in some),
        any(ZONE.match(_simple(value)) for value in some),
    )
    try:
        return _spelled(text, seen, file, notes, name)
    except DataError:
        # What one row in a million has need not be in the sample.
        return _spelled(text, Spelling(), file, notes, name)


def _spelled(text: pd.Series, spelling: Spelling, file: FileConfig, notes: Notes, name: str) -> Dates:
    rest = text.str.strip()
    for pattern, simple in spelling.steps:
        rest = rest.str.replace(pattern, simple, regex=True)
    ends = np.zeros(len(rest), dtype=bool)
    if spelling.day_ends:
        ends = rest.str.contains(DAY_END).to_numpy(dtype=bool)
        rest = rest.str.replace(DAY_END, "00:00", regex=True)
    rest, zones = _parted(rest) if spelling.zones else (rest, None)
    iso = _parsed(rest, "ISO8601")
    if iso.isna().any() or iso.dt.tz is not None:
        wall, day_first = _by_form(text, rest, file.day_first, notes, name)
    else:
        wall, day_first = iso, None
    return Dates(in_nanoseconds(wall, name) + pd.to_timedelta(ends.astype(int), unit="D"), zones, day_first)


def is_date(text: str) -> bool:
    """Whether a text is a date, with or without a time of day."""
    rest, _ = _parted(pd.Series([DAY_END.sub("00:00", _simple(text))], dtype=object))
    if rest.iloc[0].isdigit():
        return False
    return any(_parsed(rest, form).notna().all() for form in ("ISO8601", *_formats(rest.iloc[0])))


def is_time_of_day(text: str) -> bool:
    """Whether a text is a time of day, without a date."""
    match = TIME_OF_DAY.fullmatch(_simple(text))
    return match is not None and ":" in match[0] and int(match["hours"]) <= 24


def in_nanoseconds(dates: pd.Series, name: str) -> pd.Series:
    """Return dates as datetime64[ns].

    Raises:
        DataError: some are too far from 1970 for that.
    """
    far = ~dates.dt.year.between(LEAST, MOST).to_numpy()
    if far.any():
        row = int(far.argmax())
        raise DataError(
            f"times between {LEAST} and {MOST} in column {name!r}",
            f"{dates.iloc[row]} in row {row}",
            f"Correct or drop these rows, or leave the column out: {ignoring(name)}.",
        )
    return dates.astype("datetime64[ns]")


def regularity(moments: pd.Series) -> tuple[float, float, float]:
    """Return how regular times are, to be compared: how many rise, how many steps are the usual one, the largest."""
    steps = np.abs(np.diff(moments.to_numpy().astype("datetime64[ns]").astype(np.int64)))
    if not len(steps):
        return (0.0, 0.0, 0.0)
    rising: Float[np.ndarray, " steps"] = np.diff(moments.to_numpy()) > np.timedelta64(0)
    share = max(rising.mean(), 1 - rising.mean())
    return (round(float(share), 6), float(np.mean(steps == np.median(steps))), -float(steps.max()))


def _as_told(text: pd.Series, time_format: str, name: str) -> Dates:
    try:
        dates = pd.to_datetime(text, format=time_format, errors="coerce", utc="%z" in time_format)
    except ValueError as error:
        raise DataError(
            "a format such as '%d/%m/%Y %H:%M:%S', or s, ms, us or ns",
            f"{time_format!r}: {error}",
            "Correct --time-format.",
        ) from error
    wrong = dates.isna().to_numpy()
    if wrong.any():
        row = int(wrong.argmax())
        raise DataError(
            f"times of the form {time_format!r} in column {name!r}",
            f"{text.iloc[row]!r} in row {row}",
            "Correct --time-format, or omit it to have it detected.",
        )
    if dates.dt.tz is None:
        return Dates(in_nanoseconds(dates, name))
    offsets = text.str.extract(r"(Z|[+-]\d\d:?\d\d)\D*$")[0].fillna("Z")
    instants = in_nanoseconds(dates.dt.tz_localize(None), name)
    ahead = offsets.map({offset: _ahead(offset) for offset in offsets.unique()})
    return Dates(instants + ahead, offsets)


def _ahead(offset: str) -> pd.Timedelta:
    if offset == "Z":
        return pd.Timedelta(0)
    hours, minutes = int(offset[1:3]), int(offset[-2:])
    return pd.Timedelta(hours=hours, minutes=minutes) * (-1 if offset[0] == "-" else 1)


def _simple(text: str) -> str:
    """Return a text in simpler spelling."""
    simple = text.strip()
    for pattern, replacement in SIMPLER:
        simple = pattern.sub(replacement, simple)
    return simple


def _sample(text: pd.Series) -> pd.Series:
    return text.iloc[np.unique(np.linspace(0, len(text) - 1, min(len(text), SAMPLE)).astype(int))]


def _parted(plain: pd.Series) -> tuple[pd.Series, pd.Series | None]:
    """Return texts without their zones, and the zones."""
    parts = plain.str.extract(ZONE)
    with_zone = parts["zone"].notna()
    rest = plain.where(~with_zone, parts["rest"] + parts["year"].fillna("")) if with_zone.any() else plain
    rest = rest.str.replace(YEAR_LAST, r"\1 \3 \2", regex=True)
    return rest, parts["zone"].fillna("") if with_zone.any() else None


def _parsed(text: pd.Series, time_format: str) -> pd.Series:
    """Return dates, NaT where a text is of another format; all NaT where their zones differ."""
    nothing = pd.Series(np.datetime64("NaT", "us"), index=text.index)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # of pandas 2, where zones differ
            dates = pd.to_datetime(text, format=time_format, errors="coerce")
    except (ValueError, TypeError):
        return nothing
    # pandas reads these words as the current moment: another time in every run.
    return dates.mask(text.isin(CURRENT).to_numpy()) if dates.dtype.kind == "M" else nothing


def _by_form(
    text: pd.Series, rest: pd.Series, day_first: bool | None, notes: Notes, name: str
) -> tuple[pd.Series, bool | None]:
    """Parse dates by their forms: those of one reading together, since the day comes first in all or in none."""
    formats = list(dict.fromkeys(form for value in _sample(rest) for form in _formats(value)))
    told = formats if day_first is None else [form for form in formats if _day_first(form) == day_first] or formats
    readings = {order: _filled(rest, [form for form in told if _order(form) == order]) for order in map(_order, told)}
    whole = {order: wall for order, wall in readings.items() if not wall.isna().any()}
    if not whole:
        raise _unknown(text, list(readings.values()), day_first, name)
    dotted = next((order for order in whole if "." in order and order.startswith("d")), None)
    order = dotted or max(whole, key=lambda order: regularity(whole[order]))
    if len(whole) > 1 and dotted is None:
        _note_choice(whole, order, next(form for form in told if _order(form) == order), notes, name)
    return whole[order], next(_day_first(form) for form in told if _order(form) == order)


def _note_choice(whole: dict[str, pd.Series], order: str, form: str, notes: Notes, name: str) -> None:
    ranks = sorted((regularity(wall) for wall in whole.values()), reverse=True)
    first, part = whole[order].iloc[0], {"d": "day", "m": "month", "y": "year"}[order[0]]
    other = {"d": "--day-first false", "m": "--day-first true", "y": f"--time-format {shlex.quote(form)}"}[order[0]]
    if ranks[0] > ranks[1]:
        notes.decided(f"dates in {name!r} begin with the {part}, as their steps are regular then; else give {other}")
    else:
        notes.doubtful(
            f"dates in {name!r} are read with the {part} first: the first row is of {first:%d %B %Y}; if that is "
            f"wrong, give {other}"
        )


def _filled(text: pd.Series, formats: list[str]) -> pd.Series:
    found = _parsed(text, formats[0])
    for form in formats[1:]:
        left = found.isna()
        if not left.any():
            break
        found = found.dt.as_unit("us").fillna(_parsed(text.where(left), form).dt.as_unit("us"))
    return found


def _order(form: str) -> str:
    """Return the order of day, month and year in a format with the sign between them, such as ``dmY/``."""
    parts = re.findall(r"%([dmbBYyj])", form)
    sign = re.search(r"%[dmbBYyj]([^%]?)", form)
    return "".join(parts).replace("B", "b") + (sign[1] if sign else "")


def _day_first(form: str) -> bool | None:
    return {"d": True, "m": False}.get(_order(form)[0]) if "%m" in form and not form.startswith("%Y") else None


def _formats(text: str) -> list[str]:
    """Return the formats of which a text may be."""
    found = []
    for pattern, formats in DATES:
        date = re.search(rf"(?<!\d){pattern}(?!\d)", text)
        if date is None:
            continue
        before, after = text[: date.start()], text[date.end() :]
        for form in formats:
            surrounding = [_time_format(before), _time_format(after)]
            if None not in surrounding:
                found.append(f"{surrounding[0]}{form.format(date['sign'])}{surrounding[1]}")
    return found


def _time_format(text: str) -> str | None:
    """Return the format of what stands before or after a date: a time of day and signs, or nothing."""
    time = TIME_OF_DAY.search(text)
    if time is None:
        return text if BETWEEN.fullmatch(text) else None
    before, after = text[: time.start()], text[time.end() :]
    if not (BETWEEN.fullmatch(before) and BETWEEN.fullmatch(after)):
        return None
    sign, half = time["sign"], time["half"] or ""
    seconds = f"{sign}%S" if time["seconds"] else ""
    fraction = f"{time['point']}%f" if time["point"] and time["fraction"] else ""
    form = (
        ("%I" if half else "%H")
        + f"{sign}%M{seconds}{fraction}"
        + half.upper().replace("AM", "%p").replace("PM", "%p")
    )
    return f"{before}{form}{after}"


def _unknown(text: pd.Series, readings: list[pd.Series], day_first: bool | None, name: str) -> DataError:
    wrong = [wall.isna().to_numpy() for wall in readings]
    row = int(min(wrong, key=np.count_nonzero).argmax()) if wrong else 0
    order = "" if day_first is None else f" that begin with the {'day' if day_first else 'month'}"
    first = "" if day_first is None else f"Correct --day-first: --day-first {str(not day_first).lower()}. Or say"
    return DataError(
        f"times in column {name!r}{order}",
        f"values such as {text.iloc[row]!r} in row {row}",
        f"{first or 'Say'} how they are written with --time-format, such as '%d/%m/%Y %H:%M:%S', name another column "
        f"with --time-column, or leave this one out: {ignoring(name)}.",
    )
