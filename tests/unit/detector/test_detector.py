"""A detector learns a healthy series, scores others as its equations say, and comes back from disk as it was."""

from __future__ import annotations

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
from mtadgat.errors import ConfigError, DataError
from mtadgat.series import Series

FEATURES = ("cpu", "memory", "disk")
CONFIG = DetectorConfig(
    window=8,
    epochs=2,
    batch_size=32,
    gru_hidden=6,
    forecast_hidden=6,
    reconstruction_hidden=6,
    device="cpu",
    pot_drift=50,
)


def waves(rows: int, seed: int = 0, unit: float = 1.0) -> Series:
    """Sines with noise, in a unit of choice."""
    noise = np.random.default_rng(seed).normal(scale=0.05, size=(rows, len(FEATURES)))
    phase = np.arange(rows)[:, None] * np.array([0.2, 0.5, 0.9])
    return Series(unit * (np.sin(phase) + noise), FEATURES, timestamps=np.arange(rows))


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector(CONFIG).fit(waves(300))


@pytest.fixture(scope="module")
def held_out() -> Series:
    series = waves(60, seed=1)
    values = series.values.copy()
    values[40:45, 1] += 5
    return replace(series, values=values, timestamps=None, labels=np.arange(60) // 5 == 8)


def test_each_row_is_scored_by_the_window_before_it_and_the_window_that_ends_in_it(
    detector: Detector, held_out: Series
) -> None:
    scaler, network, window = detector.fitted_.scaler, detector.fitted_.network, CONFIG.window
    held_out = replace(held_out, timestamps=np.arange(300, 360))  # the training rows end with 299
    rows = np.concatenate((detector.context_.rows, scaler.transform(held_out.values)))
    scores = detector.score(held_out)
    scale = detector.error_scale_
    smoothed, weight = np.median(detector.training_scores_), 2 / (CONFIG.smoothing + 1)
    for row in range(len(held_out)):
        with torch.no_grad():
            before = network(torch.from_numpy(rows[None, row : row + window]))
            ending = network(torch.from_numpy(rows[None, row + 1 : row + 1 + window]))
        forecast, reconstruction = before.forecast[0].numpy(), ending.reconstruction[0, -1].numpy()
        came = rows[window + row]
        forecast_error, reconstruction_error = (came - forecast) / scale.forecast, (came - reconstruction)
        squares = (forecast_error**2 + (reconstruction_error / scale.reconstruction) ** 2) / 2
        np.testing.assert_allclose(scores.per_feature[row], np.sqrt(squares), rtol=1e-3, atol=1e-4)
        total = np.mean(np.sqrt(squares) ** CONFIG.power) ** (1 / CONFIG.power)
        smoothed = (1 - weight) * smoothed + weight * total
        np.testing.assert_allclose(scores.total[row], smoothed, rtol=1e-3, atol=1e-4)
        np.testing.assert_allclose(scores.forecast[row], forecast * scaler.scale + scaler.offset, rtol=1e-3, atol=1e-4)


@given(rows=st.integers(1, 59))
@settings(deadline=None, max_examples=20)
def test_no_row_is_scored_with_a_look_at_a_later_one(detector: Detector, held_out: Series, rows: int) -> None:
    whole, part = detector.score(held_out), detector.score(held_out.rows(0, rows))
    np.testing.assert_allclose(part.total, whole.total[:rows], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(part.forecast, whole.forecast[:rows], rtol=1e-4, atol=1e-5)
    first, again = (detector.detect(series) for series in (held_out, held_out.rows(0, rows)))
    np.testing.assert_allclose(again["threshold"], first["threshold"][:rows], rtol=1e-4, atol=1e-5)


@given(cuts=st.lists(st.integers(1, 999), max_size=3))
@settings(deadline=None, max_examples=10)
def test_a_series_scored_in_parts_gives_what_it_gives_at_once(detector: Detector, cuts: list[int]) -> None:
    series = waves(1000, seed=2)
    whole = detector.score(series)
    places = [0, *sorted(set(cuts)), 1000]
    for start, stop in pairwise(places):
        part = detector.score(series.rows(start, stop), before=series.rows(0, start) if start else None)
        np.testing.assert_allclose(part.total, whole.total[start:stop], rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(part.per_feature, whole.per_feature[start:stop], rtol=1e-3, atol=1e-4)
        np.testing.assert_allclose(part.reconstruction, whole.reconstruction[start:stop], rtol=1e-3, atol=1e-4)


def test_rows_of_another_day_are_not_flagged_for_the_jump_from_the_training_rows(detector: Detector) -> None:
    later = waves(1000, seed=3)
    starts = [detector.detect(later.rows(start, start + 20))["is_anomaly"].sum() for start in range(7, 900, 47)]
    assert np.mean(starts) < 1


def test_shapes_and_types_are_those_of_the_documentation(detector: Detector, held_out: Series) -> None:
    scores = detector.score(held_out)
    assert (scores.total.shape, scores.total.dtype) == ((60,), np.float32)
    for part in (scores.per_feature, scores.forecast, scores.reconstruction):
        assert (part.shape, part.dtype) == ((60, 3), np.float32)


def test_what_is_odd_scores_highest_and_is_blamed_on_its_feature(detector: Detector, held_out: Series) -> None:
    table = detector.detect(held_out)
    assert 40 <= table["score"].idxmax() < 45
    assert (table.loc[41:44, "top_feature_1"] == "memory").all()
    assert table["is_anomaly"].equals(table["score"] >= table["threshold"])
    assert table.loc[41:44, "is_anomaly"].all()


def test_a_table_names_as_many_features_as_were_asked_for_in_falling_order(
    detector: Detector, held_out: Series
) -> None:
    table = detector.detect(held_out, top_features=2)
    assert [*table] == [
        *("row", "score", "threshold", "is_anomaly", "quality"),
        *("top_feature_1", "top_share_1", "top_feature_2", "top_share_2"),
    ]
    assert (table["top_share_1"] >= table["top_share_2"]).all()
    assert (table["top_share_1"] + table["top_share_2"] <= 1 + 1e-6).all()
    everything = detector.detect(held_out, top_features=9)
    np.testing.assert_allclose(everything.filter(like="top_share").sum(axis=1), 1, rtol=1e-5)


def test_the_unit_of_the_input_changes_nothing_but_the_unit_of_what_is_expected(held_out: Series) -> None:
    small, large = (Detector(CONFIG).fit(waves(120, unit=unit)) for unit in (1.0, 1024.0))
    in_small = small.score(held_out)
    in_large = large.score(replace(held_out, values=held_out.values * 1024))
    np.testing.assert_allclose(in_large.total, in_small.total, rtol=1e-2)
    np.testing.assert_allclose(in_large.forecast, in_small.forecast * 1024, rtol=1e-2, atol=5)


def test_columns_may_come_in_another_order(detector: Detector, held_out: Series) -> None:
    turned = replace(held_out, values=held_out.values[:, ::-1].copy(), features=FEATURES[::-1])
    np.testing.assert_array_equal(detector.score(turned).total, detector.score(held_out).total)


def test_a_missing_feature_is_named(detector: Detector) -> None:
    short = Series(np.zeros((20, 2)), ("cpu", "disk"))
    with pytest.raises(DataError, match="memory"):
        detector.score(short)


def test_only_targets_are_scored(held_out: Series) -> None:
    series = replace(waves(120), targets=("disk", "cpu"))
    scores = Detector(CONFIG).fit(series).score(held_out)
    assert scores.features == ("disk", "cpu")
    assert scores.per_feature.shape == scores.forecast.shape == (60, 2)


def test_the_same_seed_gives_the_same_detector_and_another_seed_another(detector: Detector, held_out: Series) -> None:
    again = Detector(CONFIG).fit(waves(300)).score(held_out).total
    other = Detector(replace(CONFIG, seed=1)).fit(waves(300)).score(held_out).total
    np.testing.assert_array_equal(again, detector.score(held_out).total)
    assert not np.allclose(other, again)


def test_what_is_given_is_left_as_it_was(held_out: Series) -> None:
    series = waves(120)
    values = series.values.copy()
    detector = Detector(CONFIG).fit(series)
    np.testing.assert_array_equal(series.values, values)
    before = held_out.values.copy()
    first = detector.score(held_out).total
    np.testing.assert_array_equal(held_out.values, before)
    np.testing.assert_array_equal(detector.score(held_out).total, first)


def test_a_saved_detector_comes_back_as_it_was(detector: Detector, held_out: Series, tmp_path: Path) -> None:
    detector.save(tmp_path / "detector")
    assert sorted(file.name for file in (tmp_path / "detector").iterdir()) == ["detector.json", "weights.safetensors"]
    again = Detector.load(tmp_path / "detector")
    assert again.config == detector.config
    assert again.history_ == detector.history_
    assert again.thresholds_ == detector.thresholds_
    for method in ("pot", "epsilon", "1.5"):
        assert again.detect(held_out, method).equals(detector.detect(held_out, method))
    np.testing.assert_array_equal(again.max_z_.scores(held_out.values), detector.max_z_.scores(held_out.values))
    chosen = np.asarray(held_out.labels)
    np.testing.assert_array_equal(
        again.feature_attention(held_out, chosen, 9), detector.feature_attention(held_out, chosen, 9)
    )


def test_attention_is_the_mean_over_the_windows_that_end_in_the_chosen_rows(
    detector: Detector, held_out: Series
) -> None:
    network, window = detector.fitted_.network, CONFIG.window
    rows = torch.from_numpy(detector.fitted_.rows(held_out).values)
    windows = torch.stack([rows[row + 1 - window : row + 1] for row in range(40, 45)])
    with torch.no_grad():
        expected = network.feature_attention(windows).mean(dim=0).numpy()
    found = detector.feature_attention(held_out, np.asarray(held_out.labels), max_windows=5)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-5)


def test_thresholds_may_change_after_training_and_the_first_detector_stays(
    detector: Detector, held_out: Series
) -> None:
    known = detector.thresholds_["pot"]
    stricter = detector.with_params(pot_q=1e-4)
    assert stricter.static_thresholds["pot"] > detector.static_thresholds["pot"]
    assert detector.thresholds_["pot"] == known
    np.testing.assert_array_equal(stricter.score(held_out).total, detector.score(held_out).total)


def test_what_training_fixed_does_not_change(detector: Detector) -> None:
    with pytest.raises(ConfigError, match="window: fixed by training"):
        detector.with_params(window=9)


def test_a_threshold_from_labels_needs_them(detector: Detector, held_out: Series) -> None:
    with pytest.raises(ConfigError, match="best_f1 needs labels, and this detector was trained without any"):
        detector.detect(held_out, "best_f1")
    with pytest.raises(ConfigError, match="nonsense"):
        detector.detect(held_out, "nonsense")
    labelled = replace(waves(120), labels=np.arange(120) // 5 == 10)
    assert "best_f1" in Detector(CONFIG).fit(labelled).thresholds_


def test_a_series_shorter_than_two_windows_is_refused() -> None:
    with pytest.raises(DataError, match=r"Expected at least 16 training rows, two windows of 8; got 15"):
        Detector(CONFIG).fit(waves(15))


def test_two_windows_are_enough_to_train_without_validation(held_out: Series) -> None:
    unvalidated = replace(CONFIG, val_split=0)
    assert np.isfinite(Detector(unvalidated).fit(waves(16)).score(held_out).total).all()


@given(cuts=st.lists(st.integers(0, 300), max_size=4), threshold=st.sampled_from(["pot", "epsilon", "2.5"]))
@settings(deadline=None, max_examples=15)
@pytest.mark.parametrize("timed", [True, False])
def test_a_stream_cut_into_any_calls_gives_the_table_of_one(
    detector: Detector, timed: bool, cuts: list[int], threshold: str
) -> None:
    stream = replace(waves(300, seed=4), timestamps=np.arange(300, 600) if timed else None)
    stream.values[200:210, 0] += 4
    dynamic = detector.with_params(dynamic_pot=True)
    whole = dynamic.detect(stream, threshold)
    state, tables = dynamic.start(threshold), []
    for start, stop in pairwise([0, *sorted(cuts), 300]):
        table, state = dynamic.step(stream.rows(start, stop), state)
        tables.append(table)
    together = pd.concat(tables, ignore_index=True)
    assert state.rows_seen == 300
    assert (together["is_anomaly"] == whole["is_anomaly"]).all()
    for column in ("score", "threshold"):
        np.testing.assert_allclose(together[column], whole[column], rtol=1e-4, atol=1e-5)


def test_the_state_that_goes_in_stays_as_it_was(detector: Detector, held_out: Series) -> None:
    first = detector.start()
    assert detector.step(held_out, first).table.equals(detector.step(held_out, first).table)
    assert first.rows_seen == 0
    assert detector.step(held_out.rows(0, 0), first).state is first


@pytest.mark.parametrize(("after", "max_gap"), [(9000, None), (30, 10)])
def test_a_state_goes_on_across_what_is_no_gap(detector: Detector, after: int, max_gap: int | None) -> None:
    stream = waves(40, seed=5)
    later = replace(stream.rows(20), timestamps=np.arange(after, after + 20))
    lenient = detector.with_params(max_gap=max_gap)
    state = lenient.step(stream.rows(0, 20), lenient.start()).state
    gone_on = lenient.step(later, state).table
    np.testing.assert_allclose(gone_on["score"], lenient.detect(stream)["score"][20:], rtol=1e-4, atol=1e-5)
    assert (gone_on["quality"] == "ok").all()


def test_a_state_starts_anew_after_a_gap(detector: Detector) -> None:
    stream = waves(40, seed=5)
    later = replace(stream.rows(20), timestamps=np.arange(31, 51))
    state = detector.step(stream.rows(0, 20), detector.start()).state
    after_gap = detector.step(later, state).table
    np.testing.assert_allclose(after_gap["score"], detector.detect(later)["score"], rtol=1e-4, atol=1e-5)
    assert after_gap["quality"].tolist() == ["after gap"] * CONFIG.window + ["ok"] * 12
