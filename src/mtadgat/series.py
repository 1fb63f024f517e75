"""Series: the values of one entity over time, with names, timestamps and labels."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mtadgat.clock import Clock
from mtadgat.errors import DataError
from mtadgat.reading import Reading

if TYPE_CHECKING:
    import pandas as pd
    from jaxtyping import Bool, Float, Int, Shaped


class Event(NamedTuple):
    """A run of labelled or flagged rows: ``start`` is its first row, ``stop`` the row after its last."""

    start: int
    stop: int


def events(flags: Bool[np.ndarray, " time"]) -> list[Event]:
    """Return the runs of consecutive true rows, in time order.

    Args:
        flags: (time,) booleans.
    """
    edges = np.diff(np.concatenate(([False], flags, [False])).astype(np.int8))
    starts, stops = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    return [Event(int(start), int(stop)) for start, stop in zip(starts, stops, strict=True)]


class Cause(NamedTuple):
    """The features to blame for one labelled event, by column."""

    event: Event
    features: tuple[int, ...]


def subject_name(dataset: str, entity: str) -> str:
    """Return data set and entity in one word, such as ``asd-omi-1``; without an entity, the data set."""
    return f"{dataset}-{entity}" if entity else dataset


@dataclass(frozen=True, eq=False)
class Series:
    """The values of one entity over time.

    Args:
        values: (time, features), in the units of the input.
        features: one name for each column.
        dataset: name of the data set.
        entity: name of the machine or channel, empty if there is only one.
        timestamps: (time,) strictly increasing datetime64 or integers, or None if rows have no time.
        labels: (time,) true where a row is anomalous, or None if unlabelled.
        targets: names of the features to forecast and reconstruct; empty means all.
        causes: the features to blame for each labelled event, empty if none are given.
        source: path or URL that it was read from, as the user wrote it; empty if it was not read.
        missing: (time, features) true where a value is missing: what stands there was invented. None: nowhere.
        positions: (time,) the row of its table that each row was, from 0; None: they are in the order of the table.
        carried: columns of the table to carry along, one row for each row; None: none.
        clock: how the times were written.
        reading: what was understood of the table.

    Raises:
        DataError: names, timestamps, labels, targets or what else has one item for each row do not fit the values.
    """

    values: Float[np.ndarray, "time features"]
    features: tuple[str, ...]
    dataset: str = "series"
    entity: str = ""
    timestamps: Shaped[np.ndarray, " stamps"] | None = None
    labels: Bool[np.ndarray, " labels"] | None = None
    targets: tuple[str, ...] = ()
    causes: tuple[Cause, ...] = ()
    source: str = ""
    missing: Bool[np.ndarray, "time features"] | None = None
    positions: Int[np.ndarray, " positions"] | None = None
    carried: pd.DataFrame | None = None
    clock: Clock = field(default_factory=Clock)
    reading: Reading = field(default_factory=Reading)

    def __post_init__(self) -> None:
        columns = self.values.shape[1]
        if len(self.features) != columns:
            raise DataError(
                f"{columns} feature names, one for each column",
                f"{len(self.features)}",
                "Give each column a name.",
            )
        repeated = {name for name in self.features if self.features.count(name) > 1}
        if repeated:
            raise DataError("distinct feature names", f"{sorted(repeated)} more than once", "Rename the columns.")
        for name, rows in (
            ("timestamps", self.timestamps),
            ("labels", self.labels),
            ("missing", self.missing),
            ("positions", self.positions),
            ("carried", self.carried),
        ):
            if rows is not None and len(rows) != len(self):
                raise DataError(f"{len(self)} {name}, one for each row", f"{len(rows)}", f"Check the file of {name}.")
        self._refuse_times_that_do_not_rise()
        unknown = [name for name in self.targets if name not in self.features]
        if unknown:
            raise DataError(
                f"targets among the features {list(self.features)}", f"{unknown}", "Correct --target-features."
            )

    def _refuse_times_that_do_not_rise(self) -> None:
        if self.timestamps is None or len(self) < 2:
            return
        wrong = np.flatnonzero(~(self.timestamps[1:] > self.timestamps[:-1]))
        if len(wrong):
            row = int(wrong[0])
            raise DataError(
                f"timestamps of {self.name} that rise from row to row",
                f"{self.timestamps[row]} in row {row}, then {self.timestamps[row + 1]}",
                "Sort the rows by time and keep one for each, as read_series does.",
            )

    def __len__(self) -> int:
        return int(self.values.shape[0])

    @property
    def name(self) -> str:
        """Data set and entity, joined, such as ``asd-omi-1``."""
        return subject_name(self.dataset, self.entity)

    @property
    def digest(self) -> str:
        """A short hash of the values, feature names and labels: equal content, equal digest."""
        content = hashlib.sha256("\x1f".join(self.features).encode())
        content.update(np.ascontiguousarray(self.values).tobytes())
        if self.labels is not None:
            content.update(self.labels.tobytes())
        return content.hexdigest()[:16]

    def at(self, chosen: slice | Int[np.ndarray, " chosen"]) -> Series:
        """Return some rows, without causes, which count the rows of the whole."""
        positions = np.arange(len(self)) if self.positions is None else self.positions
        return replace(
            self,
            values=self.values[chosen],
            timestamps=None if self.timestamps is None else self.timestamps[chosen],
            labels=None if self.labels is None else self.labels[chosen],
            missing=None if self.missing is None else self.missing[chosen],
            positions=positions[chosen],
            carried=None if self.carried is None else self.carried.iloc[chosen],
            causes=(),
        )

    def rows(self, start: int = 0, stop: int | None = None) -> Series:
        """Return rows ``start`` to ``stop`` (exclusive), with the causes that lie inside them."""
        first, last, _ = slice(start, stop).indices(len(self))
        return replace(
            self.at(slice(first, last)),
            causes=tuple(
                Cause(Event(max(event.start, first) - first, min(event.stop, last) - first), features)
                for event, features in self.causes
                if event.start < last and event.stop > first
            ),
        )

    def ordered(self, features: Sequence[str]) -> Series:
        """Return the series with its columns in the order of ``features``.

        Raises:
            DataError: a feature is missing, or one is there that ``features`` does not name.
        """
        if tuple(features) == self.features:
            return self
        missing = [name for name in features if name not in self.features]
        extra = [name for name in self.features if name not in features]
        if missing or extra:
            raise DataError(
                f"the {len(features)} features that the model was trained on",
                f"missing: {missing or 'none'}, unknown: {extra or 'none'}",
                "Rename, add or drop columns so that the names agree.",
            )
        order = [self.features.index(name) for name in features]
        position = {old: new for new, old in enumerate(order)}
        return replace(
            self,
            values=self.values[:, order],
            missing=None if self.missing is None else self.missing[:, order],
            features=tuple(features),
            causes=tuple(
                Cause(event, tuple(sorted(position[column] for column in columns))) for event, columns in self.causes
            ),
        )
