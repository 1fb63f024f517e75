"""What a user loses when these fail: incidents that count as healthy, or healthy rows as incidents."""

from __future__ import annotations

import shlex

import numpy as np
import pandas as pd
import pytest

from mtadgat.config import FileConfig
from mtadgat.data.labels import as_labels, remembered_labels
from mtadgat.errors import DataError
from mtadgat.reading import Notes

EVENT = np.arange(40) // 4 == 8


def labels(normal: object, anomalous: object, name: str = "label", **options: object) -> tuple[list[bool], list[str]]:
    """Labels of 36 rows of one value and 4 of another, and what was noted."""
    notes = Notes("x.csv")
    column = pd.Series([anomalous if row else normal for row in EVENT], name=name)
    found = as_labels(column, f"column {name!r} of x.csv", FileConfig(**options), notes)  # type: ignore[arg-type]
    return found.tolist(), [note.text for note in notes.all]


@pytest.mark.parametrize(
    ("normal", "anomalous"),
    [
        (0, 1),
        (0.0, 1.0),
        (False, True),
        ("0", "1"),
        ("F", "T"),
        ("f", "t"),
        ("N", "Y"),
        ("no", "yes"),
        ("FALSE", "TRUE"),
        ("ok", "nok"),
        ("OK", "not ok"),
        ("good", "bad"),
        ("Normal", "Attack"),
        ("NORMAL", "ABNORMAL"),
        ("normal", "anomalous"),
        ("No Attack", "Attack"),
        ("no_fault", "fault"),
        ("healthy", "faulty"),
        ("pass", "fail"),
        ("inlier", "outlier"),
        ("benign", "malicious"),
    ],
)
def test_values_that_everybody_reads_alike_need_no_note(normal: object, anomalous: object) -> None:
    assert labels(normal, anomalous) == (EVENT.tolist(), [])


@pytest.mark.parametrize(
    ("normal", "anomalous", "note"),
    [
        (0, 3, "labels in column 'label': 0 is taken as normal and 3 as anomalous; --anomalous-labels says otherwise"),
        (1, -1, "labels in column 'label': -1 is taken as anomalous, as it is the rarer one of -1, 1"),
        (-1, 1, "labels in column 'label': 1 is taken as anomalous, as it is the rarer one of -1, 1"),
        (1, 2, "labels in column 'label': 2 is taken as anomalous, as it is the rarer one of 1, 2"),
        ("Normal", "A ttack", "labels in column 'label': 'A ttack' is read as 'attack'"),
        ("Normal", "Atack", "labels in column 'label': 'Atack' is read as 'attack'"),
        ("Norml", "Attack", "labels in column 'label': 'Norml' is read as 'normal'"),
        ("NORMAL", "RECOVERING", "labels in column 'label': 'RECOVERING' is taken as anomalous; --anomalous-labels"),
        ("BENIGN", "DDoS", "labels in column 'label': 'DDoS' is taken as anomalous; --anomalous-labels"),
        ("idle", "Fault", "labels in column 'label': 'idle' is taken as normal; --anomalous-labels"),
    ],
)
def test_what_was_decided_is_noted(normal: object, anomalous: object, note: str) -> None:
    found, notes = labels(normal, anomalous)
    assert found == EVENT.tolist()
    assert len(notes) == 1
    assert notes[0].startswith(note)


@pytest.mark.parametrize(
    ("name", "normal", "anomalous"),
    [
        ("Attack LABLE (1:No Attack -1:Attack)", 1, -1),
        ("label (0=attack, 1=normal)", 1, 0),
        ("state [1: healthy, 2: faulty]", 1, 2),
        ("is_normal", 1, 0),
        ("is_healthy", True, False),
        ("isNormal", "T", "F"),
    ],
)
def test_a_name_may_say_what_its_values_mean(name: str, normal: object, anomalous: object) -> None:
    assert labels(normal, anomalous, name)[0] == EVENT.tolist()


@pytest.mark.parametrize("chosen", ["BROKEN", "BROKEN,RECOVERING", " RECOVERING , BROKEN"])
def test_values_that_the_user_names_are_anomalous_and_no_others(chosen: str) -> None:
    column = pd.Series(["NORMAL", "BROKEN", "RECOVERING"], name="s")
    found = as_labels(column, "s", FileConfig(anomalous_labels=chosen), Notes("x"))
    assert found.tolist() == [False, True, "RECOVERING" in chosen]


@pytest.mark.parametrize(("chosen", "value"), [("-1", -1.0), ("-1", "-1"), ("2", 2.0), ("2.0", 2), ("1", True)])
def test_numbers_that_the_user_names_are_found_however_they_are_written(chosen: str, value: object) -> None:
    found = as_labels(
        pd.Series([0, value], name="s", dtype=object), "s", FileConfig(anomalous_labels=chosen), Notes("x")
    )
    assert found.tolist() == [False, True]


def test_rows_without_any_of_the_named_values_are_healthy_unless_one_was_mistyped() -> None:
    healthy = pd.Series(["NORMAL"] * 3, name="s")
    assert not as_labels(healthy, "s", FileConfig(anomalous_labels="BROKEN"), Notes("x")).any()
    with pytest.raises(DataError, match=r"did you mean 'BROKEN'\?\)\. Correct --anomalous-labels\.$"):
        as_labels(pd.Series(["NORMAL", "BROKEN"], name="s"), "s", FileConfig(anomalous_labels="BROKN"), Notes("x"))


@pytest.mark.parametrize(
    "values", [[-1, 1] * 20, [1, 2, 3] * 13, [-1] * 40, ["idle", "busy"] * 20, ["f", "n"] * 20, [0.5, 1.5] * 20]
)
def test_what_cannot_be_told_is_an_error_whose_remedy_works(values: list[object]) -> None:
    column = pd.Series(values, name="s")
    with pytest.raises(DataError, match=r"^Expected labels 0 and 1, or words such as") as error:
        as_labels(column, "s", FileConfig(), Notes("x"))
    line = error.value.remedy.partition("such as ")[2].partition(",")[0].split(" or ")
    for typed in line:
        chosen = shlex.split(typed.replace("=", " "))
        assert chosen[0] == "--anomalous-labels"
        found = as_labels(column, "s", FileConfig(anomalous_labels=chosen[1]), Notes("x"))
        assert found.tolist() == [str(value) == chosen[1] for value in values]


def test_minus_one_is_proposed_as_it_has_to_be_typed() -> None:
    with pytest.raises(DataError, match=r"such as --anomalous-labels=-1 or --anomalous-labels 1, leave"):
        as_labels(pd.Series([-1, 1] * 20, name="s"), "s", FileConfig(), Notes("x"))


def test_measurements_are_no_labels() -> None:
    with pytest.raises(DataError, match=r"got 100 different values, .* Name another column with --label-column"):
        as_labels(pd.Series(np.arange(100) / 7, name="a"), "a", FileConfig(), Notes("x"))


def test_rows_that_are_all_anomalous_are_doubtful() -> None:
    notes = Notes("x")
    assert as_labels(pd.Series([1, 1, 1], name="s"), "s", FileConfig(), notes).all()
    assert [note.doubtful for note in notes.all] == [True]


def test_the_rarer_number_is_remembered_for_the_next_file_and_nothing_that_is_plain() -> None:
    assert remembered_labels(pd.Series(np.where(EVENT, -1, 1)), FileConfig()) == "-1"
    assert remembered_labels(pd.Series(np.where(EVENT, 1, 0)), FileConfig()) is None
    assert remembered_labels(pd.Series(np.where(EVENT, 1, 0)), FileConfig(anomalous_labels="0")) == "0"
