"""What a user loses when these fail: columns of real exports that are taken for what they are not."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import numpy as np
import pytest

from checkout import SHARED
from mtadgat.data.reader import read_series
from mtadgat.errors import DataError
from mtadgat.series import Series

CASES = SHARED / "cases" / "reading"

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason=f"cases are absent: no folder {CASES}")


def series(name: str, split: str = "eval", **options: object) -> Series:
    return read_series(str(Path(CASES, name)), split=split, **options)


def anomalous(read: Series) -> list[int]:
    assert read.labels is not None
    return np.flatnonzero(read.labels).tolist()


def test_event_of_gecco_is_the_label() -> None:
    read = series("label_leak_gecco/gecco.csv")
    assert read.features == ("Tp", "Cl", "pH", "Redox")
    assert anomalous(read) == list(range(300, 320))


@pytest.mark.parametrize("options", [{}, {"label_column": "Attack LABLE (1:No Attack -1:Attack)"}])
def test_label_of_wadi_says_itself_that_minus_one_is_an_attack(options: dict[str, str]) -> None:
    read = series("label_leak_wadi/wadi_attack.csv", **options)
    assert len(read.features) == 4
    assert len(anomalous(read)) == 20


def test_y_of_cats_is_the_label_and_category_no_feature() -> None:
    read = series("label_leak_cats_y/data.csv")
    assert read.features == ("aimp", "amud", "arnd", "asin1")
    assert len(anomalous(read)) == 20
    assert read.reading.left_out == {"category": "describes labels"}


@pytest.mark.parametrize("options", [{}, {"label_column": "machine_status"}])
def test_broken_and_recovering_are_anomalous_beside_normal(options: dict[str, str]) -> None:
    read = series("label_words/sensor.csv", **options)
    assert len(anomalous(read)) == 20
    assert any("'RECOVERING' is taken as anomalous" in note.text for note in read.reading.notes)


def test_slip_of_the_pen_in_swat_is_an_attack() -> None:
    read = series("swat_time_and_typo/swat_typo.csv")
    assert len(anomalous(read)) == 20
    assert any("'A ttack' is read as 'attack'" in note.text for note in read.reading.notes)


@pytest.mark.parametrize("split", ["train", "eval"])
def test_minutes_of_psm_are_the_time(split: str) -> None:
    read = series("counter_psm", split)
    assert read.features == tuple(f"feature_{place}" for place in range(4))
    assert read.reading.time == "timestamp_(min)"


@pytest.mark.parametrize("name", ["x.parquet", "1_0_100000_14.csv"])
def test_epochs_under_other_names_are_times(name: str) -> None:
    read = series(f"counter_epoch_other_name/{name}")
    assert len(read.features) == 4
    assert read.timestamps is not None
    assert read.timestamps.dtype == "datetime64[ns]"


def test_indexes_that_pandas_wrote_twice_are_no_features() -> None:
    assert series("counter_unnamed/x.csv").features == ("a", "b", "c", "d")


def test_name_with_commas_is_left_out_without_quotes_of_its_own() -> None:
    read = series("comma_names/grafana.csv", ignore_columns='up{host="a",job="n"}')
    assert read.features == ('load{host="a",job="n"}', 'mem{host="a",job="n"}')


@pytest.mark.parametrize("name", ["fleet.csv", "PdM_telemetry.csv"])
def test_machines_in_one_table_are_refused_with_a_line_that_reads_one(name: str) -> None:
    with pytest.raises(DataError, match=r"^Expected rows of one machine") as error:
        series(f"entities_in_one_table/{name}", "train")
    options = typed(error.value.remedy)
    assert options == {"entity_column": "machineID", "entity": "1"}
    read = series(f"entities_in_one_table/{name}", "train", **options)
    assert len(read) == 200
    assert "machineID" not in read.features


@pytest.mark.parametrize("option", ["ignore_columns", "feature_columns"])
def test_machines_that_follow_each_other_may_be_one_series_all_the_same(option: str) -> None:
    with pytest.raises(DataError, match=f"--{option.replace('_', '-')} machineID"):
        series("entities_in_one_table/fleet.csv", "train")
    read = series("entities_in_one_table/fleet.csv", "train", **{option: "machineID"})
    assert len(read) == 400
    assert ("machineID" in read.features) == (option == "feature_columns")


def typed(remedy: str) -> dict[str, str]:
    """The options of the first line of a remedy, as a shell would hand them on."""
    words = shlex.split(re.split(r"[;.](?:\s|$)", remedy)[0])
    first = words.index(next(word for word in words if word.startswith("--")))
    return {
        word.removeprefix("--").replace("-", "_"): value
        for word, value in zip(words[first::2], words[first + 1 :: 2], strict=True)
    }
