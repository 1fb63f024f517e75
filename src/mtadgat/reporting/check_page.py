"""Check page: what was understood of the data, and each feature drawn, as one file that works without network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from mtadgat.data.profile import FeatureProfile, Profile
from mtadgat.reporting.page import write_page
from mtadgat.reporting.plot_data import axis_data, compact, spans, steps
from mtadgat.reporting.profile_table import LINES, profile_table, split_names
from mtadgat.reporting.sampling import downsample
from mtadgat.reporting.time_axis import TimeAxis
from mtadgat.reporting.wording import counted, number
from mtadgat.series import Event, Series, events

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int, Shaped

SCRIPTS = ("base.js", "chart.js", "features.js", "print.js")
POINT_BUDGET = 24_000
"""Stretches that are drawn on the whole page, each by its lowest and its highest value."""
MAX_BINS, MIN_BINS = 360, 60
MAX_BREAKS = 200
"""Of the gaps and of the runs of missing values, the longest so many interrupt a line."""
BORDER_STEPS = 2
"""Usual steps between two parts from which the time between them is a gap."""
MAX_NAMES = 40
"""Columns that a line lists."""


class CheckedPart(NamedTuple):
    """Rows of one split, or of several that hold the same, and what was understood of them."""

    profile: Profile
    series: Series


class Understood(NamedTuple):
    """One line of what was understood: its name, and its text for each part, empty where it does not apply."""

    name: str
    texts: list[str]


class ShownNote(NamedTuple):
    """A note, and the splits on whose rows it was made."""

    text: str
    doubtful: bool
    splits: str


class ShownFeature(NamedTuple):
    """A feature as the page describes it: its place among the drawn ones, and what is to be seen at it."""

    number: int
    name: str
    marks: tuple[str, ...]
    detail: str
    doubts: tuple[str, ...]


def write_check(path: str | Path, parts: Sequence[CheckedPart], warnings: Sequence[str] = ()) -> Path:
    """Write a page that draws each feature, whole or not at all.

    Args:
        path: the file to write; its folder is made.
        parts: train first; those of other features draw the features of the first.
        warnings: what to say at the head.

    Returns:
        The path of the file.
    """
    target = Path(path)
    rows = _JoinedRows.of([part.series for part in parts])
    write_page(target, "check.html.j2", SCRIPTS, _context(parts, warnings), _data(parts, rows))
    return target


def _context(parts: Sequence[CheckedPart], warnings: Sequence[str]) -> dict[str, Any]:
    first = parts[0].profile
    features = _shown_features([part.profile for part in parts])
    marked = sum(bool(feature.marks) for feature in features)
    gaps = sum(len(part.profile.gaps) for part in parts)
    rows = sum(part.profile.rows for part in parts)
    return {
        "title": f"Data of {first.subject}",
        "fact": f"{counted(len(features), 'feature')}, {marked} to look at"
        if marked
        else f"{counted(len(features), 'feature')}, nothing doubtful",
        "lead": f"{counted(rows, 'row')} of {first.source}" + (f", {counted(gaps, 'gap')}" if gaps else ""),
        "warnings": list(warnings),
        "parts": [split_names(part.profile) for part in parts],
        "understood": _understood([part.profile for part in parts]),
        "notes": _notes([part.profile for part in parts]),
        "features": features,
        "legend": _legend(parts, gaps),
        "marked": marked,
    }


def _understood(profiles: Sequence[Profile]) -> list[Understood]:
    # The features themselves are drawn below.
    tables = [
        {**dict(profile_table(profile, MAX_NAMES)), "features": f"{len(profile.features):,}"} for profile in profiles
    ]
    names = [name for name in LINES if any(name in table for table in tables)]
    return [Understood(name, [table.get(name, "") for table in tables]) for name in names]


def _notes(profiles: Sequence[Profile]) -> list[ShownNote]:
    made: dict[tuple[str, bool], list[str]] = {}
    for profile in profiles:
        for text, doubtful, _ in profile.further_notes:
            made.setdefault((text, doubtful), []).append(split_names(profile))
    notes = [ShownNote(text, doubtful, ", ".join(splits)) for (text, doubtful), splits in made.items()]
    return sorted(notes, key=lambda note: not note.doubtful)


def _legend(parts: Sequence[CheckedPart], gaps: int) -> list[tuple[str, str]]:
    missing = any(feature.missing for part in parts for feature in part.profile.features)
    items = [("actual", "measured"), ("trained", "training rows")]
    items += [("labelled", "labelled as anomalous")] * any(part.profile.anomalous for part in parts)
    items += [("gap", "gap")] * bool(gaps)
    return items + [("missing", "missing")] * missing


def _shown_features(profiles: Sequence[Profile]) -> list[ShownFeature]:
    """Return the features, those to look at first: suspicious, empty, constant and repaired ones."""
    names = [feature.name for feature in profiles[0].features]
    by_name = {
        name: [each for profile in profiles for each in profile.features if each.name == name] for name in names
    }
    shown = [_shown(place, name, by_name[name]) for place, name in enumerate(names)]
    order = ("suspicious", "empty", "constant", "missing")
    return sorted(
        shown,
        key=lambda each: [next((rank for rank, kind in enumerate(order) if kind in " ".join(each.marks)), len(order))],
    )


def _shown(place: int, name: str, of_parts: Sequence[FeatureProfile]) -> ShownFeature:
    first = of_parts[0]
    missing = max(each.missing for each in of_parts)
    marks = [
        *(["suspicious"] if any(each.doubts for each in of_parts) else []),
        *(["empty"] if first.empty else []),
        *(["constant in training"] if first.constant else []),
        *([f"{missing:.1%} missing" if missing >= 0.001 else "few missing"] if missing and not first.empty else []),
    ]
    known = [each for each in of_parts if not each.empty]
    low, high = (min(each.low for each in known), max(each.high for each in known)) if known else (np.nan, np.nan)
    detail = "never measured" if not known else f"{number(low)}" if low == high else f"{number(low)} to {number(high)}"
    doubts = tuple(dict.fromkeys(doubt for each in of_parts for doubt in each.doubts))
    return ShownFeature(place, name, tuple(marks), detail, doubts)


@dataclass(frozen=True, eq=False)
class _JoinedRows:
    """The rows of all parts one after the other, on one axis.

    Args:
        values: (time, features) as measured; NaN where nothing was.
        missing: (time, features) true where nothing was measured.
        labels: (time,) true where a row is anomalous.
        starts: row at which each part starts.
        axis: where the rows stand.
    """

    values: Float[np.ndarray, "time features"]
    missing: Bool[np.ndarray, "time features"]
    labels: Bool[np.ndarray, " time"]
    starts: tuple[int, ...]
    axis: TimeAxis

    @classmethod
    def of(cls, parts: Sequence[Series]) -> _JoinedRows:
        """Join parts, in the order and with the features of the first."""
        ordered = [part.ordered(parts[0].features) for part in parts]
        missing = np.concatenate(
            [np.zeros(part.values.shape, dtype=bool) if part.missing is None else part.missing for part in ordered]
        )
        values = np.where(missing, np.nan, np.concatenate([part.values for part in ordered]))
        labels = [np.zeros(len(part), dtype=bool) if part.labels is None else part.labels for part in ordered]
        starts = np.cumsum([0, *(len(part) for part in ordered[:-1])]).tolist()
        axis = TimeAxis(_timestamps(ordered), len(values), parts[0].clock)
        return cls(values, missing, np.concatenate(labels), tuple(starts), axis)


def _timestamps(parts: Sequence[Series]) -> Shaped[np.ndarray, " time"] | None:
    """Return the times of all parts, or None where one has none or they do not follow one another."""
    times = [part.timestamps for part in parts if part.timestamps is not None]
    if len(times) < len(parts) or len({each.dtype.kind for each in times}) > 1:
        return None
    joined = np.concatenate(times)
    return joined if (joined[1:] > joined[:-1]).all() else None


def _data(parts: Sequence[CheckedPart], rows: _JoinedRows) -> dict[str, Any]:
    count = len(rows.values)
    bins = int(np.clip(POINT_BUDGET // rows.values.shape[1], MIN_BINS, MAX_BINS))
    gaps = _longest(_breaks(parts, rows), rows.axis)
    return {
        **axis_data(rows.axis),
        "end": int(rows.axis.positions(np.array([count]))[0]),
        "first": int(rows.axis.positions(np.array([0]))[0]),
        "trained": _trained(parts, rows),
        "labelled": spans(events(rows.labels), rows.axis),
        "gaps": [rows.axis.positions(np.array(gap)).tolist() for gap in gaps] if rows.axis.kind != "row" else [],
        "features": [
            _feature(name, rows, column, [*gaps, *_borders(rows)], bins)
            for column, name in enumerate(parts[0].series.features)
        ],
    }


def _trained(parts: Sequence[CheckedPart], rows: _JoinedRows) -> dict[str, Any]:
    """Return where the training rows start and stop: after the last of them, not before the next row that there is."""
    trained = next((place for place, part in enumerate(parts) if "train" in part.profile.splits), None)
    if trained is None:
        return {**steps(np.empty(0, dtype=np.int64)), "none": True}
    start, last = rows.starts[trained], rows.starts[trained] + parts[trained].profile.rows - 1
    first, end = rows.axis.positions(np.array([start, last])).tolist()
    return {**steps(np.array([first, end + rows.axis.stride])), "none": False}


def _borders(rows: _JoinedRows) -> list[Event]:
    return [Event(start - 1, start) for start in rows.starts[1:]]


def _breaks(parts: Sequence[CheckedPart], rows: _JoinedRows) -> list[Event]:
    """Return the row before and the row after each gap within a part, and between parts that lie apart."""
    within = [
        Event(start + gap.row - 1, start + gap.row)
        for part, start in zip(parts, rows.starts, strict=True)
        for gap in part.profile.gaps
    ]
    apart = [
        border
        for border in _borders(rows)
        if np.diff(rows.axis.positions(np.array(border)))[0] > BORDER_STEPS * rows.axis.stride
    ]
    return [*within, *apart]


def _feature(name: str, rows: _JoinedRows, column: int, breaks: Sequence[Event], bins: int) -> dict[str, Any]:
    values, axis = rows.values[:, column], rows.axis
    runs = events(rows.missing[:, column])
    longest = sorted(runs, key=lambda run: run.start - run.stop)[:MAX_BREAKS]
    kept = np.union1d(downsample(values, bins), np.array([run.start for run in longest], dtype=np.int64))
    before = np.array(sorted({place.start for place in breaks}), dtype=np.int64)
    kept = np.union1d(kept, np.concatenate((before, before + 1)))
    positions, shown = axis.positions(kept), compact(values[kept], digits=4)
    # A line is interrupted where nothing was measured: a point without a value stands in the middle of each gap.
    after = np.searchsorted(kept, before) + 1
    middle = (positions[after - 1] + positions[after]) // 2
    for place, position in sorted(zip(after.tolist(), middle.tolist(), strict=True), reverse=True):
        if positions[place - 1] < position < positions[place]:
            positions = np.insert(positions, place, position)
            shown.insert(place, None)
    return {"name": name, "x": steps(positions), "values": shown, "missing": spans(runs, axis)}


def _longest(gaps: Sequence[Event], axis: TimeAxis) -> list[Event]:
    lengths = [int(np.diff(axis.positions(np.array(gap)))[0]) for gap in gaps]
    order: Int[np.ndarray, " gaps"] = np.argsort(np.array(lengths, dtype=np.int64))[::-1][:MAX_BREAKS]
    return sorted(gaps[place] for place in order.tolist())
