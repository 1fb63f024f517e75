"""The splits of the data are read once, however many steps need them, and their files are listed once."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtadgat.config import DataConfig
from mtadgat.data import reader
from mtadgat.data.source import Source, find_source
from mtadgat.data.splits import Splits
from searching import write_data


def test_a_split_is_read_once(tmp_path: Path) -> None:
    data = write_data(tmp_path)
    splits = Splits(data)
    assert {"train", "eval"} <= set(splits.names)
    first = splits.read("train")
    Path(data.fpath).rename(tmp_path / "elsewhere")
    assert splits.read("train") is first


def test_files_are_listed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []

    def counted(url: str, layout: str, join_files: bool | None) -> Source:
        opened.append((url, layout))
        return find_source(url, layout, join_files)

    monkeypatch.setattr(reader, "find_source", counted)
    for split in ("train", "eval"):
        (tmp_path / f"{split}.csv").write_text("a,b\n1,2\n3,4\n")
    splits = Splits(DataConfig(fpath=str(tmp_path)))
    assert splits.names == ("train", "eval")
    assert len(splits.read("train")) == len(splits.read("eval")) == 2
    assert opened == [(str(tmp_path), "auto")]


def test_splits_of_the_demo_need_no_files() -> None:
    splits = Splits(DataConfig(fpath="demo", entity="machine-2"))
    assert splits.names == ("train", "eval", "new")
    assert splits.read("new").name == "demo-machine-2"
