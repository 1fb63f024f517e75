"""Profile: what was understood of the rows that were read, before anything works on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from mtadgat.config import DetectionConfig
from mtadgat.errors import redacted
from mtadgat.gaps import Pace, gaps_of, ticks
from mtadgat.reading import Note
from mtadgat.series import Series, events

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int64, Shaped

REGULAR_SHARE = 0.9
"""Share of steps that have to be like the usual one for rows to come in regular steps."""


class Gap(NamedTuple):
    """Rows that are missing.

    Args:
        row: the first row after them.
        missing: how many there would have been at the usual step.
        after: time of the row before, as it was written.
        before: time of the row after.
        restarts: whether windows start anew after it, since it is so long.
    """

    row: int
    missing: int
    after: str
    before: str
    restarts: bool


class FeatureProfile(NamedTuple):
    """One feature.

    Args:
        name: its name.
        low: its lowest value that was measured; NaN if there is none.
        high: its highest.
        missing: share of the rows in which it was not measured.
        doubts: what the user should look at, empty if nothing.
    """

    name: str
    low: float
    high: float
    missing: float
    doubts: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether it was never measured."""
        return self.missing == 1

    @property
    def constant(self) -> bool:
        """Whether it was measured and never changes."""
        return not self.empty and self.low == self.high


@dataclass(frozen=True)
class Profile:
    """What was understood of a series.

    Args:
        subject: data set and entity.
        splits: train, eval or new; several that hold the same rows.
        source: path or URL as the user wrote it.
        rows: how many rows were read.
        step: usual seconds from a row to the next, or whole numbers where times are no dates; NaN if there is none.
        regular: whether nearly all steps are like the usual one.
        first: first time, as it was written, with its zone; empty if rows have no time.
        last: last time.
        zone: zone of the times, empty if nobody told.
        dates: whether times are dates.
        gaps: where rows are missing, in time order.
        features: in the order of the columns.
        time: column of the times, empty if there is none.
        label: column of the labels; empty if there is none, or they came from elsewhere.
        entity: column that names machines, empty if there is none.
        anomalous: how many rows are labelled as anomalous; None without labels.
        events: runs of them; None without labels.
        left_out: columns that are no features, each with the reason.
        notes: what was decided for the user and what is doubtful, doubtful ones first.
    """

    subject: str
    splits: tuple[str, ...]
    source: str
    rows: int
    step: float
    regular: bool
    first: str
    last: str
    zone: str
    dates: bool
    gaps: tuple[Gap, ...]
    features: tuple[FeatureProfile, ...]
    time: str
    label: str
    entity: str
    anomalous: int | None
    events: int | None
    left_out: Mapping[str, str]
    notes: tuple[Note, ...]

    @cached_property
    def constant(self) -> tuple[str, ...]:
        """Features that never change."""
        return tuple(feature.name for feature in self.features if feature.constant)

    @cached_property
    def empty(self) -> tuple[str, ...]:
        """Features that were never measured."""
        return tuple(feature.name for feature in self.features if feature.empty)

    @cached_property
    def repaired(self) -> tuple[FeatureProfile, ...]:
        """Features of which some values were invented, most of them first."""
        some = [feature for feature in self.features if 0 < feature.missing < 1]
        return tuple(sorted(some, key=lambda feature: -feature.missing))

    @cached_property
    def suspicious(self) -> tuple[str, ...]:
        """Features that the user should look at."""
        return tuple(feature.name for feature in self.features if feature.doubts)

    @property
    def further_notes(self) -> tuple[Note, ...]:
        """The notes that tell more than gaps, repairs, and constant and empty features do."""
        return tuple(note for note in self.notes if not note.counted)

    @property
    def doubtful(self) -> tuple[str, ...]:
        """What the user should look at, in sentences."""
        return tuple(note.text for note in self.notes if note.doubtful)

    def to_dict(self) -> dict[str, Any]:
        """Return the profile as plain values, numbers that are not finite as None."""
        plain = {field.name: getattr(self, field.name) for field in fields(self)}
        plain["source"] = redacted(self.source)
        plain["gaps"] = [gap._asdict() for gap in self.gaps]
        plain["features"] = [{**feature._asdict(), "doubts": list(feature.doubts)} for feature in self.features]
        plain["notes"] = [note._asdict() for note in self.notes]
        finite: dict[str, Any] = _finite(plain)
        return finite


