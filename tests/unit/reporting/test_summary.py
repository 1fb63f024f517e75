"""What the baseline comparison comes to."""

from __future__ import annotations

import pytest

from mtadgat.reporting.content import BaselineRow, BaselineTable
from mtadgat.reporting.summary import shown_row, tiles, verdict
from report_examples import example_content, example_tables

NAN = float("nan")


@pytest.mark.parametrize(
    ("row", "best", "difference", "better"),
    [
        (BaselineRow("F1", 0.6, 0.1, 0.2), (True, False, False), "+0.400", True),
        (BaselineRow("F1", 0.2, 0.1, 0.6), (False, False, True), "\u22120.400", False),
        (BaselineRow("False alarms", 3.0, 9.0, 5.0, "runs", "lower"), (True, False, False), "\u22122", True),
        (BaselineRow("F1", 0.6, 0.6, 0.2), (True, True, False), "0.000", False),
        (BaselineRow("F1", 0.6, NAN, 0.2), (True, False, False), "+0.400", True),
    ],
)
def test_the_detector_is_held_against_the_better_of_the_others(
    row: BaselineRow, best: tuple[bool, ...], difference: str, better: bool
) -> None:
    shown = shown_row(row)
    assert shown.best == best
    assert shown.difference == difference
    assert (shown.gain is not None and shown.gain > 0) == better


@pytest.mark.parametrize(
    "row",
    [
        BaselineRow("F1", 0.5, 0.5, 0.5),
        BaselineRow("Flagged", 0.1, 0.2, 0.3, "%", ""),
        BaselineRow("F1", NAN, 0.1, 0.2),
    ],
)
def test_nothing_is_best_where_nothing_can_be_told(row: BaselineRow) -> None:
    assert not any(shown_row(row).best)


def test_the_verdict_says_what_is_gained_and_how_point_adjustment_flatters() -> None:
    gained, flattered = verdict(example_tables())
    assert gained == "Better than both a random score and the largest z-score in 4 of 5 metrics."
    assert flattered == "Point adjustment flatters: a random score with as many flagged rows has a PA-F1 of 0.710."


def test_there_is_no_verdict_where_nothing_was_compared() -> None:
    assert verdict((BaselineTable("pot", (BaselineRow("F1", 0.5),)),)) == []


def test_tiles_show_events_and_the_first_metrics_with_the_others_beside() -> None:
    shown = {tile.name: tile for tile in tiles(example_content())}
    assert shown["labelled events found"].value == "2 of 3"
    assert shown["false alarms"].value == "1"
    assert shown["F1"] == ("0.610", "F1", "random 0.050, largest z 0.220")
