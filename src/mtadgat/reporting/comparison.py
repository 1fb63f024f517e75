"""Comparison: several runs on the same labels, as one page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from mtadgat.clock import Clock
from mtadgat.errors import DataError
from mtadgat.reporting.baseline_tables import SIGNS, BaselineRow, metric_text
from mtadgat.reporting.content import ThresholdLine
from mtadgat.reporting.page import write_page
from mtadgat.reporting.palette import RUNS
from mtadgat.reporting.plot_data import axis_data, compact, sampled_rows, spans, spiky, steps
from mtadgat.reporting.time_axis import TimeAxis
from mtadgat.reporting.wording import counted, number
from mtadgat.series import events

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Shaped


@dataclass(frozen=True, eq=False)
class ComparedRun:
    """One run of a comparison.

    Args:
        name: name under which the run is shown.
        scores: (time,) its scores.
        threshold: its threshold.
        rows: its metrics.
        facts: further facts, name and text, such as the run id.
    """

    name: str
    scores: Float[np.ndarray, " time"]
    threshold: ThresholdLine
    rows: tuple[BaselineRow, ...]
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, eq=False)
class Comparison:
    """Several runs on the same labels.

    Args:
        subject: what was evaluated, such as ``asd-omi-1``.
        runs: two or more, in the order in which they are shown.
        labels: (time,) true where a row is anomalous.
        timestamps: (time,) datetime64 or integers, or None.
        clock: how the times were written.

    Raises:
        DataError: a run has another number of rows than there are labels, or there are too many runs.
    """

    subject: str
    runs: tuple[ComparedRun, ...]
    labels: Bool[np.ndarray, " time"]
    timestamps: Shaped[np.ndarray, " time"] | None = None
    clock: Clock = field(default_factory=Clock)

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
    """A metric of one run, whether it is the best of its row, and that of a random score; empty if there is none."""

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


def _row(name: str, rows: Sequence[BaselineRow | None]) -> ComparedRow:
    present = [row for row in rows if row is not None]
    sign = SIGNS[present[0].better] or float("nan")
    ranked = [sign * row.model for row in present if not np.isnan(sign * row.model)]
    top = max(ranked) if len(ranked) > 1 else float("nan")
    return ComparedRow(name, tuple(_cell(row, sign, top) for row in rows))


def _cell(row: BaselineRow | None, sign: float, top: float) -> ComparedCell:
    if row is None:
        return ComparedCell("\u2013", False, "")
    random = "" if np.isnan(row.random) or not row.better else metric_text(row.random, row.unit)
    return ComparedCell(metric_text(row.model, row.unit), sign * row.model == top, random)


SCRIPTS = ("base.js", "chart.js", "zoom.js", "timeline.js", "compare.js", "print.js")


def write_comparison(path: str | Path, comparison: Comparison) -> Path:
    """Write a page with the metrics and the scores of several runs, whole or not at all.

    Args:
        path: the file to write; its folder is made.
        comparison: the runs.

    Returns:
        The path of the file.
    """
    target = Path(path)
    write_page(target, "compare.html.j2", SCRIPTS, _context(comparison), _data(comparison))
    return target


def _context(comparison: Comparison) -> dict[str, Any]:
    time_axis, rows = _time_axis(comparison), compared_rows(comparison.runs)
    wins = [sum(row.cells[column].best for row in rows) for column in range(len(comparison.runs))]
    leader = comparison.runs[int(np.argmax(wins))].name
    return {
        "title": f"Comparison on {comparison.subject}",
        "fact": f"{leader} is best in {max(wins)} of {counted(len(rows), 'metric')}",
        "period": f"{len(comparison.labels):,} rows, {counted(len(events(comparison.labels)), 'labelled event')}, "
        f"{time_axis.period()}.",
        "rows": rows,
        "random": any(cell.random for row in rows for cell in row.cells),
        "runs": [
            {"name": run.name, "facts": run.facts, "threshold": f"{run.threshold.name} {_level(run.threshold)}"}
            for run in comparison.runs
        ],
    }


def _time_axis(comparison: Comparison) -> TimeAxis:
    return TimeAxis(comparison.timestamps, len(comparison.labels), comparison.clock)


def _level(line: ThresholdLine) -> str:
    return "changes over time" if line.value is None else number(line.value)


def _data(comparison: Comparison) -> dict[str, Any]:
    time_axis = _time_axis(comparison)
    ratios = [_ratio(run) for run in comparison.runs]
    rows = sampled_rows(ratios, ())
    return {
        **axis_data(time_axis),
        "x": steps(time_axis.positions(rows)),
        "end": int(time_axis.positions(np.array([len(comparison.labels)]))[0]),
        "log": any(spiky(run.scores, run.threshold.values) for run in comparison.runs),
        "labelled": spans(events(comparison.labels), time_axis),
        "runs": [
            {
                "name": run.name,
                "ratio": compact(ratio[rows]),
                "flagged": spans(events(run.threshold.flags(run.scores)), time_axis),
            }
            for run, ratio in zip(comparison.runs, ratios, strict=True)
        ],
    }


def _ratio(run: ComparedRun) -> Float[np.ndarray, " time"]:
    limits = np.where(run.threshold.values > 0, run.threshold.values, np.nan)
    return run.scores.astype(np.float64) / limits
