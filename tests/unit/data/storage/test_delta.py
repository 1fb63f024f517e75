"""Delta tables on a machine without Spark, as the library deltalake wrote them."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from mtadgat.data.reader import read_series
from mtadgat.errors import DataError, MissingExtraError

ROWS = pd.DataFrame(
    {
        "timestamp": pd.date_range("2024-01-01", periods=6, freq="h"),
        "flow": [1.0, 2.0, 4.0, 8.0, 16.0, 32.0],
        "tags": [["a"]] * 6,
    }
)


def delta_folder(folder: Path) -> str:
    """A Delta table whose later rows were written first, and of which one file was replaced."""
    deltalake = pytest.importorskip("deltalake", reason="deltalake is not installed: pip install -r envs/delta.txt")
    wrong = ROWS.assign(flow=-1.0)
    deltalake.write_deltalake(str(folder), pa.Table.from_pandas(wrong, preserve_index=False))
    for rows, mode in ((ROWS.iloc[3:], "overwrite"), (ROWS.iloc[:3], "append")):
        deltalake.write_deltalake(str(folder), pa.Table.from_pandas(rows, preserve_index=False), mode=mode)
    return str(folder)


def test_a_delta_table_is_read_in_the_order_of_time_without_replaced_rows(tmp_path: Path) -> None:
    series = read_series(delta_folder(tmp_path / "pump"), ignore_columns="tags")
    assert series.name == "pump"
    assert series.values[:, 0].tolist() == [1, 2, 4, 8, 16, 32]
    assert series.timestamps is not None
    np.testing.assert_array_equal(series.timestamps, ROWS["timestamp"].to_numpy())


@pytest.mark.parametrize("machines", [["pump-1", "pump-2"], [1, 2]])
def test_one_machine_of_a_delta_table_is_read(tmp_path: Path, machines: list[object]) -> None:
    deltalake = pytest.importorskip("deltalake", reason="deltalake is not installed: pip install -r envs/delta.txt")
    rows = ROWS.drop(columns="tags")
    fleet = pd.concat([rows.assign(machine=machines[0]), rows.assign(machine=machines[1], flow=-rows["flow"])])
    deltalake.write_deltalake(str(tmp_path / "fleet"), pa.Table.from_pandas(fleet, preserve_index=False))
    series = read_series(str(tmp_path / "fleet"), entity_column="machine", entity=str(machines[1]))
    assert series.values[:, 0].tolist() == [-1, -2, -4, -8, -16, -32]
    assert series.name == f"fleet-{machines[1]}"
    with pytest.raises(DataError, match=f"got 2: {machines[0]}, {machines[1]}. Pick one with --entity."):
        read_series(str(tmp_path / "fleet"), entity_column="machine")


def test_a_nested_column_of_a_delta_table_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"got 'tags' of type array\. Leave them out with --ignore-columns tags"):
        read_series(delta_folder(tmp_path / "pump"))


def test_a_delta_table_that_is_broken_is_a_clear_error(tmp_path: Path) -> None:
    folder = Path(delta_folder(tmp_path / "pump"))
    for file in folder.glob("*.parquet"):
        file.unlink()
    with pytest.raises(DataError, match=r"Expected a Delta table at .*pump that the library deltalake reads; got "):
        read_series(str(folder), ignore_columns="tags")


def test_without_the_library_the_error_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "deltalake", None)
    (tmp_path / "pump" / "_delta_log").mkdir(parents=True)
    with pytest.raises(MissingExtraError, match=r"Run: pip install 'mtadgat\[delta\]', or run on a cluster"):
        read_series(str(tmp_path / "pump"))
