"""What nobody measured neither raises a flag nor passes as healthy, and every gap starts a window anew."""

from __future__ import annotations

import logging
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from mtadgat import Detector, DetectorConfig
from mtadgat.detector.network import build_network
from mtadgat.detector.training import fit_network
from mtadgat.errors import DataError
from mtadgat.series import Series

WINDOW = 6
CONFIG = DetectorConfig(
    window=WINDOW,
    epochs=1,
    batch_size=32,
    gru_hidden=4,
    forecast_hidden=4,
    reconstruction_hidden=4,
    device="cpu",
    max_gap=3,
)
FEATURES = ("a", "b", "c", "still")
MINUTE = np.timedelta64(1, "m")
DAY = np.datetime64("2024-03-01", "ns")


def waves(rows: int, first: int = 0, seed: int = 0) -> Series:
    """Three sines with noise and a column that never changes, one row a minute."""
    steps = np.arange(first, first + rows)
    noise = np.random.default_rng(seed).normal(scale=0.05, size=(rows, 3))
    values = np.column_stack((np.sin(steps[:, None] * np.array([0.2, 0.5, 0.9])) + noise, np.full(rows, 7.0)))
    return Series(values, FEATURES, "plant", timestamps=DAY + steps * MINUTE)


def without(series: Series, cells: np.ndarray) -> Series:
    """The series with some cells marked as missing, at the value that an interpolation might give."""
    values = series.values.copy()
    values[cells] = np.nan
    return replace(series, values=values)


def with_gaps(series: Series, gaps: dict[int, int]) -> Series:
    """The series with so many rows missing before the given rows."""
    late = np.zeros(len(series), dtype=np.int64)
    for row, missing in gaps.items():
        late[row:] += missing
    assert series.timestamps is not None
    return replace(series, timestamps=series.timestamps + late * MINUTE)


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector(CONFIG).fit(waves(200))


cells = st.sets(st.tuples(st.integers(0, 59), st.integers(0, 3)), max_size=120)
spans = st.lists(st.tuples(st.integers(0, 59), st.integers(1, 40), st.integers(0, 3)), max_size=3)


