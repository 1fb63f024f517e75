"""What a user loses when these fail: the scores of another detector, held against the labels of other rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from checkout import SHARED
from mtadgat.config import FileConfig
from mtadgat.data.reader import read_series
from mtadgat.data.score_file import GivenScores, read_scores
from mtadgat.errors import DataError
from mtadgat.reading import Reading
from mtadgat.series import Series

CASES = SHARED / "cases" / "reading"
START = pd.Timestamp("2024-03-01")
TWO = Series(np.zeros((2, 1)), ("a",))


def given_scores(url: str, series: Series) -> GivenScores:
    return read_scores(url, series, FileConfig())


def table(rows: list[int]) -> pd.DataFrame:
    """Rows of which each is known by its minute: its value, its label and its time tell the same."""
    minutes = np.array(rows)
    return pd.DataFrame(
        {
            "timestamp": START + pd.to_timedelta(minutes, unit="min"),
            "a": minutes + 0.5,
            "label": (minutes % 5 == 3).astype(int),
        }
    )


def saved(frame: pd.DataFrame, file: Path) -> str:
    frame.to_csv(file, index=False)
    return str(file)


@pytest.mark.parametrize(
    "content",
    ["0.5\n2\n", "score\n0.5\n2\n", "timestamp,anything\n1,0.5\n2,2\n", "row,score,threshold\n0,0.5,1\n1,2,1\n"],
)
def test_scores_are_the_only_column_or_the_one_with_their_name(write: Callable[..., str], content: str) -> None:
    scores = given_scores(write("scores.csv", content), TWO).scores
    assert scores.dtype == np.float64
    assert scores.tolist() == [0.5, 2]


def test_array_of_scores_is_read(write: Callable[..., str]) -> None:
    path = write("scores.npy", b"")
    np.save(path, np.array([0.5, 2], dtype=np.float32))
    assert given_scores(path, TWO).scores.tolist() == [0.5, 2]


def test_several_columns_are_an_error(write: Callable[..., str]) -> None:
    with pytest.raises(DataError, match=r"^Expected one column of scores in x\.csv; got 2: \['a', 'b'\]\. Name the"):
        given_scores(write("x.csv", "a,b\n1,2\n3,4\n"), TWO)


def test_scores_of_another_length_are_an_error(write: Callable[..., str]) -> None:
    with pytest.raises(DataError) as error:
        given_scores(write("x.csv", "1\n2\n3\n"), TWO)
    assert str(error.value) == (
        "Expected 2 scores in x.csv, one for each row; got 3. "
        "Score the same rows: check the split, or write the times beside the scores."
    )


@pytest.mark.parametrize("wrong", ["nan", "inf", "high", ""])
def test_scores_that_are_no_finite_numbers_are_an_error(write: Callable[..., str], wrong: str) -> None:
    with pytest.raises(DataError, match=r"^Expected finite scores in x\.csv; got 1 that are not, first .* in row 1\."):
        given_scores(write("x.csv", f"row,score\n0,1\n1,{wrong}\n"), TWO)


@pytest.mark.skipif(not CASES.is_dir(), reason="the cases of files that were read wrongly are absent")
@pytest.mark.parametrize("with_times", [True, False])
def test_perfect_scores_of_unsorted_rows_are_perfect(tmp_path: Path, with_times: bool) -> None:
    folder = CASES / "scores_unsorted"
    series, scores = read_series(str(folder / "plant.csv"), split="eval"), pd.read_csv(folder / "s.csv")
    file = saved(scores if with_times else scores[["score"]], tmp_path / "s.csv")
    assert series.labels is not None
    assert roc_auc_score(series.labels, given_scores(file, series).scores) == 1


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    order=st.permutations(range(40)),
    repeated=st.lists(st.integers(0, 39), max_size=4),
    with_times=st.booleans(),
    train_end=st.sampled_from([None, "2024-03-01 00:17", "30"]),
)
def test_scores_follow_their_rows_however_these_are_shuffled_repeated_and_cut(
    order: list[int], repeated: list[int], with_times: bool, train_end: str | None, tmp_path: Path
) -> None:
    rows = table([*order, *repeated])
    scores = rows[["timestamp"] if with_times else []].assign(score=rows["a"])
    series = read_series(saved(rows, tmp_path / "d.csv"), split="eval", train_end=train_end)
    assert given_scores(saved(scores, tmp_path / "s.csv"), series).scores.tolist() == series.values[:, 0].tolist()


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(40)), shuffled=st.permutations(range(40)))
def test_scores_with_times_may_have_an_order_of_their_own(
    order: list[int], shuffled: list[int], tmp_path: Path
) -> None:
    series = read_series(saved(table(order), tmp_path / "d.csv"), split="eval", train_end="25")
    for minutes in (shuffled, [minute for minute in shuffled if minute >= 25]):
        scored = table(minutes)[["timestamp", "a"]].rename(columns={"a": "score"})
        found = given_scores(saved(scored, tmp_path / "s.csv"), series).scores
        assert found.tolist() == series.values[:, 0].tolist()


def test_scores_of_the_split_alone_are_in_the_order_of_its_rows_in_the_file(tmp_path: Path) -> None:
    rows = table([5, 1, 4, 0, 3, 2])
    series = read_series(saved(rows, tmp_path / "d.csv"), split="eval", train_end="2024-03-01 00:02")
    scores = pd.DataFrame({"score": [5.5, 4.5, 3.5, 2.5]})
    found = given_scores(saved(scores, tmp_path / "s.csv"), series)
    assert found.scores.tolist() == [2.5, 3.5, 4.5, 5.5]
    assert [note.text for note in found.notes.all] == [
        "the scores are in the order of the rows in the file of the data, and are sorted with these"
    ]


@pytest.mark.parametrize(
    ("minutes", "train_end", "told"),
    [
        (range(38), None, "2 rows without a score and 0 scores at other times, first 2024-03-01T00:38"),
        (range(42), None, "0 rows without a score and 2 scores at other times, first 2024-03-01T00:40"),
        (range(1, 41), None, "1 rows without a score and 1 scores at other times, first 2024-03-01T00:00"),
        (range(9, 40), "10", "9 rows without a score"),
        (range(42), "10", "0 rows without a score and 12 scores at other times"),
    ],
)
def test_missing_and_additional_scores_are_an_error_that_counts_them(
    minutes: range, train_end: str | None, told: str, tmp_path: Path
) -> None:
    series = read_series(saved(table(list(range(40))), tmp_path / "d.csv"), split="eval", train_end=train_end)
    if "9 rows" in told:
        minutes = range(19, 40)
    scores = table(list(minutes))[["timestamp", "a"]].rename(columns={"a": "score"})
    with pytest.raises(DataError) as error:
        given_scores(saved(scores, tmp_path / "s.csv"), series)
    assert told in str(error.value)
    assert "Score the same rows: check the times and the split." in str(error.value)


def test_a_score_between_the_times_of_the_rows_is_an_error(tmp_path: Path) -> None:
    series = read_series(saved(table([0, 1, 2, 4, 5, 6]), tmp_path / "d.csv"), split="eval", train_end="1")
    scores = table([1, 2, 3, 4, 5, 6])[["timestamp", "a"]].rename(columns={"a": "score"})
    with pytest.raises(DataError, match="0 rows without a score and 1 scores at other times, first 2024-03-01T00:03"):
        given_scores(saved(scores, tmp_path / "s.csv"), series)


def test_rows_without_an_order_need_scores_with_times(write: Callable[..., str]) -> None:
    stored = Series(np.zeros((2, 1)), ("a",), reading=Reading(rows=2, ordered=False))
    with pytest.raises(DataError) as error:
        given_scores(write("x.csv", "score\n1\n2\n"), stored)
    assert str(error.value) == (
        "Expected a column with the time of each score in x.csv, as rows of a table have no other order; "
        "got the columns score. Write the times beside the scores."
    )


def test_labels_beside_the_scores_count_only_where_the_data_have_none(tmp_path: Path) -> None:
    rows = table([2, 0, 3, 1])
    scores = rows.rename(columns={"a": "score"})
    scores["label"] = 1 - scores["label"]
    labelled = read_series(saved(rows, tmp_path / "d.csv"), split="eval")
    bare = read_series(saved(rows.drop(columns="label"), tmp_path / "bare.csv"), split="eval")
    file = saved(scores, tmp_path / "s.csv")
    ignored, used = given_scores(file, labelled), given_scores(file, bare)
    assert ignored.labels is None
    assert [note.text for note in ignored.notes.all] == ["labels in ['label'] are ignored: those of the data count"]
    assert used.labels is not None
    assert used.labels.tolist() == [True, True, True, False]
    assert "column 'label' is taken as labels, since the data have none" in [note.text for note in used.notes.all]


def test_flags_of_a_prediction_table_are_no_labels(tmp_path: Path) -> None:
    rows = table([0, 1, 2])
    predicted = rows[["timestamp"]].assign(score=[1.0, 2, 3], threshold=2.0, is_anomaly=[False, True, True])
    bare = read_series(saved(rows.drop(columns="label"), tmp_path / "d.csv"), split="eval")
    assert given_scores(saved(predicted, tmp_path / "p.csv"), bare).labels is None
