"""Time zones: from what clocks on walls showed to instants.

- Offsets, UTC, GMT, ``Z`` and IANA names beside times say which instants they are. Different offsets are those of a
  zone whose clocks change: of a zone that has just these offsets then, else the instants are shown in UTC.
- An abbreviation such as CET or EST is the name of several zones: ``--time-zone`` has to say which, and the
  abbreviation then only says whether it was summer time.
- Times that name no zone are in the one that ``--time-zone`` gives. In the hour that comes twice when clocks are put
  back, the order of the rows says which is which: time that goes back, or stands still, begins the second hour.
- Where none is given, and times go back by just what clocks are put back by at such a moment somewhere in the world,
  they are taken as times of such a zone: no row is lost, and times are written without a zone, as they came.
- Times that clocks skip when they are put forward are an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import available_timezones

import numpy as np
import pandas as pd

from mtadgat.clock import UTC_NAMES, Clock, offset_name, offset_of, zone_of
from mtadgat.data.times.numbers import ignoring
from mtadgat.errors import DataError
from mtadgat.reading import Notes
from mtadgat.series import events

if TYPE_CHECKING:
    from jaxtyping import Bool, Int, Shaped

FAMILIAR = (
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "Europe/Athens",
    "Australia/Sydney",
    "Pacific/Auckland",
    "America/Santiago",
    "Asia/Tehran",
    "Asia/Jerusalem",
    "Australia/Lord_Howe",
)
"""Zones whose clocks change or changed, looked at before all others; each stands for many that change alike."""
SHIFTS = (timedelta(hours=1), timedelta(minutes=30))
"""What clocks are put back by."""
MAX_CHANGES = 400
"""Times that go back in one table above which it is out of order, whatever clocks did."""


class Instants(NamedTuple):
    """Times whose zone is known, or nearly.

    Args:
        timestamps: (time,) datetime64[ns], in UTC if there is a zone.
        zone: as a clock has it; empty if nobody told.
        shows_zone: whether it was written beside the times.
    """

    timestamps: Shaped[np.ndarray, " time"]
    zone: str = ""
    shows_zone: bool = True


def instants_of(wall: pd.Series, zones: pd.Series | None, given: str | None, notes: Notes, name: str) -> Instants:
    """Return the instants at which clocks showed what is written.

    Args:
        wall: (time,) datetime64[ns], what is written but for the zone.
        zones: (time,) what is written beside each, empty beside some; None: nowhere.
        given: the zone of times that name none, and in which to show the others.
        notes: take what is decided.
        name: the column, for messages.

    Raises:
        DataError: a zone is unknown or unclear, or some times do not exist in it.
    """
    if zones is None and not given:
        return _without_zone(wall, notes, name)
    zone = zone_name(given) if given else ""
    if zones is None:
        return Instants(_numpy(localized(wall, zone, notes, name)), zone, shows_zone=False)
    written = [str(text) for text in zones.unique()]
    if not zone:
        _refuse_unclear(zones, written, name)
    instants = pd.Series(np.datetime64("NaT", "ns"), index=wall.index)
    for text in written:
        rows = (zones == text).to_numpy()
        offset = timedelta(0) if text in UTC_NAMES else offset_of(text)
        if offset is not None:
            found = wall[rows] - offset
        else:
            found = localized(wall[rows], text if "/" in text else zone, notes, name, text if "/" not in text else "")
        instants = instants.where(~rows, found)
    timestamps = _numpy(instants)
    if zone:
        return Instants(timestamps, zone)
    names = list(dict.fromkeys(zone_name(text) for text in written))
    if len(names) == 1:
        return Instants(timestamps, names[0])
    like = _zone_with(wall, timestamps)
    notes.decided(
        f"times in {name!r} name {len(names)} offsets, {', '.join(names[:4])}, "
        + (f"as zones such as {like} have them" if like else "and are shown in UTC")
        + f"; to show them in another zone, give it, such as --time-zone {like or 'Europe/Berlin'}"
    )
    return Instants(timestamps, like or "UTC")


def zone_name(text: str) -> str:
    """Return a zone as a clock names it: an IANA name, an offset such as ``+01:00``, or ``UTC``.

    Raises:
        DataError: there is no such zone.
    """
    zone_of(text)
    offset = offset_of(text)
    return "UTC" if text.upper() in UTC_NAMES else text if offset is None else offset_name(offset)


def localized(wall: pd.Series, zone: str, notes: Notes, name: str, abbreviation: str = "") -> pd.Series:
    """Return the instants, in UTC without a zone, at which the clocks of a zone showed times.

    Args:
        wall: (time,) datetime64[ns] in the order of the rows.
        zone: the zone.
        notes: take what is decided in the hour that comes twice.
        name: the column, for messages.
        abbreviation: what is written beside these times, such as CEST; empty: nothing.

    Raises:
        DataError: some times do not exist in the zone, or the order of the rows does not say which hour they are of.
    """
    early, late = (_at_first_or_last(wall, zone, first) for first in (True, False))
    skipped = early.isna().to_numpy()
    if skipped.any():
        row = int(skipped.argmax())
        raise DataError(
            f"times in column {name!r} that clocks in {zone} show",
            f"{wall.iloc[row]} in row {wall.index[row]}, which they skip ({int(skipped.sum())} such rows)",
            "Give the zone of the clock that wrote them: --time-zone UTC, or an offset such as --time-zone +01:00 if "
            "it is never put forward.",
        )
    twice = (early != late).to_numpy()
    if not twice.any():
        return early
    if abbreviation:
        second = early.dt.tz_localize("UTC").dt.tz_convert(zone_of(zone)).dt.strftime("%Z") != abbreviation
        return early.where(~(second.to_numpy() & twice), late)
    return early.where(~_second_hour(wall, twice, zone, notes, name), late)


def shown_twice(timestamps: Shaped[np.ndarray, " time"], clock: Clock) -> pd.Series:
    """Return the times, as written, of which the order of rows alone says which of two equal hours they are of.

    Args:
        timestamps: (time,) of a series.
        clock: how they were written.
    """
    wall = clock.local(timestamps)
    if clock.shows_zone or not clock.zone or timestamps.dtype.kind != "M":
        return wall[:0]
    early, late = (_at_first_or_last(wall, clock.zone, first) for first in (True, False))
    return wall[early != late]


def bound_in(zone: str, moment: pd.Timestamp) -> pd.Timestamp:
    """Return a bound as the times of a series are: in UTC, without a zone.

    One without a zone is in that of the series. In an hour that comes twice it is of the first; one that clocks skip
    is when they were put forward.

    Args:
        zone: the zone of the series; empty: nobody told.
        moment: the bound.
    """
    if moment.tzinfo is None and zone:
        moment = moment.tz_localize(zone_of(zone), ambiguous=True, nonexistent="shift_forward")
    return moment if moment.tzinfo is None else moment.tz_convert("UTC").tz_localize(None)


def _at_first_or_last(wall: pd.Series, zone: str, first: bool) -> pd.Series:
    which = np.full(len(wall), first)
    local = wall.dt.tz_localize(zone_of(zone), ambiguous=which, nonexistent="NaT")
    instants: pd.Series = local.dt.tz_convert("UTC").dt.tz_localize(None)
    return instants


def _second_hour(
    wall: pd.Series, twice: Bool[np.ndarray, " time"], zone: str, notes: Notes, name: str
) -> Bool[np.ndarray, " time"]:
    """Return which rows are of the second of two equal hours: those from which time goes back, or stands still."""
    ticks = _numpy(wall).astype(np.int64)
    falling = _falls(ticks)
    if falling:
        ticks, twice = ticks[::-1], twice[::-1]
    second = np.zeros(len(ticks), dtype=bool)
    for start, stop in events(twice):
        steps = np.diff(ticks[start:stop])
        back = np.flatnonzero(steps < 0)
        moment = pd.Timestamp(ticks[start:stop].min())
        if len(back) > 1:
            raise DataError(
                f"rows in the order of time in column {name!r} where clocks in {zone} show an hour twice",
                f"times from {moment} on that go back {len(back)} times",
                f"Write the zone beside each time, such as 2024-10-27 02:00:00+01:00, or leave the time out: "
                f"{ignoring(name)}.",
            )
        if len(back):
            second[start + int(back[0]) + 1 : stop] = True
        elif (steps == 0).any():
            second[start:stop] = pd.Series(ticks[start:stop]).duplicated()
            if (steps == 0).sum() > 1:
                notes.doubtful(
                    f"rows of the two hours from {moment} on, when clocks in {zone} are put back, stand side by side: "
                    f"of two equal times the second is taken as the later hour"
                )
        else:
            notes.doubtful(
                f"clocks in {zone} show the hour from {moment} on twice, and {name!r} holds one: it is taken as "
                "the first"
            )
    return second[::-1] if falling else second


def _without_zone(wall: pd.Series, notes: Notes, name: str) -> Instants:
    for zone, moment in _zones_that_put_clocks_back(_numpy(wall).astype(np.int64)):
        try:
            instants = localized(wall, zone, notes, name)
        except DataError:
            continue
        notes.doubtful(
            f"times in {name!r} go back at {moment}, as clocks are put back then in zones such as {zone}: every row "
            f"is kept, and they are written without a zone; say which it is with --time-zone {zone}"
        )
        return Instants(_numpy(instants), zone, shows_zone=False)
    _note_skipped_hour(_numpy(wall).astype(np.int64), notes, name)
    return Instants(_numpy(wall))


def _note_skipped_hour(ticks: Int[np.ndarray, " time"], notes: Notes, name: str) -> None:
    """Note where times lack just what clocks skip then somewhere when they are put forward."""
    ticks = ticks[::-1] if _falls(ticks) else ticks
    steps = np.diff(ticks)
    if not (steps > 0).any():
        return
    usual = float(np.median(steps[steps > 0]))
    hour = SHIFTS[0].total_seconds() * 1e9
    before = np.flatnonzero(np.abs(steps - hour - usual) <= usual / 2)[:MAX_CHANGES]
    for tick in ticks[before]:
        moment = pd.Timestamp(int(tick + usual)).to_pydatetime(warn=False)
        zone = next((zone for zone in _known_zones()[0] if put_back(zone, moment) == -SHIFTS[0]), None)
        if zone is not None:
            notes.doubtful(
                f"times in {name!r} skip an hour after {pd.Timestamp(tick)}, as clocks are put forward then in zones "
                f"such as {zone}: if they are of such a zone, no row is missing there; say so with --time-zone {zone}"
            )
            return


def _zones_that_put_clocks_back(ticks: Int[np.ndarray, " time"]) -> Iterator[tuple[str, datetime]]:
    """Yield zones in which clocks are put back where times go back by just that, the likeliest first."""
    ticks = ticks[::-1] if _falls(ticks) else ticks
    steps = np.diff(ticks)
    rising = steps[steps > 0]
    if len(rising) == len(steps) or not len(rising):
        return
    usual = float(np.median(rising))
    for shift in SHIFTS:
        back = shift.total_seconds() * 1e9
        as_usual = (steps <= 0) & (np.abs(steps + back - usual) <= usual / 2)
        after = np.flatnonzero(as_usual | ((steps < -back / 2) & (steps > -back))) + 1
        if not 0 < len(after) <= MAX_CHANGES:
            continue
        moments = [pd.Timestamp(tick).to_pydatetime(warn=False) for tick in ticks[after]]
        for zones in _known_zones():
            counts = {zone: sum(put_back(zone, moment) == shift for moment in moments) for zone in zones}
            for zone in sorted((zone for zone in counts if counts[zone]), key=lambda zone: -counts[zone]):
                yield zone, next(moment for moment in moments if put_back(zone, moment) == shift)


def put_back(zone: str, moment: datetime) -> timedelta:
    """Return by how much clocks are put back that show a moment twice; not positive for any other moment."""
    first, second = (zone_of(zone).utcoffset(moment.replace(fold=fold)) for fold in (0, 1))
    return (first or timedelta(0)) - (second or timedelta(0))


@cache
def _known_zones() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the familiar zones, and all others, that this machine knows."""
    known = available_timezones()
    return tuple(zone for zone in FAMILIAR if zone in known), tuple(sorted(known - set(FAMILIAR)))


