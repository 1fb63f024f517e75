"""Comparison: several runs on the same labels, as one page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from mtadgat.reporting.clock import Clock
from mtadgat.reporting.compared import ComparedRun, Comparison, compared_rows
from mtadgat.reporting.content import ThresholdLine
from mtadgat.reporting.page import write_page
from mtadgat.reporting.plot_data import compact, sampled_rows, spans, steps
from mtadgat.reporting.scale import spiky
from mtadgat.reporting.wording import counted, number
from mtadgat.series import events

SCRIPTS = ("base.js", "chart.js", "zoom.js", "timeline.js", "compare.js", "print.js")


def write_comparison(path: str | Path, comparison: Comparison) -> Path:
    """Write a page with the figures and the scores of several runs, whole or not at all.

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
    clock, rows = Clock(comparison.timestamps, len(comparison.labels)), compared_rows(comparison.runs)
    wins = [sum(row.cells[place].best for row in rows) for place in range(len(comparison.runs))]
    leader = comparison.runs[int(np.argmax(wins))].name
    return {
        "title": f"Comparison on {comparison.subject}",
        "fact": f"{leader} is best in {max(wins)} of {counted(len(rows), 'metric')}",
        "period": f"{len(comparison.labels):,} rows, {counted(len(events(comparison.labels)), 'labelled event')}, "
        f"{clock.text(0)} to {clock.text(len(comparison.labels) - 1)}.",
        "rows": rows,
        "random": any(cell.random for row in rows for cell in row.cells),
        "runs": [
            {"name": run.name, "facts": run.facts, "threshold": f"{run.threshold.name} {_level(run.threshold)}"}
            for run in comparison.runs
        ],
    }


def _level(line: ThresholdLine) -> str:
    return "changes over time" if line.value is None else number(line.value)


def _data(comparison: Comparison) -> dict[str, Any]:
    clock = Clock(comparison.timestamps, len(comparison.labels))
    ratios = [_ratio(run) for run in comparison.runs]
    rows = sampled_rows(ratios, ())
    return {
        "kind": clock.kind,
        "x": steps(clock.places(rows)),
        "stride": clock.stride,
        "end": int(clock.places(np.array([len(comparison.labels)]))[0]),
        "log": any(spiky(run.scores, run.threshold.values) for run in comparison.runs),
        "labelled": spans(events(comparison.labels), clock),
        "runs": [
            {
                "name": run.name,
                "ratio": compact(ratio[rows]),
                "flagged": spans(events(run.threshold.flags(run.scores)), clock),
            }
            for run, ratio in zip(comparison.runs, ratios, strict=True)
        ],
    }


def _ratio(run: ComparedRun) -> Float[np.ndarray, " time"]:
    limits = np.where(run.threshold.values > 0, run.threshold.values, np.nan)
    return run.scores.astype(np.float64) / limits
