"""Windows: overlapping pieces of a series in time order, without copies."""

from __future__ import annotations

import math
from typing import NamedTuple

from jaxtyping import Float
from torch import Tensor

from mtadgat.errors import DataError


class Split(NamedTuple):
    """Numbers of the training windows and of the validation windows that come after them."""

    training: range
    validation: range


def sliding_windows(
    rows: Float[Tensor, "time features"], window: int, stride: int = 1
) -> Float[Tensor, "count window features"]:
    """Return every window of a series as a view: nothing is copied.

    Args:
        rows: (time, features).
        window: rows in a window.
        stride: rows between the starts of two windows.

    Raises:
        DataError: there are fewer rows than a window has.
    """
    if len(rows) < window:
        raise DataError(
            f"at least {window} rows, one window",
            f"{len(rows)} rows",
            "Give more rows, or train with a smaller --window.",
        )
    return rows.unfold(0, window, stride).transpose(1, 2)


def windows_apart(rows: int, stride: int) -> int:
    """Return how many windows lie between two windows that share no row.

    Args:
        rows: rows that a window reads, its forecast row included.
        stride: rows between the starts of two windows.
    """
    return math.ceil(rows / stride) - 1


def chronological_split(count: int, share: float, gap: int) -> Split:
    """Split windows in time order, the latest for validation.

    The ``gap`` windows in between belong to neither part, so that no row of a validation window is trained on.

    Args:
        count: windows in all.
        share: share of them for validation; above 0, validation gets at least one.
        gap: windows to leave out, see `windows_apart`.

    Raises:
        DataError: no training window is left.
    """
    validation = max(1, round(count * share)) if share > 0 else 0
    gap = gap if share > 0 else 0
    training = count - validation - gap
    if training < 1:
        raise DataError(
            f"more than {validation + gap} training windows ({validation} for validation after a gap of {gap})",
            f"{count}",
            "Give more rows, a smaller --window, or --val-split 0.",
        )
    return Split(range(training), range(count - validation, count))
