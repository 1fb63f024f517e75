"""Partitions, days and machines of one table, as people train on them, evaluate and predict."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from checkout import SHARED
from mtadgat.cli import main
from searching import fresh_store

CASES = SHARED / "cases" / "reading"
SMALL = (
    "--window=8",
    "--epochs=1",
    "--stride=4",
    "--gru-hidden=4",
    "--forecast-hidden=4",
    "--reconstruction-hidden=4",
)


def told(*words: str) -> Result:
    return CliRunner().invoke(main, [*words])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A fresh store, in the working directory."""
    yield from fresh_store(tmp_path, monkeypatch)


@pytest.fixture
def case(folder: Path) -> Path:
    """The folder of cases that were read wrongly, copied here; the test skips where it is absent."""
    if not CASES.is_dir():
        pytest.skip(f"cases are absent: no folder {CASES}")
    for name in ("hive_partitions", "entities_in_one_table"):
        shutil.copytree(CASES / name, folder / name)
    return folder


def test_partitions_are_trained_on_as_one_table(case: Path) -> None:
    ended = told("train", "--fpath", "hive_partitions/", *SMALL)
    assert ended.exit_code == 0, ended.output
    assert "390 rows of 4 features: hive_partitions" in ended.output


def test_a_table_of_machines_is_refused_and_the_remedy_works(case: Path) -> None:
    for name, rows in (("fleet", 200), ("PdM_telemetry", 200)):
        path = f"entities_in_one_table/{name}.csv"
        refused = told("train", "--fpath", path, *SMALL)
        assert refused.exit_code == 2
        assert "Traceback" not in refused.output
        remedy = shlex.split(
            str(refused.exception) if refused.exception is None else refused.output.replace("\n", " ")
        )
        given = [remedy[place + 1].rstrip(".;") for place, word in enumerate(remedy) if word == "--entity-column"][:1]
        ended = told("train", "--fpath", path, "--entity-column", given[0], "--entity", "1", *SMALL)
        assert ended.exit_code == 0, ended.output
        assert f"{rows} rows of {2 if name == 'fleet' else 4} features: {name}-1" in ended.output


def test_evaluation_and_prediction_of_a_machine_need_its_name_alone(folder: Path) -> None:
    steps = np.arange(300)
    machines = [
        pd.DataFrame(
            {
                "time": pd.date_range("2024-01-01", periods=300, freq="h"),
                "machine": name,
                "volt": np.cos(1.3 * steps + place),
                "rotate": np.sin(steps * (place + 1)),
                "label": np.isin(steps, range(280, 290)).astype(int),
            }
        )
        for place, name in enumerate(("pump 1", "pump 2"))
    ]
    fleet = pd.concat(machines).sort_values("time", kind="stable")
    for day, rows in fleet.groupby(fleet["time"].dt.strftime("%Y-%m-%d")):
        target = folder / "fleet" / f"date={day}"
        target.mkdir(parents=True)
        rows.to_parquet(target / "part-0.parquet", index=False)
    data = ("--fpath=fleet", "--entity=pump 2", "--train-end=200")
    trained = told("train", *data, "--entity-column=machine", *SMALL)
    assert trained.exit_code == 0, trained.output
    assert "200 rows of 2 features: fleet-pump 2" in trained.output
    evaluated = told("evaluate", *data, "--report=none")
    assert evaluated.exit_code == 0, evaluated.output
    predicted = told("predict", *data, "--output=out.csv")
    assert predicted.exit_code == 0, predicted.output
    table = pd.read_csv("out.csv")
    assert len(table) == 100
    assert told("predict", "--fpath=fleet", "--entity=pump 3", "--output=out.csv").exit_code == 2