@given(
    cells=cells,
    spans=spans,
    gaps=st.dictionaries(st.integers(0, 59), st.integers(1, 9), max_size=3),
    cuts=st.sets(st.integers(0, 60), max_size=4),
    first=st.sampled_from([200, 900]),
)
@settings(deadline=None, max_examples=60)
def test_a_stream_with_missing_values_and_gaps_cut_into_any_calls_gives_the_table_of_one(  # noqa: PLR0917
    detector: Detector,
    cells: set[tuple[int, int]],
    spans: list[tuple[int, int, int]],
    gaps: dict[int, int],
    cuts: set[int],
    first: int,
) -> None:
    missing = np.zeros((60, 4), dtype=bool)
    for row, column in cells:
        missing[row, column] = True
    for start, length, column in spans:
        missing[start : start + length, column] = True
    stream = with_gaps(without(waves(60, first), missing), gaps)
    whole = detector.detect(stream)
    state, tables = detector.start(), []
    for start, stop in pairwise([0, *sorted(cuts), 60]):
        table, state = detector.step(stream.rows(start, stop), state)
        tables.append(table)
    together = pd.concat([table for table in tables if len(table)], ignore_index=True)
    assert together["quality"].tolist() == whole["quality"].tolist()
    assert (together["is_anomaly"] == whole["is_anomaly"]).all()
    np.testing.assert_allclose(together["score"], whole["score"], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(together["top_share_1"], whole["top_share_1"], rtol=1e-3, atol=1e-4)
    scored = detector.score(stream.rows(30), before=stream.rows(0, 30))
    assert scored.quality is not None
    assert scored.quality.tolist() == whole["quality"].tolist()[30:]
    np.testing.assert_allclose(scored.total, whole["score"][30:], rtol=1e-3, atol=1e-4)


def test_what_stands_in_a_missing_cell_changes_nothing(detector: Detector) -> None:
    missing = np.random.default_rng(1).random((60, 4)) < 0.3
    tables = []
    for invented in (np.nan, np.inf, 0.0, 1e9):
        series = waves(60, 300)
        series.values[missing] = invented
        tables.append(detector.detect(replace(series, missing=missing)))
    for table in tables[1:]:
        pd.testing.assert_frame_equal(table, tables[0])


@pytest.mark.parametrize("aggregation", ["power", "mean", "max", "top"])
def test_a_dead_sensor_is_named_and_the_others_are_scored_on_their_own(aggregation: str) -> None:
    detector = Detector(replace(CONFIG, aggregation=aggregation)).fit(waves(200))
    series = waves(60, 500)
    series.values[40:44, 0] += 9
    series.values[:, 1] = np.nan
    table = detector.detect(series, top_features=4)
    assert set(table["quality"]) == {"missing: b"}
    blamed = table.filter(like="top_feature").eq("b").to_numpy()
    assert table.filter(like="top_share").to_numpy()[blamed].tolist() == [0.0] * 60
    assert table.loc[41:43, "is_anomaly"].all()
    assert (table.loc[41:43, "top_feature_1"] == "a").all()
    assert table.loc[:39, "is_anomaly"].mean() < 0.3


def test_where_nothing_was_measured_no_row_is_flagged_and_none_is_called_ok(detector: Detector) -> None:
    series = waves(60, 500)
    nothing = replace(series, values=np.full((60, 4), np.nan))
    table = detector.detect(nothing)
    assert set(table["quality"]) == {"missing: all"}
    assert not table["is_anomaly"].any()
    np.testing.assert_allclose(table["score"], np.median(detector.training_scores_), rtol=1e-6)
    series.values[:, :3] = np.nan
    only_the_still_one = detector.detect(series)
    assert set(only_the_still_one["quality"]) == {"missing: a, b, c"}
    np.testing.assert_allclose(only_the_still_one["score"], np.median(detector.training_scores_), rtol=1e-6)


def test_a_feature_counts_again_once_enough_of_its_window_was_measured(detector: Detector) -> None:
    series = waves(30, 500)
    series.values[5:15, 2] = np.nan
    quality = detector.detect(series)["quality"]
    # Of a window of 6 rows 3 are missing when the third row with a value comes: no more than half.
    assert [row for row in range(30) if quality[row] != "ok"] == [*range(5, 17)]
    everything = detector.with_params(max_missing=0.9).detect(series)["quality"]
    assert [row for row in range(30) if everything[row] != "ok"] == [*range(5, 15)]


def test_the_window_starts_anew_after_a_gap_and_says_so_until_it_is_full(
    detector: Detector, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    series = with_gaps(waves(60, 500), {20: 40, 40: 2})
    table = detector.detect(series)
    assert [row for row in range(60) if table["quality"][row] == "after gap"] == [*range(20, 20 + WINDOW)]
    anew = detector.detect(series.rows(20))
    np.testing.assert_allclose(table["score"][20:], anew["score"], rtol=1e-4, atol=1e-5)
    assert "plant: the window starts anew after 1 gap, first at 2024-03-01 09:20:00" in caplog.text
    assert set(detector.with_params(max_gap=None).detect(series)["quality"]) == {"ok"}


def test_missing_values_after_a_gap_are_told_together(detector: Detector) -> None:
    series = with_gaps(waves(60, 500), {20: 40})
    series.values[22, 1] = np.nan
    assert detector.detect(series)["quality"][22] == "after gap; missing: b"


def test_times_that_are_irregular_are_not_full_of_gaps() -> None:
    steps = np.random.default_rng(0).exponential(1000, 400).astype(np.int64) + 1
    series = replace(waves(400), timestamps=np.cumsum(steps))
    detector = Detector(replace(CONFIG, max_gap=10)).fit(series.rows(0, 200))
    assert (detector.detect(series.rows(200))["quality"] == "after gap").sum() == 0


@pytest.mark.parametrize("stride", [1, 3])
@pytest.mark.parametrize("gaps", [(), (0,), (20,), (3, 9, 41), (20, 21, 22)])
def test_no_training_window_runs_across_a_gap(gaps: tuple[int, ...], stride: int) -> None:
    rows = torch.from_numpy(waves(50).values.astype(np.float32))
    config = replace(CONFIG, val_split=0.0, batch_size=1, stride=stride)
    trained: list[tuple[int, int]] = []
    fit_network(
        build_network(config, 4, range(4)),
        rows,
        config,
        on_batch=lambda done, total: trained.append((done, total)),
        restarts=np.array(gaps, dtype=np.int64),
    )
    starts = range(0, 50 - WINDOW, stride)
    whole = [start for start in starts if not any(start < gap <= start + WINDOW for gap in gaps)]
    assert len(trained) == len(whole)


def test_a_jump_across_a_gap_is_not_learned() -> None:
    both = with_gaps(waves(200), {100: 40})
    labelled = replace(both, labels=np.arange(200) > 150)
    detector = Detector(CONFIG).fit(labelled)
    assert len(detector.training_scores_) == 200 - 2 * WINDOW
    assert "best_f1" in detector.thresholds_


def test_training_rows_full_of_gaps_are_refused() -> None:
    series = with_gaps(waves(120), dict.fromkeys(range(25, 120, 25), 40))
    config = replace(CONFIG, window=30)
    with pytest.raises(DataError) as error:
        Detector(config).fit(series)
    assert str(error.value) == (
        "Expected training rows with at least 31 between two gaps, a window and the row after it; got 4 gaps and none "
        "so long. Give rows with fewer gaps, a smaller --window, or windows that run across them: --max-gap none."
    )
    assert Detector(replace(config, max_gap=None)).fit(series).history_


def test_rows_at_another_pace_are_doubtful_and_refused_where_every_window_would_start_anew(
    detector: Detector, caplog: pytest.LogCaptureFixture
) -> None:
    series = waves(40)
    detector.detect(replace(series, timestamps=DAY + np.arange(40) * 3 * MINUTE))
    assert "rows are 0:03:00 apart, those of training were 0:01:00: the model has not learned such rows" in caplog.text
    hours = replace(series, timestamps=DAY + np.arange(40) * np.timedelta64(1, "h"))
    with pytest.raises(DataError, match="steps of 1:00:00, so that the window would start anew in most rows"):
        detector.detect(hours)
    assert len(detector.with_params(max_gap=None).detect(hours)) == 40


def test_a_constant_column_is_not_blamed_until_it_moves_and_then_it_is_news(
    detector: Detector, caplog: pytest.LogCaptureFixture
) -> None:
    series = waves(60, 500)
    quiet = detector.detect(series, top_features=4)
    shares = quiet.filter(like="top_share").to_numpy()[quiet.filter(like="top_feature").eq("still").to_numpy()]
    assert shares.tolist() == [0.0] * 60
    assert "still" not in caplog.text
    series.values[50:, 3] += 3
    moved = detector.detect(series)
    assert moved["is_anomaly"][51:].all()
    assert (moved["top_feature_1"][50:] == "still").all()
    assert "plant: still, constant in training, first moved at 2024-03-01 09:10:00" in caplog.text
    caplog.clear()
    state = detector.step(series.rows(0, 55), detector.start()).state
    caplog.clear()
    detector.step(series.rows(55), state)
    assert "first moved" not in caplog.text


def test_what_is_usual_is_kept_with_the_model(detector: Detector, tmp_path: Path) -> None:
    detector.save(tmp_path)
    again = Detector.load(tmp_path)
    series = with_gaps(without(waves(60, 500), np.random.default_rng(2).random((60, 4)) < 0.2), {30: 9})
    pd.testing.assert_frame_equal(again.detect(series), detector.detect(series))


def test_training_refuses_values_that_are_not_there() -> None:
    series = waves(60)
    series.values[3, 1] = np.nan
    with pytest.raises(DataError, match=r"finite numbers to train on; got missing or infinite values in \['b'\]"):
        Detector(CONFIG).fit(series)
    dead = np.zeros((60, 4), dtype=bool)
    dead[:, 2] = True
    with pytest.raises(DataError, match=r"some value of each feature to train on; got none in \['c'\]"):
        Detector(CONFIG).fit(replace(waves(60), missing=dead))