def profile_of(
    series: Series, *splits: str, max_gap: int | None = DetectionConfig.max_gap, notes: Iterable[Note] = ()
) -> Profile:
    """Say what was understood of a series.

    Args:
        series: the rows that were read.
        splits: train, eval or new; several that hold the same rows.
        max_gap: steps without a row after which windows start anew; None: they run across every gap.
        notes: further ones, such as what a model finds unusual.
    """
    times, steps = _Times(series), _steps(series.timestamps)
    usual = float(np.median(steps)) if steps.size else float("nan")
    reading = series.reading
    return Profile(
        subject=series.name,
        splits=splits,
        source=series.source,
        rows=len(series),
        step=usual,
        regular=bool(steps.size) and float((np.abs(steps - usual) <= 0.1 * usual).mean()) >= REGULAR_SHARE,
        first=times.text(0),
        last=times.text(len(series) - 1),
        zone=series.clock.zone,
        dates=times.dates,
        gaps=tuple(_gaps(series, times, max_gap)),
        features=_features(series),
        time=reading.time,
        label=reading.label,
        entity=reading.entity,
        anomalous=None if series.labels is None else int(series.labels.sum()),
        events=None if series.labels is None else len(events(series.labels)),
        left_out=dict(reading.left_out),
        notes=tuple(sorted((*reading.notes, *notes), key=lambda note: not note.doubtful)),
    )


def profiles_of(read: Mapping[str, Series], max_gap: int | None = DetectionConfig.max_gap) -> list[Profile]:
    """Say what was understood of several splits, once for those that hold the same rows.

    Args:
        read: series by split.
        max_gap: see `profile_of`.
    """
    return [profile_of(read[splits[0]], *splits, max_gap=max_gap) for splits in same_rows(read)]


def same_rows(read: Mapping[str, Series]) -> list[tuple[str, ...]]:
    """Return the names of the splits, those together that hold the same rows.

    Args:
        read: series by split.
    """
    groups: dict[object, list[str]] = {}
    for split, series in read.items():
        stamps = b"" if series.timestamps is None else series.timestamps.tobytes()
        groups.setdefault((series.digest, stamps), []).append(split)
    return [tuple(group) for group in groups.values()]


def _gaps(series: Series, times: _Times, max_gap: int | None) -> Iterator[Gap]:
    pace, counts = Pace.of(series.timestamps), ticks(series.timestamps)
    restarts = set() if max_gap is None else set(pace.rows_after_gaps(counts, max_gap).tolist())
    for row, missing in gaps_of(series.timestamps):
        yield Gap(row + 1, missing, times.text(row), times.text(row + 1), row + 1 in restarts)


def _steps(timestamps: Shaped[np.ndarray, " time"] | None) -> Float[np.ndarray, " steps"]:
    if timestamps is None:
        return np.empty(0)
    if timestamps.dtype.kind == "M":
        nanoseconds: Int64[np.ndarray, " time"] = timestamps.astype("datetime64[ns]").astype(np.int64)
        return np.asarray(np.diff(nanoseconds) / 1e9, dtype=np.float64)
    return np.asarray(np.diff(timestamps), dtype=np.float64)


class _Times:
    """Times of a series as they were written, as texts."""

    def __init__(self, series: Series) -> None:
        self.dates = series.timestamps is not None and series.timestamps.dtype.kind == "M"
        self._series = series
        # Seconds are left out of texts if every row falls on a whole minute.
        self._minutes = self.dates and not (_whole_seconds(series) % 60 != 0).any()

    def text(self, row: int) -> str:
        """Return the time of a row, empty if there is none."""
        if self._series.timestamps is None or not len(self._series):
            return ""
        moment = self._series.clock.local(self._series.timestamps[[row]]).iloc[0]
        if not isinstance(moment, pd.Timestamp):
            return str(moment)
        return moment.isoformat(sep=" ", timespec="minutes" if self._minutes else "auto")


def _whole_seconds(series: Series) -> Float[np.ndarray, " time"]:
    assert series.timestamps is not None
    return np.asarray(series.timestamps.astype("datetime64[ns]").astype(np.int64) / 1e9, dtype=np.float64)


def _features(series: Series) -> tuple[FeatureProfile, ...]:
    missing: Bool[np.ndarray, "time features"] = (
        np.zeros(series.values.shape, dtype=bool) if series.missing is None else series.missing
    )
    measured = np.where(missing, np.nan, series.values)
    doubtful = [note.text for note in series.reading.notes if note.doubtful]
    return tuple(
        FeatureProfile(
            name=name,
            low=float(np.nan) if absent.all() else float(np.nanmin(column)),
            high=float(np.nan) if absent.all() else float(np.nanmax(column)),
            missing=float(absent.mean()) if len(series) else 0.0,
            doubts=tuple(text for text in doubtful if repr(name) in text),
        )
        for name, column, absent in zip(series.features, measured.T, missing.T, strict=True)
    )


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _finite(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value
