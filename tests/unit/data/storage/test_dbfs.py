"""Paths as Databricks writes them lead to the folders that clusters have."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from mtadgat.data.reader import read_series
from mtadgat.data.storage import dbfs
from mtadgat.data.storage.writing import write_table
from mtadgat.errors import DataError


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(dbfs, "MOUNT", tmp_path)
    return tmp_path


@pytest.mark.parametrize("url", ["dbfs:/out/a.csv", "dbfs:///out/a.csv"])
def test_what_is_written_is_read_again(cluster: Path, url: str) -> None:
    write_table(pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 5.0]}), url)
    assert (cluster / "out" / "a.csv").is_file()
    assert len(read_series(url, split="train")) == 2


def test_a_volume_is_a_folder_and_other_urls_stay() -> None:
    assert dbfs.on_cluster("dbfs:/Volumes/main/ml/fleet") == "/Volumes/main/ml/fleet"
    assert dbfs.on_cluster("s3://bucket/fleet") == "s3://bucket/fleet"


def test_elsewhere_the_remedy_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dbfs, "MOUNT", tmp_path / "none")
    with pytest.raises(DataError, match=r"only Databricks clusters see. Run with -b databricks"):
        read_series("dbfs:/fleet", split="train")
    with pytest.raises(DataError, match=r"only Databricks clusters see"):
        write_table(pd.DataFrame({"a": [1]}), "dbfs:/out/a.csv")
