"""What a user loses when these fail: a column that is taken for what it is not."""

from __future__ import annotations

import logging

import pandas as pd
import pytest

from mtadgat.config import FileConfig
from mtadgat.data.columns.table_rows import rows_of, target_names
from mtadgat.errors import DataError
from mtadgat.reading import Notes

PLAIN = FileConfig()


def frame(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"a": [1.0, 2.0], "b": [3, 4]} | columns)


def test_numbers_are_features_in_the_order_of_the_table() -> None:
    rows = rows_of(frame(), PLAIN, Notes("x"))
    assert rows.features == ("a", "b")
    assert rows.values.tolist() == [[1, 3], [2, 4]]
    assert rows.timestamps is None
    assert rows.labels is None


def test_booleans_and_missing_values_become_numbers() -> None:
    rows = rows_of(
        pd.DataFrame({"on": [True, False], "gap": pd.array([1, None], dtype="Int64"), "none": [None, None]}),
        PLAIN,
        Notes("x"),
    )
    assert rows.values[:, 0].tolist() == [1, 0]
    assert pd.isna(rows.values).tolist() == [[False, False, True], [False, True, True]]


@pytest.mark.parametrize("name", ["label", "Anomaly", "is_anomaly", "attack"])
def test_column_named_like_labels_is_never_a_feature(name: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    rows = rows_of(frame(**{name: [0, 1]}), PLAIN, Notes("x"))
    assert rows.features == ("a", "b")
    assert rows.labels is not None
    assert rows.labels.tolist() == [False, True]
    assert f"x: column '{name}' is taken as labels, not as a feature" in caplog.text


def test_change_points_are_never_a_feature(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    rows = rows_of(frame(changepoint=[0, 1]), PLAIN, Notes("x"))
    assert rows.features == ("a", "b")
    assert rows.labels is None
    assert "x: ['changepoint'] describe labels and are not features" in caplog.text


def test_named_label_column_keeps_the_others_out_of_the_features() -> None:
    rows = rows_of(frame(wrong=[1, 0], label=[0, 1]), FileConfig(label_column="wrong"), Notes("x"))
    assert rows.features == ("a", "b")
    assert rows.labels is not None
    assert rows.labels.tolist() == [True, False]


def test_two_label_columns_that_differ_are_an_error() -> None:
    with pytest.raises(DataError) as error:
        rows_of(frame(label=[0, 1], attack=[1, 0]), PLAIN, Notes("x"))
    assert str(error.value) == (
        "Expected one label column in x; got ['label', 'attack']. "
        "Name it with --label-column: --label-column label or --label-column attack."
    )


@pytest.mark.parametrize(
    "option", ["label_column", "time_column", "entity_column", "ignore_columns", "feature_columns"]
)
def test_a_column_that_was_named_and_is_not_there_is_an_error_with_the_nearest(option: str) -> None:
    with pytest.raises(DataError) as error:
        rows_of(frame(load=[1, 2]), FileConfig(**{option: "laod"}), Notes("x"))
    assert error.value.got == "columns ['a', 'b', 'load'] (did you mean 'load'?)"
    assert error.value.remedy.startswith(f"Correct --{option.replace('_', '-')}")


@pytest.mark.parametrize("option", ["label_column", "ignore_columns"])
def test_a_column_that_another_split_has_may_be_named(option: str) -> None:
    rows = rows_of(frame(), FileConfig(**{option: "incident"}), Notes("x"), elsewhere=lambda: ["a", "b", "incident"])
    assert rows.features == ("a", "b")
    assert rows.labels is None


def test_time_is_found_by_name_or_by_its_dates() -> None:
    dates = pd.to_datetime(["2020-01-01", "2020-01-02"])
    for name in ("timestamp", "Zeit"):
        rows = rows_of(frame(**{name: dates}), PLAIN, Notes("x"))
        assert rows.features == ("a", "b")
        assert rows.timestamps is not None
        assert rows.timestamps.tolist() == dates.astype("datetime64[ns]").astype(int).tolist()


def test_integer_time_is_found_by_name() -> None:
    rows = rows_of(frame(time=[10, 20]), PLAIN, Notes("x"))
    assert rows.timestamps is not None
    assert rows.timestamps.tolist() == [10, 20]


def test_columns_can_be_named_by_position() -> None:
    config = FileConfig(time_column="0", label_column="1", ignore_columns="2")
    table = pd.DataFrame([[5, 0, 7, 8], [6, 1, 7, 9]], columns=[f"feature_{place}" for place in range(4)])
    rows = rows_of(table, config, Notes("x"))
    assert rows.features == ("feature_3",)
    assert rows.timestamps is not None
    assert rows.timestamps.tolist() == [5, 6]


def test_missing_time_column_is_an_error() -> None:
    with pytest.raises(DataError) as error:
        rows_of(frame(moment=[1, 2]), FileConfig(time_column="moments"), Notes("x"))
    assert str(error.value) == (
        "Expected a time column 'moments' in x; got columns ['a', 'b', 'moment'] (did you mean 'moment'?). "
        "Correct --time-column."
    )


def test_two_time_columns_are_an_error() -> None:
    with pytest.raises(DataError) as error:
        rows_of(frame(time=[1, 2], date=["2020-01-01", "2020-01-02"]), PLAIN, Notes("x"))
    assert str(error.value) == (
        "Expected one time column in x; got ['time', 'date']. Name it with --time-column, or the others in "
        "--ignore-columns: --time-column time, or --ignore-columns date."
    )


def test_columns_that_are_not_numeric_are_an_error_that_names_them() -> None:
    with pytest.raises(DataError) as error:
        rows_of(frame(host=["a", "b"], load=["1.5", "?"]), PLAIN, Notes("x"))
    assert str(error.value) == (
        "Expected numeric columns in x; got 'host' holds 'a' in row 0; 'load' holds '?' in row 1. "
        "Leave them out with --ignore-columns host,load, or write numbers (decimals with a point)."
    )


def test_ignored_columns_are_no_features() -> None:
    rows = rows_of(frame(host=["a", "b"]), FileConfig(ignore_columns="host, a"), Notes("x"))
    assert rows.features == ("b",)
    assert rows.numbered == ("a", "b", "host")


def test_table_of_labels_only_is_an_error() -> None:
    with pytest.raises(DataError, match=r"^Expected features in x; got none besides time and labels\."):
        rows_of(pd.DataFrame({"time": [1, 2], "label": [0, 1]}), PLAIN, Notes("x"))


def test_targets_are_named_or_numbered_among_the_features() -> None:
    assert target_names("b, 0, b", ("a", "b")) == ("b", "a")
    assert target_names(None, ("a", "b")) == ()


def test_unknown_target_is_an_error() -> None:
    with pytest.raises(DataError) as error:
        target_names("cpus", ("cpu", "memory"))
    assert str(error.value) == (
        "Expected targets among the features ['cpu', 'memory']; got 'cpus' (did you mean 'cpu'?). "
        "Correct --target-features."
    )


@pytest.mark.parametrize("option", ["machineID", "1"])
def test_the_entity_column_is_no_feature(option: str) -> None:
    frame = pd.DataFrame({"time": [1, 2], "machineID": [7, 7], "volt": [0.5, 1]})
    rows = rows_of(frame, FileConfig(entity_column=option), Notes("fleet.csv"))
    assert (rows.features, rows.numbered, rows.reading.entity) == (("volt",), ("volt",), "machineID")


def test_an_entity_column_that_is_not_there_is_an_error_that_names_the_nearest() -> None:
    frame = pd.DataFrame({"machineID": [7, 7], "volt": [0.5, 1]})
    with pytest.raises(DataError) as error:
        rows_of(frame, FileConfig(entity_column="machine"), Notes("fleet.csv"))
    assert str(error.value) == (
        "Expected an entity column 'machine' in fleet.csv; got columns ['machineID', 'volt'] "
        "(did you mean 'machineID'?). Correct --entity-column, or leave it out."
    )
