"""Tables are written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import fsspec
import pandas as pd
import pytest

from mtadgat.data.storage.writing import save_table, write_table
from mtadgat.errors import DataError

TABLE = pd.DataFrame({"row": [0, 1], "score": [0.5, 2.5], "is_anomaly": [False, True]})


@pytest.mark.parametrize("name", ["new/table.csv", "table.parquet"])
def test_a_table_comes_back_from_the_file(tmp_path: Path, name: str) -> None:
    write_table(TABLE, str(tmp_path / name))
    again = pd.read_csv(tmp_path / name) if name.endswith("csv") else pd.read_parquet(tmp_path / name)
    pd.testing.assert_frame_equal(again, TABLE)


@pytest.mark.parametrize("name", ["table.csv", "table.parquet"])
def test_a_url_of_another_file_system_is_written_to(name: str) -> None:
    write_table(TABLE, f"memory://outputs/{name}")
    with fsspec.open(f"memory://outputs/{name}") as file:
        again = pd.read_csv(file) if name.endswith("csv") else pd.read_parquet(file)
    pd.testing.assert_frame_equal(again, TABLE)


@pytest.mark.parametrize("name", ["table.csv", "table.parquet", "TABLE.PARQUET"])
def test_a_table_is_saved_in_the_format_of_its_suffix(tmp_path: Path, name: str) -> None:
    save_table(TABLE, tmp_path / name)
    again = pd.read_csv(tmp_path / name) if name.endswith("csv") else pd.read_parquet(tmp_path / name)
    pd.testing.assert_frame_equal(again, TABLE)


def test_a_failure_leaves_the_old_table_and_nothing_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "table.parquet"
    write_table(TABLE, str(target))
    before = target.read_bytes()
    unwritable = pd.DataFrame({"mixed": [{"a": 1}, object()]})
    with pytest.raises(Exception, match=r"."):
        write_table(unwritable, str(target))
    assert target.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["table.parquet"]


def test_an_unknown_ending_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"ends in .csv or .parquet; got '.*table.xlsx'. Rename --output."):
        write_table(TABLE, str(tmp_path / "table.xlsx"))


def test_a_place_that_cannot_be_written_to_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match=r"Choose another --output."):
        write_table(TABLE, str(tmp_path / "file" / "table.csv"))
