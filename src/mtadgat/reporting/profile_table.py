"""Profile table: what was understood of the data, as a few named lines for a terminal or a page."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mtadgat.data.profile import Profile
from mtadgat.reporting.time_axis import format_duration
from mtadgat.reporting.wording import counted

MAX_NAMES = 8
"""Names that a line lists before it only counts."""


LINES = (
    "rows",
    "time",
    "gaps",
    "entity",
    "labels",
    "features",
    "constant",
    "empty",
    "repaired",
    "suspicious",
    "left out",
)
"""Names of the lines, in their order."""


class ProfileLine(NamedTuple):
    """One line: its name and its text."""

    name: str
    text: str


def title(profile: Profile) -> str:
    """Return what the lines are about, such as ``Train rows of asd-omi-1``."""
    named = split_names(profile)
    return f"{named[:1].upper()}{named[1:]} rows of {profile.subject}"


def split_names(profile: Profile) -> str:
    """Return the splits that hold these rows, such as ``train and eval``."""
    splits = profile.splits
    return " and ".join([", ".join(splits[:-1]), splits[-1]] if len(splits) > 1 else splits)


def profile_table(profile: Profile, max_names: int = MAX_NAMES) -> list[ProfileLine]:
    """Return the lines of a profile, each a name and its text; what does not apply has none.

    Args:
        profile: what was understood.
        max_names: columns that a line lists before it only counts.
    """
    names = [feature.name for feature in profile.features]
    lines = {
        "rows": _rows(profile),
        "time": _time(profile),
        "gaps": _gaps(profile),
        "entity": f"column {profile.entity}" if profile.entity else "",
        "labels": _labels(profile),
        "features": f"{len(names)}: {listed(names, max_names)}",
        "constant": listed(profile.constant, max_names),
        "empty": listed(profile.empty, max_names),
        "repaired": listed([f"{each.name} {_share(each.missing)}" for each in profile.repaired], max_names),
        "suspicious": listed(profile.suspicious, max_names),
        "left out": _left_out(profile.left_out, max_names),
    }
    return [ProfileLine(name, text) for name, text in lines.items() if text]


def listed(names: Sequence[str], count: int) -> str:
    """Return names with commas between them; of many the first ones and how many more there are.

    Args:
        names: names of columns.
        count: how many to list at most.
    """
    if len(names) <= count:
        return ", ".join(names)
    return f"{', '.join(names[: count - 1])} and {len(names) - count + 1} more"


def _rows(profile: Profile) -> str:
    texts = [f"{profile.rows:,}"]
    if not math.isnan(profile.step):
        step = format_duration(profile.step) if profile.dates else f"{profile.step:g}"
        texts.append(f"every {step}" if profile.regular else f"in uneven steps, usually of {step}")
    if profile.first:
        texts.append(f"{profile.first} to {profile.last}")
    return ", ".join(texts)


def _time(profile: Profile) -> str:
    if not profile.first:
        return "none: rows are in the order of the table"
    column = f"column{'s' if ',' in profile.time else ''} {profile.time}" if profile.time else ""
    zone = "" if not profile.dates else f"zone {profile.zone}" if profile.zone else "no zone given"
    return ", ".join(text for text in (column, zone) if text)


def _gaps(profile: Profile) -> str:
    if not profile.gaps:
        return ""
    longest = max(profile.gaps, key=lambda gap: gap.missing)
    size = counted(longest.missing, "missing row")
    if profile.dates:
        size += f" ({format_duration(longest.missing * profile.step)})"
    where = f"between {longest.after} and {longest.before}"
    restarts = sum(gap.restarts for gap in profile.gaps)
    anew = f"; windows start anew after {restarts if len(profile.gaps) > 1 else 'it'}" if restarts else ""
    if len(profile.gaps) == 1:
        return f"1 of {size} {where}{anew}"
    total = sum(gap.missing for gap in profile.gaps)
    return f"{len(profile.gaps):,} with {total:,} missing rows, the longest of {size} {where}{anew}"


def _labels(profile: Profile) -> str:
    if profile.anomalous is None or profile.events is None:
        return "none: nothing to evaluate against" if "eval" in profile.splits else ""
    column = f"column {profile.label}: " if profile.label else ""
    if not profile.anomalous:
        return f"{column}no row is anomalous"
    share = profile.anomalous / profile.rows
    return f"{column}{counted(profile.anomalous, 'anomalous row')} ({share:.2%}) in {counted(profile.events, 'event')}"


def _left_out(columns: Mapping[str, str], max_names: int) -> str:
    by_reason: dict[str, list[str]] = {}
    for name, reason in columns.items():
        by_reason.setdefault(reason, []).append(name)
    return "; ".join(f"{listed(names, max_names)} ({reason})" for reason, names in by_reason.items())


def _share(share: float) -> str:
    return f"{share:.1%}" if share >= 0.001 else "under 0.1%"
