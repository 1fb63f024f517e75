"""What a user loses when these fail: one machine of a table of several, and with it every split and label of it."""

from __future__ import annotations

import logging
import shlex
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkout import SHARED
from mtadgat.config import DataConfig
from mtadgat.data.entities import (
    entities_of,
    entity_names,
    likely_entity_column,
    refuse_repeated_times,
    rows_of_entity,
)
from mtadgat.data.reader import available_splits, entities, read_series
from mtadgat.data.splits import Splits
from mtadgat.errors import DataError
from mtadgat.reading import Known, Notes

CASES = SHARED / "cases" / "reading" / "entities_in_one_table"
STEPS = np.arange(40)
ONE, TWO = (
    pd.DataFrame(
        {
            "time": pd.date_range("2024-01-01", periods=40, freq="h"),
            "machineID": machine,
            "volt": np.cos(1.3 * STEPS + machine),
            "rotate": np.sin(STEPS * machine),
            "label": np.isin(STEPS, 30 + machine).astype(int),
        }
    )
    for machine in (1, 2)
)
FLEET = pd.concat([ONE, TWO]).sort_values("time", kind="stable", ignore_index=True)


def written(write: Callable[..., str], name: str, rows: pd.DataFrame = FLEET) -> str:
    path = write(name, b"")
    if name.endswith("parquet"):
        rows.to_parquet(path, index=False)
    elif name.endswith("feather"):
        rows.to_feather(path)
    else:
        rows.to_csv(path, index=False, sep="\t" if name.endswith("txt") else ",")
    return path


@pytest.mark.parametrize("name", ["fleet.csv", "fleet.txt", "fleet.parquet", "fleet.feather", "fleet.csv.gz"])
@pytest.mark.parametrize("column", ["machineID", "1"])
def test_one_machine_of_any_table_is_read(write: Callable[..., str], name: str, column: str) -> None:
    series = read_series(written(write, name), entity_column=column, entity="2", split="eval")
    np.testing.assert_array_equal(series.values, TWO[["volt", "rotate"]].to_numpy())
    assert series.timestamps is not None
    np.testing.assert_array_equal(series.timestamps, TWO["time"].to_numpy())
    assert series.labels is not None
    assert np.flatnonzero(series.labels).tolist() == [32]
    assert series.features == ("volt", "rotate")
    assert (series.dataset, series.entity, series.name) == ("fleet", "2", "fleet-2")
    assert series.reading.entity == "machineID"
    assert series.reading.options["entity_column"] in ("machineID", column)
    assert series.positions is not None
    assert series.positions.tolist() == list(range(1, 80, 2))


def test_row_ranges_count_the_rows_of_the_machine(write: Callable[..., str]) -> None:
    path = written(write, "fleet.csv")
    train = read_series(path, entity_column="machineID", entity="1", train_end=25)
    rest = read_series(path, entity_column="machineID", entity="1", train_end=25, split="eval")
    np.testing.assert_array_equal(np.concatenate([train.values, rest.values]), ONE[["volt", "rotate"]].to_numpy())
    assert len(train) == 25


def test_several_machines_are_an_error_that_lists_them(write: Callable[..., str]) -> None:
    path = written(write, "fleet.csv")
    with pytest.raises(DataError) as error:
        read_series(path, entity_column="machineID")
    assert str(error.value) == "Expected one entity of fleet.csv; got 2: 1, 2. Pick one with --entity."
    assert entities(DataConfig(fpath=path, entity_column="machineID")) == ("1", "2")
    assert entities(DataConfig(fpath=path)) == ("",)
    assert entities(DataConfig(fpath="demo")) == ("machine-1", "machine-2", "machine-3")


def test_an_unknown_machine_is_an_error_that_suggests_the_nearest(write: Callable[..., str]) -> None:
    path = written(write, "fleet.csv", FLEET.assign(machineID="pump-" + FLEET["machineID"].astype(str)))
    with pytest.raises(DataError) as error:
        read_series(path, entity_column="machineID", entity="pump1")
    assert str(error.value) == (
        "Expected one of pump-1, pump-2, in fleet.csv; got 'pump1' (did you mean 'pump-1'?). Correct --entity."
    )


def test_a_machine_without_its_column_is_an_error(write: Callable[..., str]) -> None:
    with pytest.raises(DataError, match=r"^Expected no entity, as the data hold only one, in .*; got '1'\. Correct"):
        read_series(written(write, "fleet.csv"), entity="1")


