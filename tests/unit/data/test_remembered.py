"""Rows for a model are read as its training rows were, where the user says nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from mtadgat import read_series
from mtadgat.errors import DataError
from mtadgat.reading import Known
from mtadgat.series import Series
from small_files import Write

OPTIONS = {"delimiter": ";", "time_column": "t", "label_column": "broken", "ignore_columns": "Row"}
KNOWN = Known(("a", "b"), OPTIONS)


def rows(header: str = "t;Row;a;b;broken", count: int = 30) -> str:
    names = header.split(";")
    cells = {
        "t": lambda row: f"2024-03-01 00:{row:02d}",
        "when": lambda row: f"2024-03-01 00:{row:02d}",
        "Row": lambda row: str(7 * row % 11),
        "extra": lambda row: str(row % 3),
        "broken": lambda row: str(int(row > 25)),
        "label": lambda row: str(int(row > 20)),
    }
    lines = [";".join(cells.get(name, lambda row: str(row % 5))(row) for name in names) for row in range(count)]
    return "\n".join([header, *lines])


def known_of(series: Series) -> Known:
    return Known(series.features, series.reading.options)


def test_what_was_given_is_kept_with_the_series(write: Write) -> None:
    series = read_series(write("train.csv", rows()), **OPTIONS)
    assert OPTIONS.items() <= series.reading.options.items()


def test_new_rows_need_no_option_again(write: Write) -> None:
    known = known_of(read_series(write("train.csv", rows()), **OPTIONS))
    series = read_series(write("new.csv", rows()), split="new", known=known)
    assert series.features == ("a", "b")
    assert series.labels is not None
    assert series.timestamps is not None
    assert (series.reading.time, series.reading.label) == ("t", "broken")
    assert sum("read like the training rows" in note.text for note in series.reading.notes) == 1


def test_a_column_that_the_model_does_not_know_is_an_error_whose_remedy_works(write: Write) -> None:
    path = write("new.csv", rows("t;a;extra;b;Row"))
    with pytest.raises(DataError, match=r"also 'extra'\. Leave out .* with --ignore-columns extra\.$"):
        read_series(path, split="new", known=KNOWN)
    series = read_series(path, split="new", known=KNOWN, ignore_columns="extra")
    assert series.features == ("a", "b")
    assert series.reading.left_out.keys() == {"extra", "Row"}


def test_a_given_option_wins(write: Write) -> None:
    series = read_series(write("new.csv", rows("t;when;a;b;broken;label")), known=KNOWN, label_column="label")
    assert series.reading.label == "label"
    assert series.labels is not None
    assert int(series.labels.sum()) == 9


def test_a_remembered_column_that_is_absent_is_looked_for(write: Write) -> None:
    series = read_series(write("new.csv", rows("when;a;b;label")), split="eval", known=KNOWN, time_column="when")
    assert series.reading.label == "label"
    series = read_series(write("bare.csv", rows("a;b")), split="new", known=KNOWN)
    assert (series.labels, series.timestamps) == (None, None)


def test_a_missing_feature_is_an_error_with_the_nearest_column(write: Write) -> None:
    with pytest.raises(DataError, match=r"got no 'b'\. Add the columns"):
        read_series(write("new.csv", rows("t;a;Row")), split="new", known=KNOWN)
    with pytest.raises(DataError, match=r"got no 'b' \(did you mean 'b1'\?\)"):
        read_series(write("other.csv", rows("t;a;b1;Row")), split="new", known=KNOWN)


def test_without_a_model_nothing_is_remembered(write: Write) -> None:
    path = write("plain.csv", rows("t;a;b"))
    plain, again = read_series(path), read_series(path, known=Known(("a", "b"), {}))
    np.testing.assert_array_equal(plain.values, again.values)
    assert plain.reading.notes == again.reading.notes
