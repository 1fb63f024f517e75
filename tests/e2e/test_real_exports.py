"""Exports of historians, dashboards and benchmarks: each is read for what it is, or refused with a reason."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from mlflow import MlflowClient

from checkout import ROOT, SHARED
from mtadgat import read_series
from mtadgat.cli import main
from stores import use_new_store

CASES = SHARED / "cases" / "reading"
SMALL = "--window 10 --epochs 1 --gru-hidden 8 --forecast-hidden 8 --reconstruction-hidden 8"

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the exports that failed once are absent")

Run = Callable[[str], Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Type a command into a shell, in a folder with every case and a store of its own."""
    use_new_store(tmp_path, monkeypatch)
    for case in CASES.iterdir():
        if case.is_dir():
            shutil.copytree(case, tmp_path / case.name)

    def typed(line: str) -> Result:
        return CliRunner().invoke(main, shlex.split(line), catch_exceptions=False)

    return typed


def assert_refused(result: Result, *words: str) -> None:
    assert result.exit_code == 2, result.output
    for word in words:
        assert word in result.output


def test_a_name_that_holds_commas_needs_no_quotes_of_its_own(run: Run) -> None:
    named = run(f'train --fpath comma_names/grafana.csv --ignore-columns \'up{{host="a",job="n"}}\' {SMALL}')
    assert named.exit_code == 0, named.output
    assert "features  2: load" in named.output


@pytest.mark.parametrize(
    ("name", "first"), [("x.parquet", "2024-03-01T00:00:00"), ("1_0_100000_14.csv", "2018-06-14T09:53:20")]
)
def test_counts_since_1970_are_times_whatever_their_name(name: str, first: str) -> None:
    series = read_series(str(CASES / "counter_epoch_other_name" / name))
    assert series.timestamps is not None
    assert not {"event_ts", "t"} & set(series.features)
    if name.endswith(".csv"):
        assert series.timestamps[0] == np.datetime64(first)


def test_a_counter_of_minutes_is_no_feature(run: Run) -> None:
    assert run("train --fpath counter_psm --window 10 --epochs 3").exit_code == 0
    assert run("predict --fpath counter_psm --split eval --output found.csv").exit_code == 0
    found = pd.read_csv("found.csv")
    assert 0.08 <= found["is_anomaly"].mean() <= 0.25
    assert len(read_series("counter_psm").features) == 4


def test_columns_that_counted_rows_in_earlier_tables_are_left_out() -> None:
    series = read_series(str(CASES / "counter_unnamed" / "x.csv"))
    assert series.features == ("a", "b", "c", "d")


@pytest.mark.parametrize("options", [{}, {"time_column": "Date,Time"}])
def test_date_and_time_of_day_are_one_time(options: dict[str, str]) -> None:
    series = read_series(str(CASES / "date_and_time_columns" / "WADI_14days_new.csv"), **options)
    assert len(series.features) == 4
    assert series.timestamps is not None
    first = np.datetime64("2017-10-09T18:00:00", "ns")
    assert np.array_equal(series.timestamps, first + np.arange(len(series)) * np.timedelta64(1, "s"))


def test_a_sensor_that_is_dead_in_new_rows_is_held_and_named(run: Run) -> None:
    assert run(f"train --fpath dead_sensor/plant.csv --dataset plant --train-end 250 {SMALL}").exit_code == 0
    result = run("predict --fpath dead_sensor/new.csv --dataset plant --output found.csv")
    assert result.exit_code == 0, result.output
    found = pd.read_csv("found.csv")
    assert len(found) == 60
    assert found["quality"].str.contains("b").all()
    assert np.isfinite(found["score"]).all()
    assert not (found["top_feature_1"] == "b").any()


def test_decimal_commas_are_understood() -> None:
    opc = read_series(str(CASES / "decimal_comma" / "opc.csv"))
    assert opc.values[0].tolist() == [10.0001, 20.0088, 30.0348, 39.9317]
    single = read_series(str(CASES / "decimal_comma" / "x.csv"))
    assert single.values.shape[1] == 1
    assert single.values[0, 0] == 10.0


def test_the_hour_that_comes_twice_loses_no_row() -> None:
    series = read_series(str(CASES / "dst_hour" / "x.csv"))
    assert len(series) == 400
    shown = series.clock.written(series.timestamps).astype(str)
    assert (shown.str.slice(0, 19) == "2024-10-27 02:00:00").sum() == 2
    assert any("02:00" in note.text for note in series.reading.notes)


@pytest.mark.parametrize("bound", ["''", "NaT", "today"])
def test_a_bound_that_is_none_is_told(run: Run, bound: str) -> None:
    result = run(f"train --fpath empty_row_bound/plant.csv --train-end {bound} {SMALL}")
    if bound == "''":
        assert result.exit_code == 0, result.output
    else:
        assert_refused(result, "train-end")


