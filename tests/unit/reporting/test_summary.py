"""What the baseline comparison comes to."""

from __future__ import annotations

from mtadgat.reporting.baseline_tables import BaselineRow, BaselineTable
from mtadgat.reporting.summary import tiles, verdict
from report_examples import example_content, example_tables


def test_the_verdict_says_what_is_gained_and_how_point_adjustment_flatters() -> None:
    gained, flattered = verdict(example_tables())
    assert gained == "Better than both a random score and max |z| in 4 of 5 metrics."
    assert flattered == "Point adjustment flatters: a random score with as many flagged rows has a PA-F1 of 0.710."


def test_there_is_no_verdict_where_nothing_was_compared() -> None:
    assert verdict((BaselineTable("pot", (BaselineRow("F1", 0.5),)),)) == []


def test_tiles_show_events_and_the_first_metrics_with_the_others_beside() -> None:
    shown = {tile.name: tile for tile in tiles(example_content())}
    assert shown["labelled events found"].value == "2 of 3"
    assert shown["false alarms"].value == "1"
    assert shown["F1"] == ("0.610", "F1", "random 0.050, max |z| 0.220")
