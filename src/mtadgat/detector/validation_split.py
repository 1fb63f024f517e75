"""Validation split: the training windows in time order, the latest kept for validation."""

from __future__ import annotations

import math
from typing import NamedTuple

from mtadgat.errors import DataError


class Split(NamedTuple):
    """Numbers of the training windows and of the validation windows that come after them."""

    training: range
    validation: range


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
