"""Affiliation precision and recall (Huet et al., KDD 2022), at every threshold.

Time is continuous: row i is the interval [i, i + 1). Each event J has a zone E, the times nearer to it than to any
other event. A flag at distance d from J is worth the probability that a random time of E lies farther from J than d;
precision of a zone is the mean worth of its flagged time. A time y of J whose nearest flag in E lies at distance d is
worth the probability that a random time of E lies farther from y than d; recall is the mean over J. Both are then
averaged over events, precision over those zones that hold a flag.

The rows, cut at the borders of events and zones, are *pieces*. Precision adds up over flagged pieces, recall over
flagged pieces and over the gaps between them, so that every threshold is exact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mtadgat.metrics.curves import Curve, Levels, levels_of
from mtadgat.metrics.level_runs import Runs, runs_over_levels
from mtadgat.series import events

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int


class Zones(NamedTuple):
    """Events and the zones around them, in time order; zone i lies between borders i and i + 1."""

    start: Float[np.ndarray, " events"]
    stop: Float[np.ndarray, " events"]
    border: Float[np.ndarray, " borders"]


class Pieces(NamedTuple):
    """Stretches of time with one level, in one zone, inside or outside its event."""

    start: Float[np.ndarray, " pieces"]
    stop: Float[np.ndarray, " pieces"]
    level: Int[np.ndarray, " pieces"]
    zone: Int[np.ndarray, " pieces"]


def affiliation_curve(scores: Float[np.ndarray, " time"], labels: Bool[np.ndarray, " time"]) -> Curve:
    """Affiliation precision and recall at every threshold.

    Args:
        scores: (time,), higher is more anomalous.
        labels: (time,), at least one of them true.

    Source: Huet, Navarro and Rossi, "Local evaluation of time series anomaly detection algorithms", KDD 2022.
    """
    levels = levels_of(scores)
    zones = _zones(labels)
    pieces = _pieces(levels, zones)
    return Curve(levels.thresholds, _precision(levels, zones, pieces), _recall(levels, zones, pieces))


def _zones(labels: Bool[np.ndarray, " time"]) -> Zones:
    start, stop = np.array(events(labels), dtype=np.float64).T
    return Zones(start, stop, np.concatenate(([0.0], (stop[:-1] + start[1:]) / 2, [float(labels.size)])))


def _pieces(levels: Levels, zones: Zones) -> Pieces:
    changes = np.flatnonzero(np.diff(levels.of_row)) + 1.0
    edges = np.unique(np.concatenate((changes, zones.start, zones.stop, zones.border)))
    start, stop = edges[:-1], edges[1:]
    zone = np.searchsorted(zones.border, start, side="right") - 1
    return Pieces(start, stop, levels.of_row[start.astype(np.int64)], zone)


def _precision(levels: Levels, zones: Zones, pieces: Pieces) -> Float[np.ndarray, " levels"]:
    order = np.lexsort((pieces.level, pieces.zone))
    start, stop, level, zone = (field[order] for field in pieces)
    inside = (start >= zones.start[zone]) & (stop <= zones.stop[zone])
    near = np.where(start >= zones.stop[zone], start - zones.stop[zone], zones.start[zone] - stop)
    outside = _worth_of_flags(near + stop - start, zones, zone) - _worth_of_flags(near, zones, zone)
    worth = np.where(inside, stop - start, outside)
    opens = np.concatenate(([True], np.diff(zone) > 0))
    rate = _cumulative(worth, opens) / _cumulative(stop - start, opens)
    before = np.where(opens, 0.0, np.concatenate(([0.0], rate[:-1])))
    mean = levels.accumulate(level, rate - before) / levels.accumulate(level[opens])
    return np.asarray(np.clip(mean, 0.0, 1.0))


def _cumulative(
    amount: Float[np.ndarray, " pieces"], opens: Bool[np.ndarray, " pieces"]
) -> Float[np.ndarray, " pieces"]:
    """Return the cumulative sum that starts anew where ``opens`` is true."""
    total = np.cumsum(amount)
    return np.asarray(total - (total - amount)[opens][np.cumsum(opens) - 1])


def _worth_of_flags(
    distance: Float[np.ndarray, " pieces"], zones: Zones, zone: Int[np.ndarray, " pieces"]
) -> Float[np.ndarray, " pieces"]:
    """Integral over x from 0 to ``distance`` of the probability that a random time of the zone is farther than x.

    Of the zone, |J| + x + min(x, m) is nearer than x, where m is the shorter of the zone's arms on both sides of J.
    """
    event, length = (zones.stop - zones.start)[zone], np.diff(zones.border)[zone]
    arm = np.minimum(zones.start - zones.border[:-1], zones.border[1:] - zones.stop)[zone]
    short = np.minimum(distance, arm)
    nearer = event * distance + distance**2 / 2 + short**2 / 2 + arm * (distance - short)
    return np.asarray(distance - nearer / length)


def _recall(levels: Levels, zones: Zones, pieces: Pieces) -> Float[np.ndarray, " levels"]:
    share = 1.0 / ((zones.stop - zones.start) * zones.start.size)
    inside = (pieces.start >= zones.start[pieces.zone]) & (pieces.stop <= zones.stop[pieces.zone])
    flagged = np.where(inside, pieces.stop - pieces.start, 0.0) * share[pieces.zone]
    gaps = _gaps(zones, pieces)
    worth = _worth_of_gaps(gaps, zones) * share[gaps.zone]
    total = levels.accumulate(pieces.level, flagged)
    total += levels.accumulate(gaps.first, worth) - levels.accumulate(gaps.end, worth)
    return np.asarray(np.clip(total, 0.0, 1.0))


class Gaps(NamedTuple):
    """Times ``start`` to ``stop`` without a flag, from level ``first`` up to, but not at, level ``end``."""

    start: Float[np.ndarray, " gaps"]
    stop: Float[np.ndarray, " gaps"]
    first: Int[np.ndarray, " gaps"]
    end: Int[np.ndarray, " gaps"]
    zone: Int[np.ndarray, " gaps"]


def _gaps(zones: Zones, pieces: Pieces) -> Gaps:
    """Find the gaps of each zone that have a flag of the same zone beside them, at all levels."""
    # Gaps are runs of the levels upside down. A wall between zones, flagged before everything else, keeps them apart.
    walls = np.concatenate((np.flatnonzero(np.diff(pieces.zone, prepend=-1)), [pieces.zone.size]))
    runs = runs_over_levels(-np.insert(pieces.level, walls, -1))
    # Walls shift the pieces behind them: an index minus the walls before it is the number of the piece.
    walls_before = np.cumsum(np.insert(np.zeros_like(pieces.level), walls, 1))
    between = Runs(*(field[(runs.first <= 0) & (runs.end <= 0)] for field in runs))
    left = between.start - walls_before[between.start]
    right = between.stop - 1 - walls_before[between.stop - 1]
    return Gaps(pieces.start[left], pieces.stop[right], -between.end, -between.first, pieces.zone[left])


def _worth_of_gaps(gaps: Gaps, zones: Zones) -> Float[np.ndarray, " gaps"]:
    """Integral of the worth over the part of the event that lies in each gap; the nearer end that is a flag counts."""
    low, high = zones.border[gaps.zone], zones.border[gaps.zone + 1]
    length = high - low
    flag_before, flag_after = gaps.start > low, gaps.stop < high
    one_sided = np.where(flag_before, gaps.stop, gaps.start)
    middle = np.where(flag_before & flag_after, (gaps.start + gaps.stop) / 2, one_sided)
    start, stop = (np.clip(edge, gaps.start, gaps.stop) for edge in (zones.start[gaps.zone], zones.stop[gaps.zone]))
    before = _worth_beside_flag(start - gaps.start, np.minimum(stop, middle) - gaps.start, high - gaps.start, length)
    after = _worth_beside_flag(gaps.stop - stop, gaps.stop - np.maximum(start, middle), gaps.stop - low, length)
    return np.where(flag_before, before, 0.0) + np.where(flag_after, after, 0.0)


def _worth_beside_flag(
    near: Float[np.ndarray, " gaps"],
    far: Float[np.ndarray, " gaps"],
    reach: Float[np.ndarray, " gaps"],
    length: Float[np.ndarray, " gaps"],
) -> Float[np.ndarray, " gaps"]:
    """Integral over times at distance ``near`` to ``far`` from a flag; ``reach`` is the flag's distance to the border.

    Of the zone, x + min(x, reach - x) is nearer than x to a time at distance x from the flag: the side towards the
    flag always holds x, the other side may meet the border.
    """

    def nearer(x: Float[np.ndarray, " gaps"]) -> Float[np.ndarray, " gaps"]:
        beyond = reach**2 / 4 - (reach - x) ** 2 / 2
        return np.asarray(x**2 / 2 + np.where(x <= reach / 2, x**2 / 2, beyond))

    far = np.maximum(near, far)
    return np.asarray(far - near - (nearer(far) - nearer(near)) / length)