def _zone_with(wall: pd.Series, instants: Shaped[np.ndarray, " time"]) -> str:
    """Return a zone whose clocks show all that is written, or an empty string if none does."""
    ahead = pd.Series(_numpy(wall) - instants)
    kept = np.unique(np.concatenate([ahead.drop_duplicates().index, ahead.drop_duplicates(keep="last").index]))
    moments = [(pd.Timestamp(instants[row], tz="UTC").to_pydatetime(warn=False), ahead[row]) for row in kept]
    alike = (
        zone
        for zone in chain(*_known_zones())
        if all(moment.astimezone(zone_of(zone)).utcoffset() == offset for moment, offset in moments)
    )
    zone = next(alike, "")
    if not zone:
        return ""
    local = Clock(zone=zone, shows_zone=False).local(instants)
    return zone if (_numpy(local) == _numpy(wall)).all() else ""


def _refuse_unclear(zones: pd.Series, written: list[str], name: str) -> None:
    unclear = [
        text for text in written if not text or (text not in UTC_NAMES and offset_of(text) is None and "/" not in text)
    ]
    if not unclear:
        return
    row = int((zones == unclear[0]).to_numpy().argmax())
    if unclear[0]:
        expected = f"a zone that is known without doubt beside the times in column {name!r}"
        got = f"{unclear[0]!r} in row {row}, of which there are several"
    else:
        expected, got = f"a zone beside every time in column {name!r}, or beside none", f"none in row {row}"
    raise DataError(expected, got, "Say which zone it is with --time-zone, such as --time-zone Europe/Berlin.")


def _falls(ticks: Int[np.ndarray, " time"]) -> bool:
    steps = np.diff(ticks)
    return bool((steps < 0).sum() > (steps > 0).sum())


def _numpy(times: pd.Series) -> Shaped[np.ndarray, " time"]:
    return times.to_numpy().astype("datetime64[ns]")
