"""What a user loses when these fail: the batch, the operator or the comment beside the scores of another row."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtadgat.config import DataConfig
from mtadgat.data.carried import with_carried
from mtadgat.data.splits import Splits, known_from
from mtadgat.errors import DataError

PREDICTED = pd.DataFrame({"timestamp": [1, 2], "score": [0.5, 2.5], "is_anomaly": [False, True]})


def table(minutes: list[int]) -> pd.DataFrame:
    rows = np.array(minutes)
    return pd.DataFrame(
        {
            "timestamp": pd.Timestamp("2024-03-01") + pd.to_timedelta(rows, unit="min"),
            "a": rows * 7 % 31 + 0.5,
            "batch, no": rows * 10,
            "comment": [f"row {row}" if row % 3 else "" for row in minutes],
        }
    )


def saved(frame: pd.DataFrame, file: Path) -> str:
    frame.to_csv(file, index=False)
    return str(file)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    order=st.permutations(range(30)),
    repeated=st.lists(st.integers(0, 29), max_size=3),
    train_end=st.sampled_from([None, "2024-03-01 00:11", "20"]),
)
def test_carried_columns_follow_their_rows_however_these_are_shuffled_repeated_and_cut(
    order: list[int], repeated: list[int], train_end: str | None, tmp_path: Path
) -> None:
    data = DataConfig(
        fpath=saved(table([*order, *repeated]), tmp_path / "d.csv"),
        train_end=train_end,
        ignore_columns="comment,batch, no",
    )
    series = Splits(data, carry="comment,batch, no,1").read("eval", carrying=True)
    assert series.features == ("a",)
    assert series.carried is not None
    assert series.timestamps is not None
    minutes = (series.timestamps - np.datetime64("2024-03-01")) // np.timedelta64(1, "m")
    expected = table(minutes.tolist())
    pd.testing.assert_frame_equal(
        series.carried.fillna("").reset_index(drop=True), expected[["comment", "batch, no", "a"]], check_dtype=False
    )


def test_only_splits_that_are_to_carry_need_the_columns(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    saved(table([0, 1, 2])[["timestamp", "a"]], tmp_path / "d" / "train.csv")
    saved(table([3, 4, 5]), tmp_path / "d" / "new.csv")
    splits = Splits(DataConfig(fpath=str(tmp_path / "d")), carry="comment,batch, no")
    known = known_from(splits.read("train"))
    series = splits.knowing(known).read("new", carrying=True)
    assert series.features == ("a",), "a column that the model does not know goes along, and is no feature"
    assert series.carried is not None
    assert list(series.carried) == ["comment", "batch, no"]
    with pytest.raises(DataError, match=r"Expected columns \['coment'\] to carry along in new.csv; .*Correct"):
        Splits(DataConfig(fpath=str(tmp_path / "d")), known=known, carry="coment").read("new", carrying=True)


def test_a_split_that_was_read_without_them_is_read_again_with_them(tmp_path: Path) -> None:
    data = DataConfig(fpath=saved(table([0, 1, 2]), tmp_path / "d.csv"), ignore_columns="comment")
    splits = Splits(data, carry="comment")
    assert splits.read("eval").carried is None
    carrying = splits.read("eval", carrying=True)
    assert carrying.carried is not None
    assert splits.read("eval") is carrying


def test_a_name_that_predictions_have_gets_a_suffix_and_a_note(caplog: pytest.LogCaptureFixture) -> None:
    carried = pd.DataFrame({"score": [7, 8], "b": ["x", "y"], "score_input": [1, 2]}, index=[5, 3])
    with caplog.at_level(logging.INFO):
        found = with_carried(PREDICTED, carried)
    assert list(found) == ["timestamp", "score", "is_anomaly", "score_input", "b", "score_input_input"]
    assert found["score"].tolist() == [0.5, 2.5]
    assert found["score_input"].tolist() == [7, 8]
    assert found["b"].tolist() == ["x", "y"]
    assert "column 'score' is carried along as 'score_input': predictions have a column of its name" in caplog.text


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(["a", 1]),
        pd.Series([None, "x"]),
        pd.Series([1.5, np.nan]),
        pd.Series([True, False]),
        pd.Series(pd.to_datetime(["2024-01-01T00:00+01:00", "2024-01-02T00:00+01:00"])),
        pd.Series([pd.Timestamp("2024-01-01").date(), None]),
        pd.Series([b"x", "y"]),
    ],
)
def test_columns_of_any_type_are_written_as_csv_and_parquet(column: pd.Series, tmp_path: Path) -> None:
    found = with_carried(PREDICTED, pd.DataFrame({"column": column}))
    found.to_csv(tmp_path / "p.csv", index=False)
    found.to_parquet(tmp_path / "p.parquet", index=False)
    assert pd.read_parquet(tmp_path / "p.parquet")["column"].isna().tolist() == column.isna().tolist()
    assert with_carried(PREDICTED, None) is PREDICTED
