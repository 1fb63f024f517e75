from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from mtadgat.metrics.period import buffer_window


@pytest.mark.parametrize("period", [6, 24, 100, 288])
def test_the_period_of_a_wave_is_found(period: int) -> None:
    rows = np.arange(5000)
    assert buffer_window(np.sin(2 * np.pi * rows / period)) == period


@pytest.mark.parametrize("period", [4, 350])
def test_a_period_out_of_range_gives_the_default(period: int) -> None:
    assert buffer_window(np.sin(2 * np.pi * np.arange(5000) / period)) == 125


@pytest.mark.parametrize("rows", [1, 3, 5, 500])
def test_values_without_a_period_give_the_default(rows: int) -> None:
    assert buffer_window(np.full(rows, 0.1)) == 125
    assert buffer_window(np.arange(float(rows))) == 125


def test_the_window_is_the_one_that_the_peers_were_measured_with(shared_data: Path) -> None:
    with (shared_data / "peers.csv").open() as lines:
        windows = {
            row["entity"]: float(row["sliding_window"]) for row in csv.DictReader(lines) if row["method"] == "zmax"
        }
    for entity in ("omi-1", "omi-2", "omi-3", "omi-4", "omi-5", "omi-6"):
        values = np.loadtxt(shared_data / "asd" / entity / "eval.txt", delimiter=",", usecols=0)
        assert buffer_window(values) == windows[entity], entity