@pytest.mark.parametrize("name", ["fleet.csv", "PdM_telemetry.csv"])
def test_machines_in_one_table_are_read_one_at_a_time(run: Run, name: str) -> None:
    fpath = f"--fpath entities_in_one_table/{name}"
    assert_refused(run(f"train {fpath} {SMALL}"), "--entity-column machineID")
    assert_refused(run(f"train {fpath} --entity-column machineID {SMALL}"), "--entity")
    assert_refused(run(f"train {fpath} --ignore-columns datetime {SMALL}"), "machineID")
    assert run(f"train {fpath} --entity-column machineID --entity 1 {SMALL}").exit_code == 0
    series = read_series(f"entities_in_one_table/{name}", entity_column="machineID", entity="1")
    assert "machineID" not in series.features
    assert series.entity == "1"


@pytest.mark.parametrize("name", ["healthy.csv", "all_anomalous.csv"])
def test_labels_of_one_class_give_what_can_be_given(run: Run, name: str) -> None:
    assert (
        run(f"train --fpath evaluate_without_events/plant.csv --dataset plant --train-end 250 {SMALL}").exit_code == 0
    )
    result = run(f"evaluate --fpath evaluate_without_events/{name} --eval-start 250 --dataset plant")
    assert result.exit_code == 0, result.output
    assert "nan" not in result.output.lower()
    (evaluated,) = (
        found
        for each in MlflowClient().search_experiments()
        for found in MlflowClient().search_runs([each.experiment_id], "tags.`mtadgat.command` = 'evaluate'")
    )
    assert all(np.isfinite(value) for value in evaluated.data.metrics.values())


def test_hive_partitions_are_one_table() -> None:
    series = read_series(str(CASES / "hive_partitions"))
    assert len(series) == 390
    assert not {"year", "month"} & set(series.features)
    assert series.timestamps is None or (np.diff(series.timestamps) > np.timedelta64(0)).all()


def test_incidents_of_cats_are_no_features() -> None:
    series = read_series(str(CASES / "label_leak_cats_y" / "data.csv"), split="eval")
    assert series.features == ("aimp", "amud", "arnd", "asin1")
    assert series.labels is not None
    assert series.labels.sum() == 20


def test_events_of_gecco_are_labels(run: Run) -> None:
    options = "--fpath label_leak_gecco/gecco.csv --train-end 250"
    assert run(f"train {options} {SMALL}").exit_code == 0
    assert run(f"evaluate {options}").exit_code == 0
    assert run(f"predict {options} --output found.csv").exit_code == 0
    assert "EVENT" not in set(pd.read_csv("found.csv")["top_feature_1"])
    series = read_series("label_leak_gecco/gecco.csv", split="eval")
    assert series.features == ("Tp", "Cl", "pH", "Redox")
    assert series.labels is not None
    assert series.labels.sum() == 20


@pytest.mark.parametrize("label", [None, "Attack LABLE (1:No Attack -1:Attack)"])
def test_labels_of_wadi_say_themselves_which_is_an_attack(label: str | None) -> None:
    series = read_series(str(CASES / "label_leak_wadi" / "wadi_attack.csv"), split="eval", label_column=label)
    assert len(series.features) == 4
    assert series.labels is not None
    assert series.labels.sum() == 20


def test_words_of_states_are_labels(run: Run) -> None:
    series = read_series(str(CASES / "label_words" / "sensor.csv"), split="eval", label_column="machine_status")
    assert series.labels is not None
    assert series.labels.sum() == 20
    assert read_series(str(CASES / "label_words" / "sensor.csv"), split="eval").features == series.features


@pytest.mark.parametrize(("name", "missing"), [("questmark.csv", 2), ("panel.csv", 1), ("historian.csv", 2)])
def test_words_for_missing_values_are_missing_values(name: str, missing: int) -> None:
    series = read_series(str(CASES / "missing_words" / name))
    assert series.missing is not None
    assert series.missing.sum() == missing
    assert np.isfinite(series.values).all()


def test_a_header_of_numbers_is_a_header() -> None:
    series = read_series(str(CASES / "numeric_header" / "x.csv"))
    assert series.features == ("1", "2", "3", "4")
    assert len(series) == 400


def test_an_output_never_replaces_the_input(run: Run) -> None:
    shutil.copy("output_is_input/plant.csv", "d.csv")
    Path("link.csv").symlink_to("d.csv")
    Path("hard.csv").hardlink_to("d.csv")
    before = Path("d.csv").read_bytes()
    assert run(f"train --fpath d.csv --train-end 250 {SMALL}").exit_code == 0
    for output in ("d.csv", "./d.csv", str(Path("d.csv").resolve()), "link.csv", "hard.csv"):
        assert_refused(run(f"predict --fpath d.csv --train-end 250 --output {output}"), "--output")
    assert Path("d.csv").read_bytes() == before
    assert run("predict --fpath d.csv --train-end 250 --output made/on/the/way/found.csv").exit_code == 0


