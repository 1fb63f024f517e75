"""What is said of each event."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mtadgat.detector.scoring import Scores
from mtadgat.reporting.content import EventPage, ThresholdLine
from mtadgat.reporting.event_pages import event_pages
from mtadgat.series import Series, events
from report_examples import FALSE_ALARM, LABELLED, evaluated_line, example_scores, example_series


def threshold(series: Series, scores: Scores) -> ThresholdLine:
    return evaluated_line(series, scores, np.ones(len(series)))


def pages_of(**options: int) -> tuple[EventPage, ...]:
    series = example_series()
    scores = example_scores(series)
    return event_pages(series, scores, threshold(series, scores), **options).pages


def test_labelled_events_and_false_alarms_have_pages_in_time_order() -> None:
    pages = pages_of()
    assert [page.event for page in pages] == [LABELLED[0], LABELLED[1], FALSE_ALARM, LABELLED[2]]
    assert [page.kind for page in pages] == ["found", "missed", "false alarm", "found"]
    assert [page.latency for page in pages] == [5, None, None, 0]


def test_features_come_in_falling_share_with_the_one_to_blame_first() -> None:
    for page, blamed in zip((pages_of()[0], pages_of()[2]), ("memory", "cpu"), strict=True):
        shares = [trace.share for trace in page.traces]
        assert shares == sorted(shares, reverse=True)
        assert np.isclose(sum(shares), 1)
        assert page.traces[0].name == blamed


def test_known_causes_are_ranked_and_hits_counted() -> None:
    page = pages_of()[0]
    assert page.causes is not None
    assert page.causes[0] == ("memory", 1)
    assert {cause.name for cause in page.causes} == {"memory", "disk read"}
    assert page.hits == 1 + (page.causes[1].rank == 2)
    assert [trace.cause for trace in page.traces] == [trace.name in ("memory", "disk read") for trace in page.traces]


def test_events_without_known_causes_say_so() -> None:
    page = pages_of()[1]
    assert page.causes is None
    assert {trace.cause for trace in page.traces} == {None}


def test_traces_show_the_event_with_a_margin_of_the_series_itself() -> None:
    series = example_series()
    for page in pages_of():
        assert page.shown.start < page.event.start and page.shown.stop > page.event.stop
        for trace in page.traces:
            values = series.values[page.shown.start : page.shown.stop, series.features.index(trace.name)]
            assert np.array_equal(trace.actual, values)
            assert len(trace.forecast) == len(trace.reconstruction) == len(values)


def test_an_event_at_the_edge_of_the_series_has_a_page() -> None:
    series = example_series()
    labels = np.zeros(len(series), dtype=bool)
    labels[:3] = labels[-2:] = True
    scores = example_scores(series)
    relabelled = replace(series, labels=labels, causes=())
    first, *_, last = event_pages(relabelled, scores, threshold(relabelled, scores)).pages
    assert first.shown.start == 0
    assert last.shown.stop == len(series)


def test_without_labels_every_flagged_run_has_a_page() -> None:
    series = replace(example_series(), labels=None, causes=())
    scores = example_scores(series)
    pages, left_out = event_pages(series, scores, threshold(series, scores))
    assert [page.event for page in pages] == events(scores.total >= 1)
    assert {page.kind for page in pages} == {"flagged"}
    assert left_out == 0


def test_with_too_many_events_the_labelled_ones_stay() -> None:
    series = example_series()
    scores = example_scores(series)
    pages, left_out = event_pages(series, scores, threshold(series, scores), max_pages=3)
    assert [page.event for page in pages] == list(LABELLED)
    assert left_out == 1


def test_fewer_features_than_asked_for_are_all_shown() -> None:
    assert len(pages_of(traces=50)[0].traces) == 4


def test_targets_that_are_a_subset_are_matched_by_name() -> None:
    series = example_series()
    scores = example_scores(series)
    few = replace(
        scores,
        per_feature=scores.per_feature[:, [2]],
        forecast=scores.forecast[:, [2]],
        reconstruction=scores.reconstruction[:, [2]],
        features=("disk read",),
    )
    page = event_pages(series, few, threshold(series, few)).pages[0]
    assert [trace.name for trace in page.traces] == ["disk read"]
    assert np.array_equal(page.traces[0].actual, series.values[page.shown.start : page.shown.stop, 2])
    assert page.causes == (("disk read", 1), ("memory", None))
