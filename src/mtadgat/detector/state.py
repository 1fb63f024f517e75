"""Detector state: what a detector remembers of the rows it has seen, so that a stream can be detected call by call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from mtadgat.detector.context import ScoringContext
from mtadgat.detector.thresholds import Threshold


@dataclass(frozen=True, eq=False)
class DetectorState:
    """What the next call needs to go on as if there had been only one.

    Args:
        context: the last rows, and when they were.
        smoothed: the smoothed total score of the last row, unrounded.
        threshold: the threshold as it stands after the last row.
        rows_seen: how many rows came since training; 0 for the state in which training left the detector.
    """

    context: ScoringContext
    smoothed: float
    threshold: Threshold
    rows_seen: int = 0


class DetectorStep(NamedTuple):
    """The prediction table of one piece of a stream, and the state to hand to the next call."""

    table: pd.DataFrame
    state: DetectorState
