"""Quality: how far the score of each row rests on what was measured.

- ``ok``: on all of it.
- ``after gap``: the window has started anew after a gap and is not yet full.
- ``missing: b, c``: the features ``b`` and ``c`` do not count, since their values are missing in the row, or in too
  much of its window. ``missing: all``: none counts, and the score is the usual one of training: it says nothing.
- Both are joined by ``; ``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Bool, Shaped

OK, AFTER_GAP, MISSING, ALL = "ok", "after gap", "missing: ", "all"


def quality_of(
    after_gap: Bool[np.ndarray, " time"],
    unknown: Bool[np.ndarray, "time features"] | None,
    features: Sequence[str],
) -> Shaped[np.ndarray, " time"]:
    """Return the quality of every row, in words.

    Args:
        after_gap: (time,) true where the window is not yet full after a gap.
        unknown: (time, features) true where a feature does not count; None: nowhere.
        features: their names.
    """
    words = np.full(len(after_gap), OK, dtype=object)
    words[after_gap] = AFTER_GAP
    if unknown is None:
        return words
    rows = np.flatnonzero(unknown.any(axis=1))
    patterns, which = np.unique(np.packbits(unknown[rows], axis=1), axis=0, return_inverse=True)
    masks = np.unpackbits(patterns, axis=1, count=len(features)).astype(bool)
    texts = np.array([_missing(mask, features) for mask in masks], dtype=object)[which.reshape(-1)]
    words[rows] = np.where(after_gap[rows], AFTER_GAP + "; " + texts, texts)
    return words


def _missing(mask: Bool[np.ndarray, " features"], features: Sequence[str]) -> str:
    named = [name for name, is_missing in zip(features, mask, strict=True) if is_missing]
    return MISSING + (ALL if len(named) == len(features) > 1 else ", ".join(named))
