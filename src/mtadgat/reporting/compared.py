"""Compared runs: several runs on the same labels, and their metrics side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Shaped

from mtadgat.errors import DataError
from mtadgat.reporting.content import HonestRow, ThresholdLine
from mtadgat.reporting.palette import RUNS
from mtadgat.reporting.wording import figure_text


@dataclass(frozen=True, eq=False)
class ComparedRun:
    """One run of a comparison.

    Args:
        name: by what people know the run.
        scores: (time,) its scores.
        threshold: its threshold.
        rows: its metrics.
        facts: what else to say, name and text, such as the run id.
    """

    name: str
    scores: Float[np.ndarray, " time"]
    threshold: ThresholdLine
    rows: tuple[HonestRow, ...]
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, eq=False)
class Comparison:
    """Several runs on the same labels.

    Args:
        subject: what was evaluated, such as ``asd-omi-1``.
        runs: two or more, in the order in which they are shown.
        labels: (time,) true where a row is anomalous.
        timestamps: (time,) datetime64 or integers, or None.

    Raises:
        DataError: a run has another number of rows than there are labels, or there are too many runs.
    """

    subject: str
    runs: tuple[ComparedRun, ...]
    labels: Bool[np.ndarray, " time"]
    timestamps: Shaped[np.ndarray, " time"] | None = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.runs) <= len(RUNS):
            raise DataError(f"1 to {len(RUNS)} runs to compare", f"{len(self.runs)}", "Name fewer runs.")
        for run in self.runs:
            if len(run.scores) != len(self.labels):
                raise DataError(
                    f"{len(self.labels):,} scores for each run, one for each label",
                    f"{len(run.scores):,} from {run.name}",
                    "Compare runs that were evaluated on the same rows.",
                )


class ComparedCell(NamedTuple):
    """A figure of one run, whether it is the best of its row, and the figure of a random score; empty if unknown."""

    text: str
    best: bool
    random: str


class ComparedRow(NamedTuple):
    """A metric of all runs."""

    metric: str
    cells: tuple[ComparedCell, ...]


def compared_rows(runs: Sequence[ComparedRun]) -> list[ComparedRow]:
    """Return the metrics of all runs; a run that lacks one has a dash."""
    names = dict.fromkeys(row.metric for run in runs for row in run.rows)
    return [
        _row(name, [next((row for row in run.rows if row.metric == name), None) for run in runs]) for name in names
    ]


def _row(name: str, rows: Sequence[HonestRow | None]) -> ComparedRow:
    known = [row for row in rows if row is not None]
    sign = {"higher": 1.0, "lower": -1.0, "": float("nan")}[known[0].better]
    ranked = [sign * row.model for row in known if not np.isnan(sign * row.model)]
    top = max(ranked) if len(ranked) > 1 else float("nan")
    return ComparedRow(name, tuple(_cell(row, sign, top) for row in rows))


def _cell(row: HonestRow | None, sign: float, top: float) -> ComparedCell:
    if row is None:
        return ComparedCell("\u2013", False, "")
    random = "" if np.isnan(row.random) or not row.better else figure_text(row.random, row.unit)
    return ComparedCell(figure_text(row.model, row.unit), sign * row.model == top, random)
