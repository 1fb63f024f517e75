"""Sampling: fewer points and spans, the same picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mtadgat.series import Event

if TYPE_CHECKING:
    from jaxtyping import Float, Int


def downsample(values: Float[np.ndarray, " time *columns"], bins: int) -> Int[np.ndarray, " kept"]:
    """Return the rows to draw so that no peak is lost: the lowest and the highest of each bin.

    Args:
        values: (time,) or (time, columns); NaN is never a peak.
        bins: number of bins of equal length to cut the rows into, about one for each pixel.

    Returns:
        Rows in time order, the first and the last among them; for each column two in every bin.
        All rows if there are no more than that.
    """
    rows = len(values)
    columns = values.reshape(rows, -1)
    if rows <= 2 * bins * columns.shape[1]:
        return np.arange(rows)
    size = -(-rows // bins)
    whole = rows // size * size
    parts = [(0, columns[:whole].reshape(-1, size, columns.shape[1]))]
    if whole < rows:
        parts.append((whole, columns[whole:][None]))
    kept = [np.array([0, rows - 1])]
    for offset, part in parts:
        starts = offset + size * np.arange(len(part))[:, None]
        missing = np.isnan(part)
        kept.append((starts + np.where(missing, np.inf, part).argmin(axis=1)).ravel())
        kept.append((starts + np.where(missing, -np.inf, part).argmax(axis=1)).ravel())
    return np.unique(np.concatenate(kept))


def merged(spans: Sequence[Event], max_spans: int) -> list[Event]:
    """Return at most ``max_spans`` spans that cover the given ones: the closest neighbours are joined.

    Args:
        spans: in time order, not touching.
        max_spans: highest number of spans, at least 1.
    """
    if len(spans) <= max_spans:
        return list(spans)
    starts, stops = np.array(spans).T
    gaps = starts[1:] - stops[:-1]
    kept = np.sort(np.argsort(-gaps, kind="stable")[: max_spans - 1])
    first, last = starts[np.concatenate(([0], kept + 1))], stops[np.concatenate((kept, [len(spans) - 1]))]
    return [Event(int(start), int(stop)) for start, stop in zip(first, last, strict=True)]
