"""What a user loses when these fail: the answer is trained on as a sensor, or a sensor is thrown away."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtadgat.config import FileConfig
from mtadgat.data.columns.content import MIN_ROWS
from mtadgat.data.columns.table_rows import Rows, rows_of
from mtadgat.data.reader import read_series
from mtadgat.errors import DataError
from mtadgat.reading import Known, Notes

ROWS = 120
PLACE = np.arange(ROWS)
EVENT = (PLACE >= 90) & (PLACE < 98)
TIMES = pd.Timestamp("2024-01-01") + pd.to_timedelta(PLACE, "min")


def sensors(rows: int = ROWS, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame({"flow": rng.normal(size=rows), "pressure": np.round(rng.normal(5, 1, rows), 2)})


def read(name: str, values: object, *, notes: Notes | None = None, **options: object) -> Rows:
    """Rows of two sensors with another column between them."""
    table = sensors()
    table.insert(1, name, values)
    return rows_of(table, FileConfig(**options), notes or Notes("x.csv"))  # type: ignore[arg-type]


def role(name: str, values: object, **options: object) -> str:
    rows = read(name, values, **options)
    assert {"flow", "pressure"} <= set(rows.features), "a sensor was lost"
    if name in rows.features:
        return "feature"
    roles = {rows.reading.time: "time", rows.reading.label: "label"}
    return roles.get(name) or rows.reading.left_out[name]


RISING: dict[str, Callable[[], object]] = {
    "whole numbers": lambda: PLACE,
    "whole numbers from 1, as floats": lambda: PLACE + 1.0,
    "tenths": lambda: np.round(PLACE * 0.1, 1),
    "thirtieths, rounded": lambda: np.round(PLACE / 30, 3),
    "backwards": lambda: PLACE[::-1],
    "shuffled": lambda: np.random.default_rng(0).permutation(ROWS),
    "with a gap": lambda: np.where(PLACE < 60, PLACE, PLACE + 40),
}


@pytest.mark.parametrize("values", RISING.values(), ids=RISING)
@pytest.mark.parametrize("name", ["Row", "id", "x17", "remaining life", "Unnamed: 0.1"])
def test_what_counts_the_rows_is_left_out_under_any_name(name: str, values: Callable[[], object]) -> None:
    notes = Notes("x.csv")
    assert name not in read(name, values(), notes=notes).features
    assert [note.text for note in notes.all] == [
        f"column {name!r} counts the rows and is left out; --feature-columns makes a feature of it"
    ]


@pytest.mark.parametrize(
    "name",
    ["timestamp_(min)", "Time (s)", "time[s]", "t", "_time", "event_ts", "ts_ns", "Timestamp (UTC)", "elapsed_time"],
)
def test_a_counter_that_is_named_as_a_time_is_the_time(name: str) -> None:
    assert role(name, PLACE * 1.0) == "time"


@pytest.mark.parametrize("unit", [1, 10**3, 10**6, 10**9])
@pytest.mark.parametrize("name", ["x17", "t", "event_ts"])
def test_times_since_1970_are_the_time_under_any_name(name: str, unit: int) -> None:
    rows = read(name, (1_528_970_000 + PLACE) * unit)
    assert rows.timestamps is not None
    assert rows.timestamps[0] == np.datetime64("2018-06-14T09:53:20")


def test_beside_the_time_other_times_and_counters_are_left_out() -> None:
    table = sensors().assign(Row=PLACE, datetime=TIMES, t=PLACE / 10, epoch_ms=TIMES.astype("int64") // 10**6)
    rows = rows_of(table, FileConfig(), Notes("x.csv"))
    assert rows.features == ("flow", "pressure")
    assert rows.reading.time == "datetime"
    assert rows.reading.left_out == {
        "Row": "counts the rows",
        "t": "holds other times",
        "epoch_ms": "holds other times",
    }


@pytest.mark.parametrize("name", ["t", "T", "cycle_time", "hours", "T2", "date_code"])
def test_measurements_under_names_like_times_stay_features(name: str) -> None:
    assert role(name, np.random.default_rng(1).normal(20, 1, ROWS)) == "feature"


@pytest.mark.parametrize(
    "values",
    [
        np.cumsum(np.random.default_rng(1).random(ROWS)),
        1_500_000_000 + np.cumsum(np.random.default_rng(1).integers(1, 90_000, ROWS)),
        np.cumsum(np.random.default_rng(1).random(ROWS) < 0.3),
        -np.cumsum(np.random.default_rng(1).random(ROWS)),
    ],
    ids=["meter", "bytes", "rain", "remaining"],
)
def test_what_only_rises_unevenly_is_a_feature_with_a_doubt(values: object) -> None:
    notes = Notes("x.csv")
    assert "meter" in read("meter", values, notes=notes).features
    assert [note.doubtful for note in notes.all] == [True]
    assert notes.all[0].text.startswith("column 'meter' only rises or only falls")
    quiet = Notes("x.csv")
    read("meter", values, notes=quiet, feature_columns="meter")
    assert not quiet.all


LABEL_NAMES = [
    *("EVENT", "is_fault", "fault", "faultNumber", "incident", "y", "y_true", "target", "class", "failure"),
    *("Machine failure", "gt", "Normal/Attack", "tag", "label", "Labels", "is-anomaly", "isAnomaly", "Anomaly_Label"),
    *("Outlier", "abnormal", "event_flag", "Fault Flag", "Attack LABLE (0:No Attack 1:Attack)", "label_0"),
]


@pytest.mark.parametrize("name", LABEL_NAMES)
def test_a_switch_with_the_name_of_a_label_is_the_label(name: str) -> None:
    rows = read(name, EVENT.astype(int))
    assert rows.reading.label == name
    assert rows.labels is not None
    assert rows.labels.tolist() == EVENT.tolist()


@pytest.mark.parametrize("name", ["valve", "status", "alarm", "fault_current", "labelled", "attack_angle", "P101"])
def test_a_switch_under_another_name_is_a_feature_with_a_doubt(name: str) -> None:
    notes = Notes("x.csv")
    assert name in read(name, EVENT.astype(int), notes=notes).features
    assert [note.doubtful for note in notes.all] == [True]
    assert f"column {name!r} has few values, and changes late and seldom" in notes.all[0].text
    assert f"--ignore-columns {name}" in notes.all[0].text


@pytest.mark.parametrize("name", ["y", "event", "fault", "class", "target", "failure", "tag"])
def test_measurements_under_names_like_labels_stay_features(name: str) -> None:
    assert role(name, np.random.default_rng(1).normal(size=ROWS)) == "feature"


@pytest.mark.parametrize("name", ["machine_status", "Status", "system state"])
@pytest.mark.parametrize(
    ("words", "expected"), [(("NORMAL", "BROKEN"), "label"), (("ok", "nok"), "label"), (("F", "T"), "label")]
)
def test_a_state_is_the_label_where_its_words_are(name: str, words: tuple[str, str], expected: str) -> None:
    assert role(name, [words[int(event)] for event in EVENT]) == expected


@pytest.mark.parametrize("words", [("off", "on"), ("closed", "open"), ("idle", "running")])
def test_states_in_words_are_an_error_that_names_the_column(words: tuple[str, str]) -> None:
    with pytest.raises(DataError, match=r"^Expected numeric columns in x\.csv; got 'state' holds .* in row 0\."):
        read("state", [words[int(event)] for event in EVENT])
    assert role("state", [words[int(event)] for event in EVENT], ignore_columns="state") == "ignored"


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("category", EVENT * 3),
        ("attack_type", np.where(EVENT, "ddos", "none")),
        ("comment", np.where(EVENT, "x", "-")),
    ],
)
def test_beside_labels_what_describes_them_is_left_out(name: str, values: object) -> None:
    rows = rows_of(sensors().assign(**{name: values, "y": EVENT * 1}), FileConfig(), Notes("x.csv"))
    assert rows.features == ("flow", "pressure")
    assert rows.reading.left_out == {name: "describes labels"}


def test_beside_labels_a_switch_that_follows_them_is_doubtful_and_others_are_not() -> None:
    table = sensors().assign(valve=PLACE % 7 == 0, late=PLACE > 110, TWF=EVENT * (PLACE % 2), label=EVENT)
    notes = Notes("x.csv")
    assert rows_of(table, FileConfig(), notes).features == ("flow", "pressure", "valve", "late", "TWF")
    doubts = [note.text for note in notes.all if note.doubtful]
    assert len(doubts) == 1
    assert doubts[0].startswith("column 'TWF' changes where rows are anomalous and nowhere else")


HALVES = np.repeat([1, 2], ROWS // 2)
MACHINES = ["machineID", "machine_id", "unit_number", "device_id", "Sensor ID", "wellId", "serverNo", "turbine name"]


@pytest.mark.parametrize("values", [HALVES, PLACE % 4 + 1, np.array(["m1", "m2", "m3"])[PLACE % 3]], ids=str)
@pytest.mark.parametrize("name", MACHINES)
def test_several_machines_in_one_table_are_an_error_with_remedies_that_work(name: str, values: np.ndarray) -> None:
    with pytest.raises(
        DataError, match=r"^Expected rows of one machine in x\.csv; got [234] of them in column"
    ) as error:
        read(name, values)
    assert f"--entity-column {shlex.quote(name)} --entity {values[0]}" in error.value.remedy
    assert f"--ignore-columns {shlex.quote(name)}" in error.value.remedy
    assert role(name, values, ignore_columns=name) == "ignored"
    numeric = values.dtype.kind != "U"
    assert ("--feature-columns" in error.value.remedy) == numeric
    if numeric:
        assert role(name, values, feature_columns=name) == "feature"


@pytest.mark.parametrize("name", ["host", "instance", "asset", "Machine", "site", "run"])
def test_a_name_that_may_be_a_count_names_machines_where_its_values_do(name: str) -> None:
    for values in (HALVES, np.array(["m1", "m2"])[PLACE % 2]):
        with pytest.raises(DataError, match=r"^Expected rows of one machine"):
            read(name, values)
    assert role(name, np.random.default_rng(1).integers(3, 9, ROWS)) == "feature"


@pytest.mark.parametrize(
    ("groups", "minutes"),
    [(HALVES, np.tile(PLACE[: ROWS // 2], 2)), (np.tile([7, 3], ROWS // 2), np.repeat(PLACE[: ROWS // 2], 2))],
    ids=["one after the other", "row by row"],
)
def test_numbers_that_tell_rows_of_equal_times_apart_are_machines_under_any_name(
    groups: np.ndarray, minutes: np.ndarray
) -> None:
    table = sensors().assign(x17=groups, time=pd.Timestamp("2024-01-01") + pd.to_timedelta(minutes, "min"))
    with pytest.raises(DataError, match=r"in column 'x17': .*, and times that go back or come again") as error:
        rows_of(table, FileConfig(), Notes("x.csv"))
    assert error.value.remedy == f"Read one with --entity-column x17 --entity {groups[0]}."


@pytest.mark.parametrize(
    ("name", "values", "reason"),
    [
        ("machineID", np.full(ROWS, 7), "names one machine, '7'"),
        ("host", np.full(ROWS, "web-1"), "holds 'web-1' in each row"),
        ("batch_id", PLACE // 10 + 1000, "holds identifiers"),
        ("OrderNo", np.random.default_rng(1).permutation(10_000)[:ROWS], "holds identifiers"),
        ("lot", np.random.default_rng(1).permutation(900)[PLACE // 10], "holds identifiers"),
        ("transactionId", [f"A{place * 7919 % 1000}" for place in PLACE], "holds identifiers"),
        ("index", np.tile(PLACE[:40], 3), "counts the rows"),
        ("changepoint", EVENT * 1, "describes labels"),
    ],
)
def test_names_of_other_things_are_left_out(name: str, values: object, reason: str) -> None:
    assert role(name, values) == reason


@pytest.mark.parametrize("values", [HALVES * 10, np.array([1, 2, 1, 3, 1, 2])[PLACE // 20]], ids=["blocks", "again"])
def test_whole_numbers_that_change_once_in_a_while_are_doubtful(values: object) -> None:
    notes = Notes("x.csv")
    assert "x17" in read("x17", values, notes=notes).features
    assert [note.doubtful for note in notes.all] == [True]
    assert "column 'x17'" in notes.all[0].text


def test_a_score_is_no_label_and_doubtful() -> None:
    notes = Notes("x.csv")
    assert "anomaly_score" in read("anomaly_score", np.random.default_rng(1).random(ROWS), notes=notes).features
    assert "'anomaly_score' is named as scores of anomalies" in notes.all[0].text


@pytest.mark.parametrize("rows", [1, 2, 5, MIN_ROWS - 1])
def test_few_rows_are_not_judged_by_what_they_hold(rows: int) -> None:
    table = pd.DataFrame(
        {"a": np.arange(rows) + 1.5, "b": np.arange(rows) % 2, "machine": [1] * rows, "c": [0] * rows}
    )
    notes = Notes("x.csv")
    assert rows_of(table, FileConfig(), notes).features == ("a", "b", "machine", "c")
    assert not notes.all


KINDS = st.sampled_from(["noise", "walk", "rounded", "counts", "switch", "constant", "gaps", "steps"])


def sensor(kind: str, rng: np.random.Generator, rows: int) -> np.ndarray:
    noise = rng.normal(size=rows)
    kinds = {
        "noise": noise,
        "walk": noise.cumsum(),
        "rounded": np.round(20 + 3 * noise, 1),
        "counts": rng.poisson(4, rows).astype(float),
        "switch": (rng.random(rows) < 0.4).astype(float),
        "constant": np.full(rows, 3.0),
        "gaps": np.where(rng.random(rows) < 0.2, np.nan, noise),
        "steps": np.repeat(rng.choice([20.0, 25.0, 30.0], rows), 6)[:rows],
    }
    return kinds[kind]


@settings(max_examples=30)
@given(kinds=st.lists(KINDS, min_size=1, max_size=8), rows=st.integers(1, 150), seed=st.integers(0, 10_000))
def test_sensors_are_never_lost_and_never_labels(kinds: list[str], rows: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({f"{kind}_{place}": sensor(kind, rng, rows) for place, kind in enumerate(kinds)})
    read = rows_of(table, FileConfig(), Notes("x.csv"))
    assert read.features == tuple(table.columns)
    assert (read.labels, read.timestamps) == (None, None)
    np.testing.assert_array_equal(read.values, table.to_numpy())


@settings(max_examples=10)
@given(order=st.permutations(range(9)))
def test_the_order_of_the_columns_does_not_matter(order: list[int]) -> None:
    table = sensors().assign(
        t=PLACE,
        when=TIMES,
        y=EVENT * 1,
        category=EVENT * 2,
        kwh=np.cumsum(sensors().flow.abs()),
        host="a",
        valve=EVENT,
    )
    one = rows_of(table, FileConfig(), Notes("x.csv"))
    other = rows_of(table[table.columns[order]], FileConfig(), Notes("x.csv"))
    assert set(other.features) == set(one.features) == {"flow", "pressure", "kwh", "valve"}
    assert other.reading.left_out == dict(one.reading.left_out)
    assert (other.reading.time, other.reading.label) == (one.reading.time, one.reading.label)
    assert {note.doubtful for note in other.reading.notes} == {note.doubtful for note in one.reading.notes}


@settings(max_examples=5)
@given(order=st.permutations(range(ROWS)))
def test_the_order_of_the_rows_does_not_matter_where_they_have_times(order: list[int]) -> None:
    table = sensors().assign(
        when=TIMES, y=EVENT * 1, Row=PLACE, kwh=np.cumsum(sensors().flow.abs()), valve=PLACE > 110
    )
    one, other = Notes("x.csv"), Notes("x.csv")
    rows_of(table, FileConfig(), one)
    rows = rows_of(table.iloc[order], FileConfig(), other)
    assert rows.features == ("flow", "pressure", "kwh", "valve")
    assert set(one.all) == set(other.all)


def test_what_was_understood_reads_the_next_file_alike() -> None:
    table = sensors().assign(Row=PLACE, t=PLACE, EVENT=np.where(EVENT, -1, 1), host="a")
    first = rows_of(table, FileConfig(), Notes("x.csv"))
    assert dict(first.reading.options) == {
        "time_column": "t",
        "label_column": "EVENT",
        "anomalous_labels": "-1",
        "ignore_columns": "Row,host",
    }
    again = rows_of(table[::-1].reset_index(drop=True), FileConfig(**first.reading.options), Notes("x.csv"))
    assert again.features == first.features
    assert again.labels is not None
    assert again.labels.tolist() == EVENT[::-1].tolist()


KNOWN = Known(("pressure", "flow", "valve"), {"ignore_columns": "Row,load{host=1,job=2}"})


@pytest.mark.parametrize("rows", [1, 3, ROWS])
def test_the_features_of_a_model_are_features_whatever_they_look_like(rows: int) -> None:
    table = sensors().assign(valve=PLACE, Row="a", label=["?"] * ROWS, **{"load{host=1,job=2}": "x"}).head(rows)
    notes = Notes("x.csv")
    read = rows_of(table, FileConfig(), notes, KNOWN, labelled=False)
    assert read.features == ("pressure", "flow", "valve")
    assert read.labels is None
    assert read.reading.left_out == {"Row": "ignored", "load{host=1,job=2}": "ignored"}


def test_labels_that_cannot_be_read_are_an_error_where_they_are_wanted() -> None:
    table = sensors().assign(valve=1, label=["?"] * ROWS)
    with pytest.raises(DataError, match="words '\\?'"):
        rows_of(table, FileConfig(), Notes("x.csv"), KNOWN)


PUBLIC = {
    "HAI": ({"attack": EVENT * 1, "attack_P1": EVENT * (PLACE % 2), "attack_P2": EVENT * 0}, "attack"),
    "BATADAL": ({"ATT_FLAG": np.where(EVENT, 1, -999)}, "ATT_FLAG"),
    "UNSW-NB15": ({"attack_cat": np.where(EVENT, "dos", "-"), "label": EVENT * 1}, "label"),
    "GHL": ({"FAULT": EVENT * (PLACE % 2), "ATTACK": EVENT * 1}, "ATTACK"),
    "CICIDS": ({"Label": np.where(EVENT, "DDoS", "BENIGN")}, "Label"),
    "SECOM": ({"Pass/Fail": np.where(EVENT, 1, -1)}, "Pass/Fail"),
    "Edge-IIoT": ({"Attack_label": EVENT * 1, "Attack_type": np.where(EVENT, "DDoS", "Normal")}, "Attack_label"),
    "Yahoo": ({"is_anomaly": EVENT * 1, "changepoint": EVENT * (PLACE % 2)}, "is_anomaly"),
}


@pytest.mark.parametrize(("columns", "label"), PUBLIC.values(), ids=PUBLIC)
def test_labels_of_public_data_sets_are_the_label_and_what_describes_them_is_left_out(
    columns: dict[str, np.ndarray], label: str
) -> None:
    rows = rows_of(sensors().assign(**columns), FileConfig(), Notes("x.csv"))
    assert rows.features == ("flow", "pressure")
    assert rows.reading.label == label
    assert rows.labels is not None
    assert rows.labels.tolist() == EVENT.tolist()
    assert rows.reading.left_out == dict.fromkeys(columns.keys() - {label}, "describes labels")


def test_commands_of_a_space_craft_stay_features_with_one_note(shared_data: Path) -> None:
    for channel in ("A-1", "D-7", "E-1"):
        for split in ("train", "eval"):
            series = read_series(str(shared_data / "nasa"), split=split, entity=channel)
            assert len(series.features) == 25
            assert not series.reading.left_out
            assert sum(note.doubtful for note in series.reading.notes) <= 1
