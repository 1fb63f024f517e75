"""Demo: a synthetic fleet of three servers with labelled, explained incidents.

Nothing here was measured. A seeded simulator makes eight metrics every five minutes: the servers share a load with a
daily rhythm, and their metrics follow it, each in its own way and with its own noise. The train split is healthy. The
eval split holds one incident of each kind in `KINDS`, the new split one; both are labelled, and the features that an
incident touches are its causes. Few of the incidents leave the range of the healthy values: most show only over time
or against the other features. The numbers are rounded, so that they are the same on every machine.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from mtadgat.errors import DataError, closest
from mtadgat.series import Cause, Event

if TYPE_CHECKING:
    from jaxtyping import Float

NAME = "demo"
MACHINES = ("machine-1", "machine-2", "machine-3")
FEATURES = ("requests", "cpu", "memory", "network_in", "network_out", "disk_io", "latency", "errors")
ROWS = {"train": 3000, "eval": 2000, "new": 500}
FIRST_TIME, STEP = np.datetime64("2026-01-05T00:00", "ns"), np.timedelta64(5, "m")
SEED = 2009_02040
DAY = 288
MEMORY_CYCLE = 72
"""Rows in which memory fills up before it is collected."""


class SimulatedSplit(NamedTuple):
    """One split: ``timestamp``, the features and, if there are incidents, ``label``; causes by feature."""

    table: pd.DataFrame
    causes: tuple[Cause, ...]


class Kind(NamedTuple):
    """A kind of incident: how long it lasts, what it touches, and how.

    ``effect(values, event, rng)`` changes the rows of the event in place.
    """

    name: str
    rows: int
    features: tuple[str, ...]
    effect: Callable[[Float[np.ndarray, "time features"], Event, np.random.Generator], None]


def machine_named(entity: str | None) -> str:
    """Return the machine of this name; None means the first.

    Raises:
        DataError: there is no such machine.
    """
    if entity is None:
        return MACHINES[0]
    if entity not in MACHINES:
        near = closest(entity, list(MACHINES))
        raise DataError(f"one of {', '.join(MACHINES)} in demo", f"{entity!r}{near}", "Correct --entity.")
    return entity


def simulate(machine: str, split: str) -> SimulatedSplit:
    """Return one split of a machine's history.

    Args:
        machine: one of `MACHINES`.
        split: train, eval or new.
    """
    number = MACHINES.index(machine)
    values, incidents = history(number), schedule(number)
    rng = np.random.default_rng([SEED, number, 2])
    for event, kind in incidents:
        kind.effect(values, event, rng)
    start, stop = _rows_of(split)
    table = pd.DataFrame(np.round(np.maximum(values[start:stop], 0), 4), columns=list(FEATURES))
    table.insert(0, "timestamp", FIRST_TIME + STEP * np.arange(start, stop))
    if split == "train":
        return SimulatedSplit(table, ())
    causes = tuple(
        Cause(Event(event.start - start, event.stop - start), tuple(FEATURES.index(name) for name in kind.features))
        for event, kind in incidents
        if start <= event.start < stop
    )
    labels = np.zeros(stop - start, dtype=np.int64)
    for event, _ in causes:
        labels[event.start : event.stop] = 1
    table["label"] = labels
    return SimulatedSplit(table, causes)


def schedule(number: int) -> list[tuple[Event, Kind]]:
    """Return the incidents of a machine in time order, rows counted from the start of its train split."""
    rng = np.random.default_rng([SEED, number, 1])
    first, stop = _rows_of("eval")
    room = (stop - first) // len(KINDS)
    starts = [first + slot * room + 40 + int(rng.integers(60)) for slot in range(len(KINDS))]
    kinds = [KINDS[index] for index in rng.permutation(len(KINDS))]
    starts.append(_rows_of("new")[0] + 200 + int(rng.integers(100)))
    kinds.append(KINDS[int(rng.integers(len(KINDS)))])
    return [(Event(start, start + kind.rows), kind) for start, kind in zip(starts, kinds, strict=True)]


def history(number: int) -> Float[np.ndarray, "time features"]:
    """Return the healthy values of a machine, train, eval and new in one.

    Args:
        number: position of the machine in `MACHINES`.
    """
    count = sum(ROWS.values())
    time = np.arange(count)
    rng = np.random.default_rng([SEED, number])
    load = _load(count) * (0.85 + 0.15 * number) + 0.02 * _wander(rng, count, 0.9)
    load = np.clip(load, 0.05, 1.2)
    noise = rng.standard_normal((count, len(FEATURES)))
    requests = 400 * load * (1 + 0.04 * noise[:, 0])
    cpu = 8 + 60 * load + 1.5 * _wander(rng, count, 0.7)
    memory = 42 + 10 * _trailing_mean(load, 24) + _sawtooth(time, MEMORY_CYCLE) + 0.4 * noise[:, 2]
    network_in = 0.03 * requests * (1 + 0.03 * noise[:, 3])
    network_out = 0.11 * np.roll(requests, 1) * (1 + 0.03 * noise[:, 4])
    network_out[0] = network_out[1]
    backup = (time % DAY >= 24) & (time % DAY < 42)
    disk_io = 12 + 20 * load + 45 * backup + 2.5 * np.abs(noise[:, 5])
    latency = 20 + 60 * (cpu / 100) ** 3 + 1.2 * np.abs(noise[:, 6])
    errors = rng.poisson(0.3 + 2 * (cpu / 100) ** 2).astype(np.float64)
    return np.column_stack([requests, cpu, memory, network_in, network_out, disk_io, latency, errors])


def _rows_of(split: str) -> Event:
    start = 0
    for name, count in ROWS.items():
        if name == split:
            return Event(start, start + count)
        start += count
    raise ValueError(split)


def _load(count: int) -> Float[np.ndarray, " time"]:
    angle = 2 * np.pi * np.arange(count) / DAY
    drift = 0.02 * _wander(np.random.default_rng(SEED), count, 0.97)
    return 0.5 - 0.28 * np.cos(angle - 0.5) + 0.07 * np.sin(2 * angle) + drift


def _wander(rng: np.random.Generator, count: int, memory: float) -> Float[np.ndarray, " time"]:
    """An autoregressive process of order one."""
    values = rng.standard_normal(count)
    for row in range(1, count):
        values[row] += memory * values[row - 1]
    return values


def _trailing_mean(values: Float[np.ndarray, " time"], rows: int) -> Float[np.ndarray, " time"]:
    padded = np.concatenate([np.full(rows - 1, values[0]), values])
    return np.convolve(padded, np.full(rows, 1 / rows), mode="valid")


def _sawtooth(time: Float[np.ndarray, " time"] | np.ndarray, cycle: int) -> Float[np.ndarray, " time"]:
    return 8 * ((time % cycle) / cycle)


def _column(values: Float[np.ndarray, "time features"], event: Event, feature: str) -> Float[np.ndarray, " rows"]:
    return values[event.start : event.stop, FEATURES.index(feature)]


def _spike(values: Float[np.ndarray, "time features"], event: Event, rng: np.random.Generator) -> None:
    shape = np.sin(np.linspace(0.3, np.pi - 0.3, event.stop - event.start))
    _column(values, event, "cpu")[:] += (22 + 4 * rng.random()) * shape
    _column(values, event, "latency")[:] += 14 * shape


def _level_shift(values: Float[np.ndarray, "time features"], event: Event, rng: np.random.Generator) -> None:
    _column(values, event, "memory")[:] += 7 + rng.random()


def _broken_correlation(values: Float[np.ndarray, "time features"], event: Event, rng: np.random.Generator) -> None:
    shift = DAY // 2 + int(rng.integers(-20, 20))
    earlier = Event(event.start - shift, event.stop - shift)
    _column(values, event, "network_out")[:] = _column(values, earlier, "network_out")


def _slow_leak(values: Float[np.ndarray, "time features"], event: Event, rng: np.random.Generator) -> None:
    rise = np.linspace(0, 1, event.stop - event.start)
    _column(values, event, "memory")[:] += (15 + 3 * rng.random()) * rise
    _column(values, event, "latency")[:] += 9 * rise**2


def _stuck_sensor(values: Float[np.ndarray, "time features"], event: Event, rng: np.random.Generator) -> None:
    del rng
    _column(values, event, "cpu")[:] = _column(values, event, "cpu")[0]


def _frequency_change(values: Float[np.ndarray, "time features"], event: Event, rng: np.random.Generator) -> None:
    time = np.arange(event.start, event.stop)
    cycle = int(rng.integers(10, 14))
    _column(values, event, "memory")[:] += _sawtooth(time, cycle) - _sawtooth(time, MEMORY_CYCLE)


def _error_burst(values: Float[np.ndarray, "time features"], event: Event, rng: np.random.Generator) -> None:
    _column(values, event, "errors")[:] += rng.poisson(5, event.stop - event.start)
    _column(values, event, "latency")[:] += 6 + 2 * rng.random(event.stop - event.start)


def _lost_traffic(values: Float[np.ndarray, "time features"], event: Event, rng: np.random.Generator) -> None:
    left = 0.45 + 0.1 * rng.random()
    for feature in ("requests", "network_in", "network_out"):
        _column(values, event, feature)[:] *= left


KINDS = (
    Kind("spike", 8, ("cpu", "latency"), _spike),
    Kind("level shift", 40, ("memory",), _level_shift),
    Kind("broken correlation", 50, ("network_out",), _broken_correlation),
    Kind("slow leak", 90, ("memory", "latency"), _slow_leak),
    Kind("stuck sensor", 40, ("cpu",), _stuck_sensor),
    Kind("frequency change", 60, ("memory",), _frequency_change),
    Kind("error burst", 12, ("latency", "errors"), _error_burst),
    Kind("lost traffic", 30, ("requests", "network_in", "network_out"), _lost_traffic),
)
"""The kinds of incident, each once in the eval split."""
