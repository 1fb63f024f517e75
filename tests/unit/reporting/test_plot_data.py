"""What the charts of a page draw: exact places, all peaks, few bytes."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtadgat.reporting.content import ReportContent, ThresholdLine
from mtadgat.reporting.event_pages import event_pages
from mtadgat.reporting.plot_data import MOST_FEATURES, compact, report_data, spans, steps
from mtadgat.reporting.time_axis import TimeAxis
from mtadgat.series import Event, Series
from report_examples import (
    LABELLED,
    ROWS,
    example_attention,
    example_content,
    example_scores,
    example_series,
)


def decoded(coded: dict[str, Any]) -> list[int]:
    """The reading of `steps` that base.js does."""
    return list(np.cumsum([coded["first"], *(coded["unit"] * step for step in coded["steps"])]))


@settings(deadline=None)
@given(places=st.lists(st.integers(-(10**13), 10**13), min_size=1, max_size=50))
def test_places_survive_the_way_to_the_page(places: list[int]) -> None:
    rising = np.array(sorted(places), dtype=np.int64)
    assert decoded(steps(rising)) == rising.tolist()


def test_spans_are_edges_in_turn() -> None:
    coded = spans([Event(2, 5), Event(9, 10)], TimeAxis(None, 10))
    assert decoded(coded) == [2, 5, 9, 10]
    assert not coded["none"]
    assert spans([], TimeAxis(None, 10))["none"]


def test_numbers_are_short_and_never_anything_that_json_lacks() -> None:
    assert compact(np.array([1 / 3, np.nan, np.inf, 123456.7])) == [0.33333, None, None, 123460.0]


def test_the_page_draws_scores_thresholds_and_events_where_they_are() -> None:
    content = example_content()
    data = report_data(content)
    time_axis = TimeAxis(content.timestamps, ROWS)
    assert decoded(data["x"]) == time_axis.places(np.arange(ROWS)).tolist()
    assert np.allclose(np.array(data["score"]), content.scores, rtol=1e-4)
    assert data["thresholds"][0]["value"] == 1.0
    assert np.allclose(data["thresholds"][1]["values"], content.thresholds[1].values, rtol=1e-4)
    assert decoded(data["labelled"]) == time_axis.places(np.array(LABELLED).ravel()).tolist()
    assert data["events"][0]["span"] == time_axis.places(np.array(LABELLED[0])).tolist()
    json.dumps(data, allow_nan=False)


def test_a_threshold_that_is_never_reached_has_no_line() -> None:
    content = replace(example_content(), thresholds=(ThresholdLine("pot", np.full(ROWS, np.inf)),))
    assert report_data(content)["thresholds"][0]["value"] is None


def test_of_very_many_features_the_attention_of_those_that_changed_most_is_drawn() -> None:
    names = tuple(f"feature {place}" for place in range(MOST_FEATURES + 40))
    change = example_attention(names)
    change.event[:, 5] += 1
    content = example_content()
    page = replace(content.events[0], attention=change)
    (drawn,) = report_data(replace(content, events=(page,)))["attention"]
    assert len(drawn["features"]) == len(drawn["healthy"]) == len(drawn["event"][0]) == MOST_FEATURES
    assert "feature 5" in drawn["features"]


def long_content(rows: int) -> ReportContent:
    """The example, repeated until it is long, with noise that makes many false alarms."""
    short = example_series()
    times = -(-rows // ROWS)
    names = tuple(f"feature {place}" for place in range(10))
    values = np.tile(np.resize(short.values, (ROWS, 10)), (times, 1))[:rows]
    labels = np.tile(short.labels, times)[:rows]
    stamps = np.datetime64("2020-01-01", "s") + np.arange(rows) * np.timedelta64(60, "s")
    series = Series(values, names, "long", "", stamps, labels)
    scores = example_scores(series)
    lines = tuple(ThresholdLine(f"line {place}", np.full(rows, 0.3) + 0.01 * place) for place in range(3))
    drifting = ThresholdLine("drifting", 0.4 + 1e-7 * np.arange(rows))
    pages = event_pages(series, scores, lines[0].flags(scores.total))
    return replace(
        example_content(), scores=scores.total, thresholds=(*lines, drifting), features=names, timestamps=stamps,
        labels=labels, events=pages.pages, events_left_out=pages.left_out,
    )  # fmt: skip


def test_a_million_rows_stay_under_eight_megabytes_and_keep_the_highest_score() -> None:
    content = long_content(1_000_000)
    data = report_data(content)
    assert len(json.dumps(data, separators=(",", ":"))) < 8_000_000
    assert max(data["score"]) == pytest.approx(float(content.scores.max()), rel=1e-4)
    assert len(data["score"]) > 50_000
