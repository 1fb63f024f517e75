"""Several runs on the same labels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mtadgat.errors import DataError
from mtadgat.reporting.baseline_tables import BaselineRow
from mtadgat.reporting.comparison import ComparedRun, Comparison, compared_rows, write_comparison
from mtadgat.reporting.content import ThresholdLine
from report_examples import HOSTILE, ROWS, example_content


def run(name: str, f1: float, alarms: float, rows: int = ROWS) -> ComparedRun:
    scores = np.random.default_rng(len(name)).random(rows)
    metrics = (BaselineRow("F1", f1, 0.1), BaselineRow("False alarms", alarms, unit="runs", better="lower"))
    return ComparedRun(name, scores, ThresholdLine("pot", np.full(rows, 0.99)), metrics, (("Run", "5f2c"),))


def compared(*runs: ComparedRun) -> Comparison:
    content = example_content()
    assert content.labels is not None
    return Comparison("fleet-web-1", runs, content.labels, content.timestamps)


def test_the_best_of_each_metric_is_told() -> None:
    first, second = compared_rows([run("deep", 0.6, 9), run("plain", 0.2, 3)])
    assert [cell.best for cell in first.cells] == [True, False]
    assert [cell.best for cell in second.cells] == [False, True]
    assert first.cells[0] == ("0.600", True, "0.100")


def test_a_metric_that_a_run_lacks_is_a_dash() -> None:
    lacking = ComparedRun("bare", np.zeros(ROWS), ThresholdLine("pot", np.ones(ROWS)), ())
    (f1, _) = compared_rows([run("deep", 0.6, 9), lacking])
    assert f1.cells[1].text == "\u2013"


def test_the_page_names_the_runs_and_their_figures(tmp_path: Path) -> None:
    html = write_comparison(
        tmp_path / "compare.html", compared(run("deep", 0.6, 9), run("plain", 0.2, 30))
    ).read_text()
    assert "deep is best in 2 of 2 metrics" in html
    assert html.count("<h1>") == 1
    assert "0.600" in html and "plain" in html


def test_names_of_runs_are_shown_and_never_run(tmp_path: Path) -> None:
    html = write_comparison(tmp_path / "compare.html", compared(*(run(name, 0.1, 1) for name in HOSTILE))).read_text()
    assert "<script>document" not in html
    assert "<img" not in html


def test_runs_on_other_rows_are_refused() -> None:
    with pytest.raises(DataError) as error:
        compared(run("deep", 0.6, 9), run("other", 0.2, 3, rows=10))
    assert str(error.value) == (
        "Expected 3,000 scores for each run, one for each label; got 10 from other. "
        "Compare runs that were evaluated on the same rows."
    )


def test_more_runs_than_colours_are_refused() -> None:
    with pytest.raises(DataError, match="1 to 8 runs"):
        compared(*(run(str(number), 0.1, 1) for number in range(9)))


@pytest.mark.parametrize("limit", [0.0, -1.0, np.inf])
def test_a_threshold_that_scores_cannot_be_divided_by_leaves_a_gap(limit: float, tmp_path: Path) -> None:
    odd = ComparedRun("odd", np.ones(ROWS), ThresholdLine("pot", np.full(ROWS, limit)), ())
    assert write_comparison(tmp_path / "compare.html", compared(run("deep", 0.6, 9), odd)).is_file()
