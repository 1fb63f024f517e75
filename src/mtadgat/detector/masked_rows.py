"""Masked rows: scaled rows as the network reads them, and which of their cells nobody measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mtadgat.series import Series

if TYPE_CHECKING:
    from jaxtyping import Bool, Float


class MaskedRows(NamedTuple):
    """Scaled rows, and which of their cells are missing.

    Args:
        values: (time, features), scaled, finite where they are not missing.
        missing: (time, features) true where a value is missing; None: nowhere.
    """

    values: Float[np.ndarray, "time features"]
    missing: Bool[np.ndarray, "time features"] | None = None

    def rows(self, start: int, stop: int | None = None) -> MaskedRows:
        """Return rows ``start`` to ``stop`` (exclusive)."""
        return MaskedRows(self.values[start:stop], None if self.missing is None else self.missing[start:stop])

    def held(self, last: Float[np.ndarray, " features"]) -> MaskedRows:
        """Return the rows with each missing cell at the last value before it: what was known at that moment.

        Args:
            last: (features,) the values before the first row.
        """
        if self.missing is None or not self.missing.any():
            return MaskedRows(self.values)
        known = np.vstack((last[None], self.values))
        rows = np.arange(1, len(known))[:, None]
        latest = np.maximum.accumulate(np.where(self.missing, 0, rows), axis=0)
        return MaskedRows(np.take_along_axis(known, latest, axis=0), self.missing)

    def repeated(self, count: int) -> MaskedRows:
        """Return the first row ``count`` times."""
        return MaskedRows(
            np.repeat(self.values[:1], count, axis=0),
            None if self.missing is None else np.repeat(self.missing[:1], count, axis=0),
        )

    def then(self, later: MaskedRows) -> MaskedRows:
        """Return these rows and later ones."""
        missing = None
        if self.missing is not None or later.missing is not None:
            missing = np.concatenate((self.mask, later.mask))
        return MaskedRows(np.concatenate((self.values, later.values)), missing)

    @property
    def mask(self) -> Bool[np.ndarray, "time features"]:
        """(time, features) true where a value is missing."""
        return np.zeros(self.values.shape, dtype=bool) if self.missing is None else self.missing

    def unknown_after(self, context: MaskedRows, max_missing: float) -> Bool[np.ndarray, "time features"] | None:
        """Return where a feature does not count for the score of a row; None: nowhere.

        It does not where its value is missing, nor where more than a share of it is missing in the window that ends
        in the row: most of what the network knows of it was invented.

        Args:
            context: (window, features) the rows just before.
            max_missing: that share.
        """
        if self.missing is None and context.missing is None:
            return None
        window = len(context.values)
        counts = np.cumsum(np.concatenate((context.mask, self.mask)), axis=0, dtype=np.int32)
        shares = (counts[window:] - counts[:-window]) / window
        unknown: Bool[np.ndarray, "time features"] = self.mask | (shares > max_missing)
        return unknown if unknown.any() else None


def missing_cells(series: Series) -> Bool[np.ndarray, "time features"] | None:
    """Return where a value of a series is missing, or is not a finite number; None: nowhere."""
    finite = np.isfinite(series.values)
    if series.missing is None:
        return None if finite.all() else ~finite
    missing: Bool[np.ndarray, "time features"] = series.missing | ~finite
    return missing if missing.any() else None