def test_the_only_machine_is_taken_with_a_note(write: Callable[..., str], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    path = written(write, "fleet.csv", ONE)
    assert read_series(path, entity_column="machineID").entity == "1"
    assert "fleet.csv: all rows are of entity '1', the only one in column 'machineID'" in caplog.text


def test_rows_of_no_machine_are_left_out_with_a_note(write: Callable[..., str]) -> None:
    rows = FLEET.assign(machineID=FLEET["machineID"].where(FLEET.index != 7))
    series = read_series(written(write, "fleet.csv", rows), entity_column="machineID", entity="1")
    assert len(series) == 40
    assert "1 rows without a value in the entity column 'machineID' are left out" in str(series.reading.notes)


@pytest.mark.parametrize(
    ("column", "names"),
    [
        ([1, 2, 10], ("1", "2", "10")),
        ([1.0, np.nan, 2.0], ("1", "2")),
        ([1.5, 2.0], ("1.5", "2")),
        (["pump-10", " pump-2 ", None], ("pump-2", "pump-10")),
        (["01", "1"], ("01", "1")),
        ([True, False], ("False", "True")),
        (pd.to_datetime(["2024-01-01"]), ("2024-01-01",)),
        (pd.Categorical(["b", "a"]), ("a", "b")),
        (pd.array([1, None], dtype="Int64"), ("1",)),
    ],
)
def test_machines_are_called_as_their_column_spells_them(column: object, names: tuple[str, ...]) -> None:
    assert entities_of(pd.Series(column)) == names


@pytest.mark.parametrize("asked", ["1", "1.0", "01", " 1 "])
@pytest.mark.parametrize("column", [[1, 2], [1.0, 2.0], [1.0, np.nan]])
def test_a_number_is_found_however_it_is_written(asked: str, column: list[float]) -> None:
    frame = pd.DataFrame({"machine": column, "volt": [5.0, 6]})
    chosen = rows_of_entity(frame, "machine", asked, Notes("x"))
    assert (chosen.entity, chosen.frame["volt"].tolist()) == ("1", [5])


@settings(max_examples=30)
@given(machines=st.lists(st.sampled_from(["a", "b", "c", None]), min_size=1, max_size=30))
def test_every_row_is_of_one_machine_or_of_none(machines: list[str | None]) -> None:
    frame = pd.DataFrame({"machine": pd.Series(machines, dtype=object), "row": range(len(machines))})
    parts = {name: rows_of_entity(frame, "machine", name, Notes("x")).frame for name in entities_of(frame["machine"])}
    rows = sorted(row for part in parts.values() for row in part["row"])
    assert rows == [row for row, machine in enumerate(machines) if machine is not None]
    assert all(part["row"].is_monotonic_increasing for part in parts.values())
    assert entity_names(frame["machine"]).isna().sum() == machines.count(None)


def test_labels_of_a_file_follow_the_rows_of_the_machine(
    write: Callable[..., str], caplog: pytest.LogCaptureFixture
) -> None:
    for split in ("train", "eval"):
        path = written(write, f"fleet/{split}.csv", FLEET.drop(columns="label"))
    write("fleet/labels.csv", "label\n" + "".join(f"{label}\n" for label in FLEET["label"]))
    write("fleet/interpretation.txt", "62-62:1\n")
    folder = path.rpartition("/")[0]
    series = read_series(folder, split="eval", entity_column="machineID", entity="2")
    assert series.labels is not None
    assert np.flatnonzero(series.labels).tolist() == [32]
    assert series.causes == ()
    assert "interpretation.txt: counts the rows of all entities in the table; it is ignored" in caplog.text
    assert available_splits(DataConfig(fpath=folder, entity_column="machineID", entity="2")) == ("train", "eval")


@pytest.mark.parametrize("name", ["fleet/2024-01-0{}.csv", "fleet/date=2024-01-0{}/part-0.parquet"])
def test_machines_are_told_apart_in_joined_files_too(write: Callable[..., str], name: str) -> None:
    for day in (1, 2):
        path = written(write, name.format(day), FLEET[FLEET["time"].dt.day == day])
    folder = path[: path.index("/fleet/") + len("/fleet")]
    series = read_series(folder, entity_column="machineID", entity="2")
    np.testing.assert_array_equal(series.values, TWO[["volt", "rotate"]].to_numpy())
    assert series.name == "fleet-2"


def test_a_column_in_one_of_several_tables_is_an_error_that_names_them(write: Callable[..., str]) -> None:
    written(write, "sites/a.csv")
    folder = written(write, "sites/b.csv").rpartition("/")[0]
    with pytest.raises(DataError) as error:
        read_series(folder, entity_column="machineID", entity="1")
    assert str(error.value) == (
        f"Expected one table in {folder}, in which column 'machineID' names the machine of each row; got 2: a, b. "
        "Pick one with --entity, and leave out --entity-column; or give the path of one table."
    )
    assert read_series(f"{folder}/a.csv", entity_column="machineID", entity="1").name == "a-1"


def test_a_demo_has_no_such_column() -> None:
    with pytest.raises(DataError, match=r"an entity column 'machineID' in demo"):
        read_series("demo", entity_column="machineID")


def test_a_model_remembers_the_column(write: Callable[..., str]) -> None:
    path = written(write, "fleet.csv")
    known = Known(("volt", "rotate"), {"entity_column": "machineID"})
    assert read_series(path, known=known, entity="2", split="new").name == "fleet-2"
    splits = Splits(DataConfig(fpath=path, entity="2"))
    assert splits.names == ("train", "eval", "new")
    assert tuple(splits.subject) == ("fleet", "2")
    assert splits.knowing(known).read("new").values[0, 0] == TWO["volt"][0]


def test_new_rows_may_lack_the_column_that_a_model_remembers(write: Callable[..., str]) -> None:
    path = written(write, "fleet.csv", ONE.drop(columns=["machineID", "label"]))
    known = Known(("volt", "rotate"), {"entity_column": "machineID"})
    assert read_series(path, known=known, split="new").name == "fleet"
    series = read_series(path, known=known, entity="1", split="new")
    assert series.name == "fleet-1"
    assert "no column 'machineID': all rows are taken for those of '1'" in str(series.reading.notes)


@pytest.mark.parametrize("order", ["sorted", "blocks", "shuffled"])
def test_the_column_that_makes_times_unique_is_found_by_content(order: str) -> None:
    rows = {"sorted": FLEET, "blocks": pd.concat([ONE, TWO]), "shuffled": FLEET.sample(frac=1, random_state=0)}[order]
    frame = rows.rename(columns={"machineID": "x"}).drop(columns=["time", "label"])
    assert likely_entity_column(frame, rows["time"].to_numpy()) == "x"
    with pytest.raises(DataError) as error:
        refuse_repeated_times(frame, rows["time"].to_numpy(), "fleet.csv", joined=False)
    assert str(error.value).endswith(
        "40 of 80 rows with the time of another, first 2024-01-01 00:00:00. "
        "Name the column that says which machine each row is of: --entity-column x."
    )


def test_machines_that_two_columns_name_together_are_an_error_that_says_so(write: Callable[..., str]) -> None:
    sites = [FLEET.assign(site=site, volt=FLEET["volt"] + place) for place, site in enumerate("AB")]
    path = written(write, "fleet.csv", pd.concat(sites).sort_values("time", kind="stable"))
    for column, entity, other in (("site", "A", "machineID"), ("machineID", "1", "site")):
        with pytest.raises(DataError) as error:
            read_series(path, entity_column=column, entity=entity)
        assert error.value.remedy == (
            f"Write {column!r} and {other!r} into one column, such as A-1, and name that with --entity-column."
        )


def test_where_no_column_tells_rows_apart_the_error_says_so() -> None:
    frame, times = FLEET[["volt", "rotate"]], FLEET["time"].to_numpy()
    assert likely_entity_column(frame, times) is None
    with pytest.raises(
        DataError, match=r"No column tells the rows of one time apart: write one table for each machin"
    ):
        refuse_repeated_times(frame, times, "fleet.csv", joined=False)
    with pytest.raises(DataError, match=r"read them one by one with --join-files false\.$"):
        refuse_repeated_times(frame, times, "fleet", joined=True)


@pytest.mark.skipif(not CASES.is_dir(), reason=f"cases are absent: no folder {CASES}")
@pytest.mark.parametrize(("name", "rows"), [("fleet.csv", 200), ("PdM_telemetry.csv", 200)])
def test_the_case_is_refused_with_remedies_that_work_when_typed(name: str, rows: int) -> None:
    path = str(Path(CASES) / name)
    with pytest.raises(DataError) as error:
        read_series(path)
    assert "--ignore-columns datetime" not in str(error.value)
    words = shlex.split(error.value.remedy.partition("Read one with ")[2].partition(";")[0].rstrip("."))
    typed = {words[0]: words[1], words[2]: words[3]}
    series = read_series(path, entity_column=typed["--entity-column"], entity=typed["--entity"])
    assert len(series) == rows
    assert "machineID" not in series.features
