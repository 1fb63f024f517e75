"""With a gap in the timestamps, every sentence, tile, table and page of one report tells the same times."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from mtadgat.detector.thresholds import Fixed
from mtadgat.evaluation.evaluation import evaluate_against_labels
from mtadgat.reporting import wording
from mtadgat.reporting.assembly import report_content
from mtadgat.reporting.content import ReportContent
from mtadgat.reporting.event_pages import event_pages
from mtadgat.reporting.report import write_report
from mtadgat.reporting.summary import tiles
from mtadgat.reporting.time_axis import TimeAxis
from report_examples import LABELLED, ROWS, example_scores, example_series

LAST_BEFORE_GAP = LABELLED[0].start + 2
"""A row inside the first event, before its first flag."""
GAP = np.timedelta64(10 * 24 * 60, "m")
DAYS = ROWS * 5 / (24 * 60) + 10
LATENCY_SECONDS = 10 * 86400 + 5 * 300


class Evaluated(NamedTuple):
    content: ReportContent
    metrics: dict[str, float]


@pytest.fixture(scope="module")
def evaluated() -> Evaluated:
    whole = example_series()
    assert whole.timestamps is not None
    late = np.arange(ROWS) > LAST_BEFORE_GAP
    series = replace(whole, timestamps=whole.timestamps + late * GAP)
    scores = example_scores(series)
    evaluation = evaluate_against_labels(series, scores.total, {"pot": Fixed(1.0)}, per_feature=scores)
    content = report_content(series, evaluation, scores.total, None, None)
    pages = event_pages(series, scores, content.thresholds[0])
    return Evaluated(replace(content, events=pages.pages), evaluation.metrics())


def test_the_evaluation_counts_the_gap(evaluated: Evaluated) -> None:
    assert evaluated.metrics["pot/event/false_alarms_per_day"] == pytest.approx(1 / DAYS)
    assert evaluated.metrics["pot/event/latency_mean"] == 2.5
    assert evaluated.metrics["pot/event/latency_seconds_mean"] == LATENCY_SECONDS / 2


def test_tile_sentence_and_table_tell_the_same_false_alarms_a_day(evaluated: Evaluated) -> None:
    content, per_day = evaluated.content, evaluated.metrics["pot/event/false_alarms_per_day"]
    (tile,) = (tile for tile in tiles(content) if tile.name == "false alarms")
    (row,) = (row for row in content.tables[0].rows if row.metric == "False alarms a day")
    line = content.thresholds[0]
    assert row.model == per_day
    assert tile.beside == f"{per_day:.2g} a day" == "0.049 a day"
    assert "; 0.049 false alarms a day" in wording.detection(line.flags(content.scores), line.event).detail


def test_tile_sentences_table_and_page_tell_the_same_latency(evaluated: Evaluated) -> None:
    content = evaluated.content
    line, page = content.thresholds[0], content.events[0]
    assert line.event is not None
    (tile,) = (tile for tile in tiles(content) if tile.name == "median latency")
    (row,) = (row for row in content.tables[0].rows if row.metric == "Mean latency")
    # Of the two detected events one is flagged at once: mean and median are half the latency of the other.
    assert (page.latency, page.latency_seconds) == (5, LATENCY_SECONDS)
    assert row.model == 2.5
    assert tile == ("2.5 rows", "median latency", "5 d")
    assert wording.latency(line.event).fact.endswith("were flagged within 2.5 rows (5 d)")
    detail = wording.detection(line.flags(content.scores), line.event).detail
    assert detail.startswith("first flag 2.5 rows (5 d) after the start on average; ")
    fact, detail = wording.event(page, TimeAxis(content.timestamps, ROWS))
    assert fact == "Event flagged 5 rows (10 d) after its start"
    assert "60 rows (10 d 5 h)" in detail


def test_the_page_tells_these_times_and_no_others(evaluated: Evaluated, tmp_path: Path) -> None:
    html = write_report(tmp_path / "report.html", evaluated.content).read_text()
    markup = re.sub(r"<(script|style)\b.*?</\1>", "", html, flags=re.DOTALL)
    text = " ".join(re.sub(r"<[^>]+>", " ", markup).split())
    assert "0.049 a day" in text and "0.049 false alarms a day" in text
    assert "False alarms a day 0.05 " in text
    assert "flagged 5 rows (10 d) after its start" in text
    for rows_times_the_median_step in ("0.096", "(25 min)", "(12 min 30 s)", "60 rows (5 h)"):
        assert rows_times_the_median_step not in text
