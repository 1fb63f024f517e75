"""What a user loses when these fail: the scores of another detector, held against the labels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from mtadgat.data.score_file import read_scores
from mtadgat.errors import DataError


@pytest.mark.parametrize(
    "content",
    ["0.5\n2\n", "score\n0.5\n2\n", "timestamp,anything\n1,0.5\n2,2\n", "row,score,threshold\n0,0.5,1\n1,2,1\n"],
)
def test_scores_are_the_only_column_or_the_one_with_their_name(write: Callable[..., str], content: str) -> None:
    scores = read_scores(write("scores.csv", content), 2)
    assert scores.dtype == np.float64
    assert scores.tolist() == [0.5, 2]


def test_array_of_scores_is_read(write: Callable[..., str]) -> None:
    path = write("scores.npy", b"")
    np.save(path, np.array([0.5, 2], dtype=np.float32))
    assert read_scores(path, 2).tolist() == [0.5, 2]


def test_several_columns_are_an_error(write: Callable[..., str]) -> None:
    with pytest.raises(DataError, match=r"^Expected one column of scores in x\.csv; got 2: \['a', 'b'\]\. Name the"):
        read_scores(write("x.csv", "a,b\n1,2\n"), 1)


def test_scores_of_another_length_are_an_error(write: Callable[..., str]) -> None:
    with pytest.raises(DataError) as error:
        read_scores(write("x.csv", "1\n2\n"), 3)
    assert str(error.value) == (
        "Expected 3 scores in x.csv, one for each row; got 2. Score the same rows: check the split."
    )


@pytest.mark.parametrize("wrong", ["nan", "inf", "high", ""])
def test_scores_that_are_no_finite_numbers_are_an_error(write: Callable[..., str], wrong: str) -> None:
    with pytest.raises(DataError, match=r"^Expected finite scores in x\.csv; got 1 that are not, first .* in row 1\."):
        read_scores(write("x.csv", f"row,score\n0,1\n1,{wrong}\n"), 2)