@pytest.mark.parametrize(
    ("name", "rows", "features"),
    [
        ("comment.csv", 400, ("a", "b", "c", "d")),
        ("panel.csv", 400, ("cpu", "mem", "net")),
        ("unitrow.csv", 400, ("a", "b", "c", "d")),
        ("influx.csv", 200, ("user", "sys")),
    ],
)
def test_what_stands_before_the_table_is_no_row(name: str, rows: int, features: tuple[str, ...]) -> None:
    series = read_series(str(CASES / "preamble" / name))
    assert (len(series), series.features) == (rows, features)
    assert series.timestamps is not None


def test_given_scores_follow_their_rows(run: Run) -> None:
    result = run("evaluate --fpath scores_unsorted/plant.csv --scores scores_unsorted/s.csv")
    assert result.exit_code == 0, result.output
    scores = pd.read_csv("scores_unsorted/s.csv")
    scores[["score"]].to_csv("bare.csv", index=False)
    assert run("evaluate --fpath scores_unsorted/plant.csv --scores bare.csv").exit_code == 0
    found = [
        evaluated.data.metrics["auc_roc"]
        for each in MlflowClient().search_experiments()
        for evaluated in MlflowClient().search_runs([each.experiment_id])
    ]
    assert found == [1.0, 1.0]


@pytest.mark.parametrize("name", ["swat.csv", "swat_typo.csv"])
def test_swat_is_read_as_it_is_given_out(name: str) -> None:
    series = read_series(str(CASES / "swat_time_and_typo" / name), split="eval")
    assert len(series) == 400
    assert len(series.features) == 4
    assert series.labels is not None
    assert series.labels.sum() == 20
    assert series.timestamps is not None
    if name == "swat.csv":
        assert series.timestamps[0] == np.datetime64("2015-12-28T10:00:00")


def test_a_bound_is_a_time_of_the_file(run: Run) -> None:
    path = "utc_bounds/x.csv"
    assert len(read_series(path, train_end="2024-03-01T02:00")) == 120
    assert len(read_series(path, train_end="2024-03-01T02:00+01:00")) == 120
    assert len(read_series(path, train_end="2024-03-01T02:00Z")) == 180
    assert run(f"train --fpath {path} --train-end 2024-03-01T05:00 {SMALL}").exit_code == 0
    assert run(f"predict --fpath {path} --train-end 2024-03-01T05:00 --output found.csv").exit_code == 0
    assert pd.read_csv("found.csv")["time"].iloc[0] == "2024-03-01 05:00:00+01:00"


def test_a_request_may_give_its_threshold_as_a_number(run: Run) -> None:
    result = run(f"train --fpath serve_threshold_number/plant.csv --train-end 250 {SMALL}")
    assert result.exit_code == 0, result.output
    (model,) = re.findall(r"models:/\S+", result.output)
    rows = pd.read_csv("serve_threshold_number/plant.csv").drop(columns="label").tail(50)
    loaded = mlflow.pyfunc.load_model(model)
    as_number, as_text = (loaded.predict(rows, params={"threshold": value}) for value in (0.5, "0.5"))
    assert (as_number["threshold"] == 0.5).all()
    pd.testing.assert_frame_equal(as_number, as_text)


def test_the_lines_that_readme_shows_for_exports_run(run: Run) -> None:
    readme = (ROOT / "README.md").read_text()
    lines = [line for line in readme.splitlines() if line.startswith("mtadgat train --fpath") and ".csv" in line]
    assert len(lines) == 3
    shutil.copy("swat_time_and_typo/swat.csv", "swat.csv")
    shutil.copy("entities_in_one_table/PdM_telemetry.csv", "PdM_telemetry.csv")
    times = pd.date_range("2024-10-27 00:00", periods=200, freq="min", tz="Europe/Berlin")
    cells = [f"1.{200 + row % 50},{row % 7}5;{row % 9},25" for row in range(200)]
    rows = [f"{time:%d.%m.%Y %H:%M};{cell}" for time, cell in zip(times, cells, strict=True)]
    Path("anlage.csv").write_text("Zeit;Druck;Fluss\n" + "\n".join(rows) + "\n")
    for line in lines:
        result = run(f"{line.removeprefix('mtadgat ')} {SMALL}")
        assert result.exit_code == 0, result.output
    series = read_series("anlage.csv", time_zone="Europe/Berlin")
    assert series.values[0].tolist() == [1200.05, 0.25]
    assert np.array_equal(series.timestamps, times.tz_convert("UTC").tz_localize(None).as_unit("ns").to_numpy())
