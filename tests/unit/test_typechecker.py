"""Annotations of shapes are checked in tests, though the package imports none of them at run time."""

from __future__ import annotations

import numpy as np
import pytest
from jaxtyping import TypeCheckError

from mtadgat.metrics.period import buffer_window
from mtadgat.series import Series


def test_a_wrong_shape_is_an_error() -> None:
    with pytest.raises(TypeCheckError):
        buffer_window(np.zeros((3, 3)))
    with pytest.raises(TypeCheckError):
        Series(values=np.zeros(3), features=("a",), dataset="d")
