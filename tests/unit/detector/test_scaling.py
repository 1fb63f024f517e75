"""Scaling is fitted on training rows and undone exactly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mtadgat.detector.fitted_network import Scaler

METHODS = ("minmax", "standard", "robust", "none")
TABLES = arrays(np.float64, st.tuples(st.integers(2, 20), st.integers(1, 4)), elements=st.floats(-1e3, 1e3, width=32))


@given(TABLES, st.sampled_from(METHODS))
def test_training_rows_survive_there_and_back(values: np.ndarray, method: str) -> None:
    scaler = Scaler.fit(values, method, clip=0.0)
    columns = tuple(range(values.shape[1]))
    again = scaler.inverse_transform(scaler.transform(values), columns)
    spread = np.ptp(values, axis=0).max() + np.abs(values).max()
    np.testing.assert_allclose(again, values, rtol=1e-5, atol=1e-5 * max(spread, 1e-3))


def test_minmax_brings_training_rows_to_zero_and_one() -> None:
    values = np.array([[1.0, 10.0], [3.0, 20.0], [2.0, 40.0]])
    scaled = Scaler.fit(values, "minmax", None).transform(values)
    assert scaled.min(axis=0).tolist() == [0, 0]
    assert scaled.max(axis=0).tolist() == [1, 1]
    assert scaled.dtype == np.float32


def test_new_values_are_clipped_beyond_the_training_range() -> None:
    scaler = Scaler.fit(np.array([[0.0], [10.0]]), "minmax", clip=2.0)
    assert scaler.transform(np.array([[-1e9], [5.0], [1e9]])).ravel().tolist() == [-2.0, 0.5, 3.0]


@pytest.mark.parametrize("method", METHODS)
def test_a_constant_feature_gives_finite_values(method: str) -> None:
    scaler = Scaler.fit(np.full((5, 1), 7.0), method, clip=4.0)
    assert np.isfinite(scaler.transform(np.array([[7.0], [9.0]]))).all()
