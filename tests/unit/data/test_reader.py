"""What a user loses when these fail: any of the four arrangements of real data, or the single table."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mtadgat.config import DataConfig
from mtadgat.data.reader import available_splits, dataset_name, read, read_series
from mtadgat.errors import ConfigError, DataError
from mtadgat.series import Event, events

SMD = {"machine-1-6": (23688, 23689, 3708, 30), "machine-2-1": (23693, 23694, 1170, 13)}
SMD["machine-3-4"] = (23687, 23687, 977, 8)
ASD = {"omi-1": (441, 7), "omi-2": (55, 4), "omi-3": (146, 6), "omi-4": (151, 5), "omi-5": (74, 6), "omi-6": (198, 10)}
NASA = {"A-1": (2880, 8640), "A-7": (2879, 8631), "D-7": (2583, 7642), "E-1": (2880, 8516), "E-12": (2880, 8512)}
NASA |= {"G-7": (2446, 8029), "P-1": (2872, 8505), "T-1": (2875, 8612)}
SKAB = ("Accelerometer1RMS", "Accelerometer2RMS", "Current", "Pressure", "Temperature", "Thermocouple", "Voltage")
SKAB += ("Volume Flow RateRMS",)


def labelled(fpath: Path, entity: str | None = None) -> tuple[int, list[Event]]:
    series = read_series(str(fpath), split="eval", entity=entity)
    assert series.labels is not None
    return int(series.labels.sum()), events(series.labels)


@pytest.mark.parametrize("entity", SMD)
def test_smd(shared_data: Path, entity: str) -> None:
    folder = str(shared_data / "ServerMachineDataset")
    train_rows, eval_rows, labels, incidents = SMD[entity]
    train = read_series(folder, entity=entity)
    assert train.values.shape == (train_rows, 38)
    assert train.features[:2] == ("feature_0", "feature_1")
    assert (train.name, train.labels, train.targets) == (f"ServerMachineDataset-{entity}", None, ())
    series = read_series(folder, entity=entity, split="eval")
    assert series.values.shape == (eval_rows, 38)
    assert series.labels is not None
    assert series.labels.sum() == labels
    assert [cause.event for cause in series.causes] == events(series.labels)
    assert len(series.causes) == incidents
    assert available_splits(DataConfig(fpath=folder, entity=entity)) == ("train", "eval")


def test_smd_causes_are_features_from_0(shared_data: Path) -> None:
    series = read_series(str(shared_data / "ServerMachineDataset"), entity="machine-1-6", split="eval")
    assert series.causes[0].event == Event(246, 252)
    assert series.causes[0].features == (0, 1, 2, 3, 5, 8, 9, 10, 11, 12, 14)


@pytest.mark.parametrize("entity", ASD)
def test_asd(shared_data: Path, entity: str) -> None:
    folder = str(shared_data / "asd" / entity)
    labels, incidents = ASD[entity]
    parts = {split: read_series(folder, split=split) for split in available_splits(DataConfig(fpath=folder))}
    assert {split: part.values.shape for split, part in parts.items()} == {
        "train": (8640, 19),
        "eval": (4320, 19),
        "new": (1000, 19),
    }
    series = parts["eval"]
    assert series.name == f"asd-{entity}"
    assert series.labels is not None
    assert series.labels.sum() == labels
    assert [cause.event for cause in series.causes] == events(series.labels)
    assert len(series.causes) == incidents
    np.testing.assert_array_equal(parts["new"].values, series.values[-1000:])
    assert parts["new"].labels is None


def test_asd_reads_alike_through_the_fleet(shared_data: Path) -> None:
    fleet = str(shared_data / "asd")
    for split in ("train", "eval", "new"):
        whole, alone = (
            read_series(fleet, entity="omi-2", split=split),
            read_series(f"{fleet}/omi-2", split=split),
        )
        assert (whole.digest, whole.name, whole.dataset) == (alone.digest, alone.name, alone.dataset)


@pytest.mark.parametrize("entity", NASA)
def test_nasa(shared_data: Path, entity: str) -> None:
    folder = str(shared_data / "nasa")
    train = read_series(folder, entity=entity)
    series = read_series(folder, entity=entity, split="eval")
    assert (train.values.shape, series.values.shape) == ((NASA[entity][0], 25), (NASA[entity][1], 25))
    assert train.targets == series.targets == ("feature_0",)
    assert series.labels is not None
    assert series.labels.any()
    assert read_series(f"{folder}/train/{entity}.npy", split="eval").digest == series.digest


def test_nasa_ranges_are_inclusive(shared_data: Path) -> None:
    rows, incidents = labelled(shared_data / "nasa", "E-1")
    assert incidents == [Event(5000, 5031), Event(5610, 6087)]
    assert rows == 31 + 477
    assert labelled(shared_data / "nasa", "D-7")[1] == [Event(4940, 7642)]


def test_skab(shared_data: Path) -> None:
    healthy = read_series(str(shared_data / "skab" / "anomaly-free" / "anomaly-free.csv"))
    assert healthy.values.shape == (9405, 8)
    assert healthy.features == SKAB
    assert healthy.labels is None
    assert healthy.timestamps is not None
    assert healthy.timestamps[0] == np.datetime64("2020-02-08T13:30:47")
    valve = read_series(str(shared_data / "skab" / "valve1" / "0.csv"), split="eval")
    assert valve.values.shape == (1147, 8)
    assert valve.features == SKAB, "the change points became a feature"
    assert valve.labels is not None
    assert valve.labels.sum() == 401
    assert valve.name == "valve1-0"


def test_skab_as_a_folder_of_tables(shared_data: Path) -> None:
    folder = str(shared_data / "skab")
    assert read_series(folder, entity="anomaly-free-anomaly-free").dataset == "skab"
    assert read_series(folder, entity="valve1-10", split="eval").values.shape == (1146, 8)
    assert read_series(f"{folder}/valve1", entity="10", split="eval").name == "valve1-10"


def splits(write: Callable[..., str], **contents: str) -> str:
    for name, content in contents.items():
        path = write(f"pump/{name}.csv", content)
    return path.rpartition("/")[0]


def test_missing_labels_are_none_and_logged(write: Callable[..., str], caplog: pytest.LogCaptureFixture) -> None:
    folder = splits(write, train="a,b\n1,2\n3,4\n", eval="a,b\n1,2\n3,4\n")
    assert read_series(folder, split="eval").labels is None
    assert "eval.csv: no labels for the eval split, neither in a file nor in a column" in caplog.text


def test_labels_of_another_length_are_an_error(write: Callable[..., str]) -> None:
    folder = splits(write, eval="a,b\n1,2\n3,4\n", labels="label\n0\n")
    with pytest.raises(DataError, match=r"^Expected 2 labels in labels\.csv, one for each row; got 1\."):
        read_series(folder, split="eval")


def test_labels_may_stand_in_a_column_of_the_eval_file(write: Callable[..., str]) -> None:
    folder = splits(write, eval="a,label\n1,0\n3,1\n")
    series = read_series(folder, split="eval")
    assert series.labels is not None
    assert series.labels.tolist() == [False, True]
    assert series.features == ("a",)


def test_missing_part_is_an_error_that_says_which_there_are(write: Callable[..., str]) -> None:
    folder = splits(write, train="a\n1\n2\n", eval="a\n1\n2\n")
    with pytest.raises(DataError) as error:
        read_series(folder, split="new")
    assert str(error.value) == (
        f"Expected a split 'new' in {folder}; got only train, eval. Read another split, or add a new file."
    )


def test_unknown_split_is_an_error(write: Callable[..., str]) -> None:
    with pytest.raises(DataError, match=r"^Expected one of train, eval, new; got 'test'\. Correct --split\.$"):
        read_series(write("one.csv", "a\n1\n"), split="test")


def test_unknown_layout_is_an_error(write: Callable[..., str]) -> None:
    with pytest.raises(ConfigError, match="layout: expected one of auto"):
        read_series(write("one.csv", "a\n1\n"), layout="tables")


def test_labels_and_values_move_together_when_rows_are_sorted(
    write: Callable[..., str], caplog: pytest.LogCaptureFixture
) -> None:
    folder = splits(write, eval="time,a\n3,30\n1,10\n2,20\n", labels="0\n1\n0\n")
    series = read_series(folder, split="eval")
    assert series.values[:, 0].tolist() == [10, 20, 30]
    assert series.timestamps is not None
    assert series.timestamps.tolist() == [1, 2, 3]
    assert series.labels is not None
    assert series.labels.tolist() == [True, False, False]
    assert "rows are not in time order; sorted" in caplog.text


def test_causes_are_left_out_when_rows_move(write: Callable[..., str], caplog: pytest.LogCaptureFixture) -> None:
    folder = splits(write, eval="time,a\n3,30\n1,10\n", labels="0\n1\n", interpretation="1-1:1\n")
    assert read_series(folder, split="eval").causes == ()
    assert "the rows of the interpretation file no longer match; it is ignored" in caplog.text


def test_causes_follow_row_ranges_and_ignored_columns(write: Callable[..., str]) -> None:
    folder = splits(
        write, eval="a,b,c\n1,2,3\n1,2,4\n1,2,5\n1,2,5\n", labels="0\n0\n1\n1\n", interpretation="2-3:1,3\n"
    )
    series = read_series(folder, split="eval", ignore_columns="b", eval_start=1)
    assert [(cause.event, cause.features) for cause in series.causes] == [(Event(1, 3), (0, 1))]


def test_single_table_serves_the_whole_job(write: Callable[..., str]) -> None:
    lines = [f"2024-01-01T00:{minute:02}:00,{minute},{int(minute == 50)}" for minute in range(60)]
    path = write("pump.csv", "\n".join(["timestamp,a,anomaly", *lines]))
    assert available_splits(DataConfig(fpath=path)) == ("train", "eval", "new")
    assert dataset_name(path) == "pump"
    assert len(read_series(path)) == len(read_series(path, split="eval")) == 60
    assert read_series(path, train_end=40).values[-1, 0] == 39
    for split in ("eval", "new"):
        part = read_series(path, split=split, train_end="2024-01-01 00:40")
        assert part.values[0, 0] == 40
        assert part.labels is not None
        assert np.flatnonzero(part.labels).tolist() == [10]


def test_missing_values_are_repaired_from_the_rows_of_the_part_alone(write: Callable[..., str]) -> None:
    path = write("pump.csv", "a,b\n1,1\n,2\n5,3\n9,4\n")
    assert read_series(path, train_end=2).values[1, 0] == 1, "train saw a value of eval"
    assert read_series(path).values[1, 0] == 3


def test_every_format_reads_alike(write: Callable[..., str]) -> None:
    frame = pd.DataFrame({"timestamp": pd.date_range("2024-01-01", periods=4, freq="min"), "a": [1.0, 2, 3, 5]})
    csv, txt, parquet = (write(f"pump.{ending}", b"") for ending in ("csv", "txt", "parquet"))
    frame.to_csv(csv, index=False)
    frame.to_csv(txt, index=False, sep="\t")
    frame.to_parquet(parquet)
    found = [read_series(path) for path in (csv, txt, parquet)]
    assert len({series.digest for series in found}) == 1
    assert len({series.timestamps.tobytes() for series in found if series.timestamps is not None}) == 1


def test_a_million_rows_are_read_in_reasonable_time(
    write: Callable[..., str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    path = write("big.csv", "0.5,0.25,0.125\n" * 999_999 + "1,1,1\n")
    assert read_series(path).values.sum() == pytest.approx(999_999 * 0.875 + 3)


def test_reading_by_options_and_by_configuration_is_the_same(write: Callable[..., str]) -> None:
    path = write("pump.csv", "t,a,b\n" + "".join(f"{row},{row % 7},{row % 5}\n" for row in range(20)))
    options = {"train_end": "12", "ignore_columns": "b", "time_column": "t"}
    series = read_series(path, train_end=12, ignore_columns="b", time_column="t")
    again = read(DataConfig(fpath=path, **options), "train")
    assert (series.digest, len(series), series.features) == (again.digest, 12, ("a",))


def test_an_option_that_does_not_exist_is_an_error_that_names_it(write: Callable[..., str]) -> None:
    with pytest.raises(ConfigError, match=r"^train_stop: no such parameter$"):
        read_series(write("one.csv", "a\n1\n"), train_stop=1)


def test_a_series_says_where_it_was_read_from(write: Callable[..., str]) -> None:
    path = write("pump.csv", "a,b\n1,2\n3,4\n5,6\n")
    series = read_series(f"file://{path}")
    assert series.source == f"file://{path}"
    assert series.rows(1).ordered(("b", "a")).source == f"file://{path}"
    assert read_series("demo").source == "demo"
