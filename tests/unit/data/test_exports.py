"""What a user loses when these fail: an export of an instrument, a spreadsheet or a data base that cannot be read."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mtadgat.config import DataConfig
from mtadgat.data.reader import available_splits, read_series
from written_tables import ROWS, VALUES, lines, rows

EUROPEAN = [row.replace("2024-03-01", "01.03.2024") for row in rows(";", ",")]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig", "utf-16"])
def test_export_of_a_european_spreadsheet_is_read(tmp_path: Path, encoding: str) -> None:
    text = lines("sep=;", "Zeit;Temperatur;Druck", ";°C;bar", *EUROPEAN, "Anzahl Zeilen: 30").decode()
    file = tmp_path / "pump.csv"
    file.write_bytes(text.replace("\n", "\r\n").replace("Zeit", "Time").encode(encoding))
    series = read_series(str(file))
    assert series.features == ("Temperatur", "Druck")
    np.testing.assert_allclose(series.values, VALUES, atol=1e-4)
    assert series.timestamps is not None
    assert series.timestamps[-1] == np.datetime64("2024-03-01T00:29:00")


def test_notes_on_the_format_stay_with_the_series(write: Callable[..., str]) -> None:
    path = write("pump.csv", lines("# exported by x", "time;a;b", *rows(";", ","))[:-1].decode())
    notes = [note.text for note in read_series(path).reading.notes]
    assert "1 line before the table, from line 1 on, is skipped; --skip-lines says otherwise" in notes
    assert "numbers are read with a decimal comma; --decimal . reads them otherwise" in notes


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz", ".csv.bz2", ".csv.zst", ".csv.xz", ".csv.zip"])
def test_compressed_files_of_a_folder_are_its_splits(tmp_path: Path, suffix: str) -> None:
    if suffix.endswith("zst"):
        pytest.importorskip("zstandard")
    frame = pd.DataFrame(VALUES, columns=["a", "b"])
    for split in ("train", "eval"):
        frame.to_csv(tmp_path / f"{split}{suffix}", index=False)
    assert available_splits(DataConfig(fpath=str(tmp_path))) == ("train", "eval")
    np.testing.assert_allclose(read_series(str(tmp_path), split="eval").values, VALUES)


def test_zip_archive_of_any_name_is_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.writestr("data/pump.csv", lines("a,b", *["1.5,2.5"] * ROWS))
    series = read_series(str(tmp_path / "export.zip"))
    assert (series.features, series.dataset) == (("a", "b"), "export")


def test_options_reach_a_file_of_labels(tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_bytes(lines("x", "a;b", *["1,5;2,5"] * ROWS))
    (tmp_path / "eval.csv").write_bytes(lines("x", "a;b", *["1,5;2,5"] * ROWS))
    (tmp_path / "labels.csv").write_bytes(lines("x", "y;label", *["1,5;1"] * ROWS))
    series = read_series(str(tmp_path), split="eval", skip_lines=1, decimal=",")
    assert series.labels is not None
    assert series.labels.all()
