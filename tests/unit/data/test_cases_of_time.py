"""What a user loses when these fail: rows and bounds of files that real programs wrote."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from checkout import SHARED
from mtadgat.data.reader import read_series

CASES = SHARED / "cases" / "reading"

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason=f"cases are absent: no folder {CASES}")


def file(name: str) -> str:
    return str(Path(CASES, name))


def test_bound_without_a_zone_is_in_that_of_the_file() -> None:
    assert len(read_series(file("utc_bounds/x.csv"), train_end="2024-03-01T02:00")) == 120
    assert len(read_series(file("utc_bounds/x.csv"), train_end="2024-03-01T02:00Z")) == 180


def test_hour_that_comes_twice_keeps_its_row() -> None:
    series = read_series(file("dst_hour/x.csv"))
    assert len(series) == 400
    assert series.timestamps is not None
    assert np.unique(np.diff(series.timestamps)).tolist() == [3600 * 10**9]
    assert any("--time-zone Europe/Berlin" in note.text for note in series.reading.notes)
    local = series.clock.written(series.timestamps).astype(str).tolist()
    assert local.count("2024-10-27 02:00:00") == 2
