"""The parts of the data are read once, however many steps need them."""

from __future__ import annotations

from pathlib import Path

from mtadgat.data.splits import Splits
from searching import write_data


def test_a_part_is_read_once(tmp_path: Path) -> None:
    data = write_data(tmp_path)
    splits = Splits(data)
    assert {"train", "eval"} <= set(splits.names)
    first = splits.read("train")
    Path(data.fpath).rename(tmp_path / "elsewhere")
    assert splits.read("train") is first
