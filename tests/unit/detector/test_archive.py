"""An archive comes back as it went, and anything else is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mtadgat.detector import archive
from mtadgat.errors import DataError


def test_facts_and_arrays_come_back(tmp_path: Path) -> None:
    arrays = {"a": np.arange(6, dtype=np.float32).reshape(2, 3).T, "b": np.float64(3) * np.ones(2)}
    archive.write(tmp_path / "new" / "folder", {"features": ["cpu"]}, arrays)
    metadata, again = archive.read(tmp_path / "new" / "folder")
    assert metadata["features"] == ["cpu"]
    for name, array in arrays.items():
        np.testing.assert_array_equal(again[name], array)
        assert again[name].dtype == array.dtype
    assert sorted(file.name for file in (tmp_path / "new" / "folder").iterdir()) == [archive.METADATA, archive.ARRAYS]


@pytest.mark.parametrize("text", ["", "[]", '{"format": 99}', "{not json"])
def test_a_folder_of_another_kind_is_refused(tmp_path: Path, text: str) -> None:
    archive.write(tmp_path, {}, {"a": np.zeros(1)})
    (tmp_path / archive.METADATA).write_text(text)
    with pytest.raises(DataError, match=r"Expected a folder with detector.json .* of format 1; got"):
        archive.read(tmp_path)


def test_a_missing_folder_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"Give a folder that Detector\.save wrote"):
        archive.read(tmp_path / "nowhere")
