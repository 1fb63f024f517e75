"""What a user loses when these fail: measurements, overwritten under another spelling of their name."""

from __future__ import annotations

import pytest

from mtadgat.data.storage.place import place

SAME = [
    ("abfss://c@acc.dfs.core.windows.net/a/b.csv", "abfs://c@acc.dfs.core.windows.net/a/b.csv"),
    ("abfss://c@acc.dfs.core.windows.net/a/b.csv", "az://c/a/b.csv"),
    ("abfss://c@acc.dfs.core.windows.net/a/b.csv", "https://acc.blob.core.windows.net/c/a/b.csv?sv=2024&sig=x"),
    ("s3://b/a/b.csv", "s3a://b//a/b.csv/"),
    ("gs://b/a.csv", "gcs://b/a.csv"),
    ("http://host/a%20b.csv", "https://HOST/a b.csv"),
    ("sftp://me@host/a.csv", "ssh://host/a.csv"),
    ("memory://a/b.csv", "memory:///a/b.csv"),
    ("MEMORY://a/b.csv", "memory://a/b.csv"),
]
OTHER = [
    ("abfss://c@acc.dfs.core.windows.net/a/b.csv", "abfss://c@other.dfs.core.windows.net/a/b.csv"),
    ("abfss://c@acc.dfs.core.windows.net/a/b.csv", "abfss://d@acc.dfs.core.windows.net/a/b.csv"),
    ("s3://b/a.csv", "s3://b/A.csv"),
    ("s3://b/a.csv", "gs://b/a.csv"),
    ("http://one/a.csv", "http://two/a.csv"),
    ("memory://a/b.csv", "/a/b.csv"),
    ("d.csv", "d.csv.gz"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_place_are_known(one: str, other: str) -> None:
    assert place(one).leads_to(place(other))
    assert place(other).leads_to(place(one))


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_other_places_are_told_apart(one: str, other: str) -> None:
    assert not place(one).leads_to(place(other))


def test_a_file_lies_in_the_folders_above_it_and_in_no_other() -> None:
    file = place("s3://b/a/b/c.csv")
    assert file.lies_in(place("s3://b"))
    assert file.lies_in(place("s3a://b/a/"))
    assert file.name_in(place("s3a://b/a/")) == "b/c.csv"
    assert not file.lies_in(file)
    assert not file.lies_in(place("s3://b/a/b/c"))
    assert place("/x/y").lies_in(place("/"))
