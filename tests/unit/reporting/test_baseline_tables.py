"""Metrics by their usual names, in the order of reading, beside those of the baselines."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mtadgat.evaluation.evaluation import recorded_comparisons
from mtadgat.metrics.metric_sets import BaselineComparison
from mtadgat.reporting.baseline_tables import (
    FLAG_METRICS,
    SCORE_METRICS,
    BaselineRow,
    baseline_tables,
    metric_text,
    signed,
)

NAN = float("nan")


def metrics(*rows: tuple[str, str, float, float, float]) -> list[BaselineComparison]:
    return recorded_comparisons(pd.DataFrame(rows, columns=["threshold", "metric", "detector", "random", "largest_z"]))


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


def test_metrics_that_are_not_in_the_catalogue_are_left_out() -> None:
    (free,) = baseline_tables(metrics(("", "secret", 1.0, 1.0, 1.0)))
    assert free.rows == ()


def test_no_name_is_given_twice() -> None:
    for entries in (FLAG_METRICS, SCORE_METRICS):
        assert len({entry.metric for entry in entries}) == len(entries) == len({entry.name for entry in entries})


@pytest.mark.parametrize(
    ("row", "best", "difference", "better"),
    [
        (BaselineRow("F1", 0.6, 0.1, 0.2), (True, False, False), "+0.400", True),
        (BaselineRow("F1", 0.2, 0.1, 0.6), (False, False, True), "\u22120.400", False),
        (BaselineRow("False alarms", 3.0, 9.0, 5.0, "runs", "lower"), (True, False, False), "\u22122", True),
        (BaselineRow("F1", 0.6, 0.6, 0.2), (True, True, False), "0.000", False),
        (BaselineRow("F1", 0.6, NAN, 0.2), (True, False, False), "+0.400", True),
    ],
)
def test_the_detector_is_held_against_the_better_of_the_others(
    row: BaselineRow, best: tuple[bool, ...], difference: str, better: bool
) -> None:
    assert row.best == best
    assert row.difference == difference
    assert (row.gain is not None and row.gain > 0) == better


@pytest.mark.parametrize(
    "row",
    [
        BaselineRow("F1", 0.5, 0.5, 0.5),
        BaselineRow("Flagged", 0.1, 0.2, 0.3, "%", ""),
        BaselineRow("F1", NAN, 0.1, 0.2),
    ],
)
def test_nothing_is_best_where_nothing_can_be_told(row: BaselineRow) -> None:
    assert not any(row.best)


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0.12345, "", "0.123"), (0.0512, "%", "5.12%"), (0.512, "%", "51.2%"), (3.0, "rows", "3"),
        (3.25, "rows", "3.25"),
        (1234.5, "rows", "1,234.5"), (float("nan"), "", "\u2013"),
    ],
)  # fmt: skip
def test_metrics_are_written_by_their_unit(value: float, unit: str, said: str) -> None:
    assert metric_text(value, unit) == said


@pytest.mark.parametrize(("value", "said"), [(0.5, "+0.500"), (-0.5, "\u22120.500"), (0.0, "0.000")])
def test_differences_carry_their_sign(value: float, said: str) -> None:
    assert signed(value) == said
