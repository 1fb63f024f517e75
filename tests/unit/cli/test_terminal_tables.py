"""Tables and summaries for a terminal."""

from __future__ import annotations

from io import StringIO

import numpy as np
import pytest
from rich.console import Console

from mtadgat import Series
from mtadgat.cli.progress_bar import TerminalProgress
from mtadgat.cli.terminal_tables import (
    Predicted,
    RunLocation,
    comparison_table,
    evaluation_table,
    predict_summary,
    profile_summary,
    run_summary,
    summary,
    train_summary,
)
from mtadgat.data.profile import profile_of
from mtadgat.reading import Note, Reading
from mtadgat.reporting.baseline_tables import BaselineRow, BaselineTable
from mtadgat.reporting.comparison import ComparedCell, ComparedRow
from report_examples import HOSTILE, example_losses, example_tables

PREDICTED = Predicted(rows=1000, flagged=12, events=3, threshold="pot", output="predictions.csv")
LOCATION = RunLocation("5f2c9e10", "mlflow ui", "report.html")


def test_a_wide_terminal_shows_the_three_detectors_below_each_other() -> None:
    lines = evaluation_table(example_tables(), width=100).splitlines()
    assert lines[0] == "pot 1"
    assert lines[1].split() == ["F1", "PA-F1", "Flagged"]
    assert lines[3].split() == ["model", "0.610*", "0.930*", "4.50%"]
    assert lines[4].split() == ["random", "score", "0.050", "0.710", "4.50%"]
    assert lines[5].split() == ["max", "|z|", "0.220", "0.880", "4.50%"]
    assert "without a threshold" in lines
    assert lines[-2].startswith("Better than both")


def test_a_narrow_terminal_shows_them_side_by_side() -> None:
    shown = evaluation_table(example_tables(), width=36)
    assert max(map(len, shown.splitlines())) <= 36
    assert "F1        0.610*    0.050    0.220" in shown


def test_metrics_can_be_chosen() -> None:
    shown = evaluation_table(example_tables(), metrics=("False alarms",), width=100)
    assert shown.splitlines()[1].split() == ["False", "alarms"]
    assert "140" in shown


@pytest.mark.parametrize("width", [20, 40, 72, 100, 200])
def test_no_figure_is_cut_off(width: int) -> None:
    shown = evaluation_table(example_tables(), width=width)
    for figure in ("0.610", "0.710", "0.880", "0.520", "0.770"):
        assert figure in shown


def test_a_pipe_gets_plain_text_and_a_terminal_gets_colours() -> None:
    assert "\x1b" not in evaluation_table(example_tables())
    assert "\x1b[" in evaluation_table(example_tables(), colour=True)


def test_names_can_neither_start_markup_nor_move_the_cursor() -> None:
    rows = tuple(BaselineRow(name, 0.1, 0.2, 0.3) for name in (*HOSTILE, "[bold red]x[/]", ":smile:"))
    shown = evaluation_table((BaselineTable("", rows),), width=300)
    assert "\x1b" not in shown
    assert "[bold red]x[/]" in shown and ":smile:" in shown


def test_a_comparison_marks_the_best_run() -> None:
    rows = [ComparedRow("F1", (ComparedCell("0.6", True, "0.1"), ComparedCell("0.2", False, "0.1")))]
    shown = comparison_table(["deep", "plain"], rows, width=80).splitlines()
    assert shown[0].split() == ["metric", "deep", "plain"]
    assert shown[2].split() == ["F1", "0.6*", "0.2"]


def test_train_summary_says_where_the_model_is() -> None:
    shown = train_summary(
        "fleet-web-1", example_losses(), seconds=75.0, thresholds={"pot": 1.25}, model="models:/m-1", location=LOCATION
    )
    assert shown.splitlines() == [
        "Trained on fleet-web-1",
        "  training      best epoch 6, 8 epochs trained, 1 min 15 s",
        "  loss          Validation loss fell from 1.3 to 0.3",
        "  thresholds    pot 1.25",
        "  model         models:/m-1",
        "  run           5f2c9e10",
        "  open it with  mlflow ui",
        "  report        report.html",
    ]


def test_predict_summary_says_how_many_rows_and_events_and_where_they_are() -> None:
    shown = predict_summary(
        "fleet", PREDICTED, model="models:/m-1", reason="the champion alias", location=RunLocation("")
    )
    assert shown.splitlines() == [
        "Predicted fleet",
        "  flagged      12 of 1,000 rows (1.20%) in 3 events, threshold pot",
        "  predictions  predictions.csv",
        "  model        models:/m-1 (the champion alias)",
    ]


def test_run_summary_shows_scores_beside_those_of_chance() -> None:
    shown = run_summary("fleet", example_tables(), PREDICTED, model="models:/m-1", location=LOCATION)
    assert "F1            0.610   (random 0.050, max |z| 0.220)" in shown
    assert "predictions   predictions.csv" in shown
    assert "run           5f2c9e10" in shown


def test_nothing_predicted_is_no_division_by_zero() -> None:
    nothing = Predicted(0, 0, 0, "pot", "p.csv")
    assert "0 of 0 rows in 0 events" in predict_summary("fleet", nothing, model="m", reason="", location=LOCATION)


def test_long_paths_stay_in_one_piece() -> None:
    path = "/data/" + "x" * 300 + "/report.html"
    assert path in summary("Done", [("report", path)])


def test_what_was_understood_fits_on_fifteen_lines_with_a_hundred_odd_columns() -> None:
    names = tuple(f"sensor_{number}" for number in range(100))
    missing = np.zeros((50, 100), dtype=bool)
    missing[:, :20], missing[:5, 20:60] = True, True
    notes = tuple(Note(f"{name!r} only rises", doubtful=True) for name in names)
    reading = Reading("time", "label", "machine", dict.fromkeys(("x", "y"), "a counter"), notes)
    times = np.arange(50).astype("datetime64[h]").astype("datetime64[ns]")
    times[30:] += np.timedelta64(9, "D")
    series = Series(
        np.zeros((50, 100)), names, timestamps=times, missing=missing, reading=reading, labels=times < times[9]
    )
    shown = profile_summary(profile_of(series, "train"), notes=3)
    assert "\x1b" not in shown
    assert len(shown.splitlines()) <= 16
    assert "and 97 more notes" in shown


def test_progress_shows_what_was_understood_in_a_pipe() -> None:
    stream = StringIO()
    TerminalProgress(Console(file=stream)).profile(profile_of(Series(np.zeros((5, len(HOSTILE))), HOSTILE), "train"))
    shown = stream.getvalue()
    assert "Train rows of series\n  rows      5\n" in shown
    assert "\x1b" not in shown
