"""A URL whose package is absent, or whose store cannot be opened, is told alike by whatever reads and writes."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from mtadgat.data.reader import read_series
from mtadgat.data.storage.filesystem import PACKAGES
from mtadgat.data.storage.writing import write_table
from mtadgat.errors import DataError, MissingExtraError

TABLE = pd.DataFrame({"a": [1.0, 2.0]})
Act = Callable[[str], object]
BOTH = pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda url: read_series(url, split="train"), id="read"),
        pytest.param(lambda url: write_table(TABLE, url), id="write"),
    ],
)


@pytest.fixture(params=["known to fsspec", "unknown to fsspec"])
def without(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Act:
    """Makes a package look absent; some protocols are known to fsspec through their package alone."""

    registry = sys.modules["fsspec.registry"]  # `fsspec.registry` itself is a mapping

    def hide(package: str) -> None:
        monkeypatch.setitem(sys.modules, package, None)
        for protocol in (name for name, needed in PACKAGES.items() if needed == package):
            monkeypatch.delitem(registry._registry, protocol, raising=False)
            if request.param == "unknown to fsspec":
                monkeypatch.delitem(registry.known_implementations, protocol, raising=False)

    return hide


@BOTH
@pytest.mark.parametrize("protocol", ["abfs", "abfss", "az", "s3", "s3a", "gs"])
def test_absent_package_is_answered_with_the_line_to_type(
    act: Act, protocol: str, without: Act, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "account")
    package = PACKAGES[protocol]
    without(package)
    lines = {"adlfs": "pip install 'mtadgat[azure]'"}
    monkeypatch.chdir(tmp_path)
    with pytest.raises(MissingExtraError) as error:
        act(f"{protocol}://bucket/asd/train.csv")
    assert str(error.value) == (
        f"Expected the package that opens {protocol}:// URLs; got an environment without it. "
        f"Run: {lines.get(package, f'pip install {package}')}"
    )
    assert error.value.exit_code == 2


@BOTH
def test_in_a_checkout_the_line_names_its_requirements(
    act: Act, without: Act, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    without("adlfs")
    (tmp_path / "envs").mkdir()
    (tmp_path / "envs" / "azure.txt").touch()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(MissingExtraError, match=r"Run: pip install -r envs/azure.txt$"):
        act("abfss://container@account.dfs.core.windows.net/train.csv")


@BOTH
def test_on_a_cluster_the_line_leaves_the_fsspec_of_the_runtime(
    act: Act, without: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABRICKS_RUNTIME_VERSION", "17.3")
    without("adlfs")
    without("s3fs")
    with pytest.raises(
        MissingExtraError, match=r"Add adlfs==2023.8.0 to the libraries of the job; in a notebook: %pip"
    ):
        act("abfss://container@account.dfs.core.windows.net/train.csv")
    with pytest.raises(MissingExtraError, match=r"Use a volume \(/Volumes/...\), or add s3fs to the libraries"):
        act("s3a://bucket/train.csv")


@BOTH
def test_retired_store_is_answered_with_its_successor(act: Act) -> None:
    with pytest.raises(DataError, match=r"adl://store/train.csv of Data Lake Storage Gen1, .* successor: abfss://"):
        act("adl://store/train.csv")


@BOTH
def test_store_that_refuses_the_connection_is_an_error_that_names_it(act: Act) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"ftp://127.0.0.1:{free.getsockname()[1]}/train.csv"
    with pytest.raises(DataError, match=rf"^Expected a store that answers at {url}; got ConnectionRefusedError"):
        act(url)


def test_unknown_protocol_names_the_option_that_gave_it() -> None:
    with pytest.raises(DataError, match=r"got 'foo://x.csv': Protocol not known: foo\. Check --fpath\.$"):
        read_series("foo://x.csv")
    with pytest.raises(DataError, match=r"got 'foo://x.csv': Protocol not known: foo\. Check --output\.$"):
        write_table(TABLE, "foo://x.csv")
