"""Scores belong to their rows, and do not depend on how the rows were cut up."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from mtadgat.config import DetectorConfig
from mtadgat.detector.network import Network, build_network
from mtadgat.detector.scoring import (
    ErrorScale,
    RowErrors,
    RowOutputs,
    partial_total_scores,
    row_errors,
    row_outputs,
    row_scores,
    smoothed,
    total_scores,
)
from mtadgat.errors import DataError

WINDOW, FEATURES, TARGETS = 7, 4, (0, 2)
KERNEL = 3


@pytest.fixture(scope="module")
def network() -> Network:
    config = DetectorConfig(
        window=WINDOW, kernel_size=KERNEL, gru_hidden=6, forecast_hidden=5, reconstruction_hidden=5, device="cpu"
    )
    return build_network(config, FEATURES, TARGETS)


def series(rows: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((rows, FEATURES), dtype=np.float32)


def outputs(network: Network, rows: np.ndarray, batch_size: int = 256) -> RowOutputs:
    return row_outputs(network, rows[:WINDOW], rows[WINDOW:], batch_size, "cpu")


def assert_close(one: RowOutputs, other: RowOutputs) -> None:
    np.testing.assert_allclose(one.forecast, other.forecast, atol=1e-6)
    np.testing.assert_allclose(one.reconstruction, other.reconstruction, atol=1e-6)


@settings(deadline=None, max_examples=25)
@given(rows=st.integers(0, 40), cut=st.integers(0, 40), batch_size=st.integers(1, 50))
def test_rows_in_parts_and_in_any_batches_give_what_the_whole_gives(
    network: Network, rows: int, cut: int, batch_size: int
) -> None:
    known, cut = series(WINDOW + rows), min(cut, rows)
    whole = outputs(network, known)
    first = outputs(network, known[: WINDOW + cut], batch_size)
    second = row_outputs(network, known[cut : cut + WINDOW], known[WINDOW + cut :], batch_size, "cpu")
    assert whole.forecast.shape == whole.reconstruction.shape == (rows, len(TARGETS))
    assert_close(whole, RowOutputs(*map(np.concatenate, zip(first, second, strict=True))))


def test_each_output_is_that_of_its_own_window(network: Network) -> None:
    rows = series(WINDOW + 20)
    found = outputs(network, rows)
    network.eval()
    for row in range(20):
        with torch.inference_mode():
            before = network(torch.from_numpy(rows[row : row + WINDOW][None]))
            until = network(torch.from_numpy(rows[row + 1 : row + 1 + WINDOW][None]))
        np.testing.assert_allclose(found.forecast[row], before.forecast[0].numpy(), atol=1e-6)
        np.testing.assert_allclose(found.reconstruction[row], until.reconstruction[0, -1].numpy(), atol=1e-6)


@pytest.mark.parametrize("row", [0, 5, 19])
def test_a_forecast_never_sees_its_row_and_a_reconstruction_does(network: Network, row: int) -> None:
    rows = series(WINDOW + 20)
    changed = rows.copy()
    changed[WINDOW + row] += 1
    was, now = outputs(network, rows), outputs(network, changed)
    forecasts = (was.forecast != now.forecast).any(axis=1)
    reconstructions = (was.reconstruction != now.reconstruction).any(axis=1)
    assert not forecasts[: row + 1].any()
    assert forecasts[row + 1 : row + 1 + WINDOW].all()
    assert not reconstructions[:row].any()
    assert reconstructions[row : row + WINDOW].all()


def test_scoring_leaves_the_mode_of_the_network_and_makes_no_gradient(network: Network) -> None:
    network.train()
    first, second = outputs(network, series(30)), outputs(network, series(30))
    assert network.training
    assert_close(first, second)  # no dropout


def test_a_context_of_another_length_is_refused(network: Network) -> None:
    with pytest.raises(DataError) as raised:
        row_outputs(network, series(WINDOW - 1), series(5), 256, "cpu")
    assert str(raised.value) == ("Expected 7 rows of context, one window; got 6. Give the rows just before the first.")


def both(errors: np.ndarray) -> RowErrors:
    """Errors of the forecast, and a tenth of them for the reconstruction."""
    return RowErrors(errors, errors / 10)


@pytest.mark.parametrize(
    ("error", "known"),
    [("absolute", (0.5 + 3 * 2) / 4), ("squared", (0.25 + 3 * 4) / 4), ("root", ((0.25 + 3 * 4) / 4) ** 0.5)],
)
def test_scores_weigh_the_reconstruction_with_gamma(error: str, known: float) -> None:
    expected = RowOutputs(forecast=np.full((2, 3), 1.5), reconstruction=np.full((2, 3), -1.0))
    np.testing.assert_allclose(row_scores(row_errors(np.ones((2, 3)), expected), 3.0, error), known)


def test_a_unit_is_the_99th_percentile_of_training_errors_of_each_kind() -> None:
    errors = both(np.random.default_rng(0).exponential([1.0, 2.0, 5.0], (10_000, 3)))
    for scaled in ErrorScale.fit(errors, "quantile").apply(errors):
        np.testing.assert_allclose((scaled > 1).mean(axis=0), 0.01, atol=1e-3)


def test_without_normalization_errors_stay_as_they_are() -> None:
    errors = both(series(50))
    scaled = ErrorScale.fit(errors, "none").apply(errors)
    np.testing.assert_array_equal(scaled.forecast, errors.forecast)
    np.testing.assert_array_equal(scaled.reconstruction, errors.reconstruction)


def test_a_feature_that_was_constant_counts_when_it_moves_but_does_not_drown_the_others() -> None:
    errors = both(np.random.default_rng(0).exponential([1.0, 1.0, 1.0, 1e-12], (10_000, 4)))
    scale = ErrorScale.fit(errors, "quantile")
    usual = scale.forecast[0]
    moved = scale.apply(both(np.array([[0.0, 0.0, 0.0, usual]]))).forecast[0, 3]
    assert 10 < moved < 100  # an error that is usual elsewhere is large here, yet no million
    assert scale.apply(errors).forecast[:, 3].max() < 1e-9


def test_constant_training_errors_of_zero_leave_scores_finite() -> None:
    scale = ErrorScale.fit(both(np.zeros((50, 3))), "quantile")
    np.testing.assert_array_equal(scale.forecast, 1)
    np.testing.assert_array_equal(scale.reconstruction, 1)


def test_single_precision_stays_single() -> None:
    errors = both(series(50))
    assert ErrorScale.fit(errors, "quantile").apply(errors).forecast.dtype == np.float32
    assert smoothed(total_scores(errors.forecast, "power", 3, 1.5), 5, 0.0).dtype == np.float32


@pytest.mark.parametrize(
    ("aggregation", "top", "known"),
    [
        ("mean", 3, 2.5),
        ("power", 3, ((1 + 4**1.5 + 2**1.5 + 3**1.5) / 4) ** (1 / 1.5)),
        ("max", 3, 4.0),
        ("top", 1, 4.0),
        ("top", 2, 3.5),
        ("top", 99, 2.5),
    ],
)
def test_totals_aggregate_the_features(aggregation: str, top: int, known: float) -> None:
    np.testing.assert_allclose(total_scores(np.array([[1.0, 4.0, 2.0, 3.0]]), aggregation, top, 1.5), [known])


@settings(deadline=None)
@given(
    scores=st.lists(st.floats(0, 1e6), max_size=40),
    span=st.integers(1, 60),
    before=st.floats(0, 1e6),
    cut=st.integers(0, 40),
)
def test_smoothing_follows_its_equation_and_goes_on_from_any_row(
    scores: list[float], span: int, before: float, cut: int
) -> None:
    total = np.array(scores)
    plain, last = [], before
    for score in scores:
        last = (1 - 2 / (span + 1)) * last + 2 / (span + 1) * score
        plain.append(last)
    np.testing.assert_allclose(smoothed(total, span, before), plain, rtol=1e-9, atol=1e-9)
    first = smoothed(total[:cut], span, before)
    rest = smoothed(total[cut:], span, first[-1] if len(first) else before)
    np.testing.assert_allclose(np.concatenate((first, rest)), plain, rtol=1e-9, atol=1e-9)


def test_a_span_of_one_row_leaves_the_scores() -> None:
    np.testing.assert_array_equal(smoothed(np.array([3.0, 0.0, 7.0]), 1, 5.0), [3, 0, 7])


@pytest.mark.parametrize("aggregation", ["power", "mean", "max", "top"])
def test_where_some_features_count_the_total_is_that_of_them_alone(aggregation: str) -> None:
    rng = np.random.default_rng(0)
    per_feature, counting = rng.random((40, 5)).astype(np.float32), rng.random((40, 5)) < 0.6
    totals = partial_total_scores(np.where(counting, per_feature, 0), counting, aggregation, 2, 1.5)
    for row in range(40):
        counted = per_feature[row][counting[row]]
        expected = total_scores(counted[None], aggregation, 2, 1.5)[0] if counted.size else np.nan
        np.testing.assert_allclose(totals[row], expected, rtol=1e-6)
