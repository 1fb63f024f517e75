"""Stretches: rows between gaps; at the start of each the window starts anew."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mtadgat.detector.masked_rows import MaskedRows

if TYPE_CHECKING:
    from jaxtyping import Int


class Stretch(NamedTuple):
    """Rows without a gap, and what stands before them.

    Args:
        context: (window, features) the rows just before.
        rows: the rows.
        starts_anew: whether they come after a gap: their first row stands for those before it.
    """

    context: MaskedRows
    rows: MaskedRows
    starts_anew: bool


def stretches(context: MaskedRows, rows: MaskedRows, restarts: Int[np.ndarray, " gaps"]) -> Iterator[Stretch]:
    """Return the stretches of some rows, in the order of time.

    Args:
        context: (window, features) the rows just before the first.
        rows: the rows.
        restarts: the rows that come after a gap, in rising order.
    """
    after_gap = set(restarts.tolist())
    for start, stop in pairwise([*sorted({0} | after_gap), len(rows.values)]):
        part = rows.rows(start, stop)
        anew = start in after_gap
        yield Stretch(part.repeated(len(context.values)) if anew else context, part, anew)


def rows_between(count: int, restarts: Int[np.ndarray, " gaps"]) -> Iterator[slice]:
    """Return the rows of each stretch.

    Args:
        count: rows in all.
        restarts: the rows that come after a gap, in rising order.
    """
    return (slice(start, stop) for start, stop in pairwise([0, *restarts.tolist(), count]))
