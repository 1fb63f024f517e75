"""Figures by the names that people know, in the order of reading."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mtadgat.reporting.catalogue import FLAG_METRICS, SCORE_METRICS, baseline_tables


def metrics(*rows: tuple[str, str, float, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["threshold", "metric", "detector", "random", "largest_z"])


def test_every_threshold_has_a_table_and_those_without_come_last() -> None:
    tables = baseline_tables(
        metrics(
            ("", "vus_pr", 0.5, 0.1, 0.2),
            ("pot", "point_adjusted/f1", 0.9, 0.7, 0.8),
            ("pot", "point/f1", 0.6, 0.1, np.nan),
            ("epsilon", "point/f1", 0.4, 0.1, 0.2),
        )
    )
    assert [table.threshold for table in tables] == ["pot", "epsilon", ""]
    assert [row.metric for row in tables[0].rows] == ["F1", "PA-F1"]
    assert tables[0].rows[0].model == 0.6
    assert np.isnan(tables[0].rows[0].max_z)
    assert tables[2].rows[0][:4] == ("VUS-PR", 0.5, 0.1, 0.2)


def test_figures_that_nobody_knows_are_left_out() -> None:
    (free,) = baseline_tables(metrics(("", "secret", 1.0, 1.0, 1.0)))
    assert free.rows == ()


def test_no_name_is_given_twice() -> None:
    for entries in (FLAG_METRICS, SCORE_METRICS):
        assert len({entry.metric for entry in entries}) == len(entries) == len({entry.figure for entry in entries})
