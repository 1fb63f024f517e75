"""Data in Azure storage, read and written through Azurite; wrong credentials say so and are never shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from azurite import ACCOUNT, KEY, URL, Azurite
from mtadgat.data.reader import read_series
from mtadgat.data.storage.azure import azure_options
from mtadgat.data.storage.filesystem import open_filesystem
from mtadgat.data.storage.writing import write_table
from mtadgat.errors import DataError, redacted

WRONG = KEY.replace("Eby8", "AAAA")
ROWS = pd.DataFrame({"cpu": np.cos(1.3 * np.arange(50)), "net": np.sin(np.arange(50))})

# Sockets that adlfs leaves to the collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(scope="module")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    """An account that keys and signatures open."""
    with Azurite(tmp_path_factory.mktemp("azurite")) as account:
        account.upload("csv/train.csv", ROWS.to_csv(index=False).encode())
        account.upload("parquet/train.parquet", ROWS.to_parquet(index=False))
        for month in range(1, 11):
            partition = f"parts/site=A/year=2024/month={month}/day=1/hour=0/part-0.parquet"
            account.upload(partition, ROWS[month * 5 - 5 : month * 5].to_parquet(index=False))
        yield account


@pytest.fixture
def with_key(azurite: Azurite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_STORAGE_CONNECTION_STRING", azurite.connection())


@pytest.mark.usefixtures("with_key")
@pytest.mark.parametrize("path", ["csv", "csv/train.csv", "parquet"])
def test_a_series_is_read(path: str) -> None:
    series = read_series(f"{URL}/{path}", split="train")
    assert list(series.features) == ["cpu", "net"]
    assert np.array_equal(series.values, ROWS.to_numpy())


@pytest.mark.usefixtures("with_key")
def test_partitions_are_one_table() -> None:
    series = read_series(f"{URL}/parts")
    assert np.array_equal(series.values, ROWS.to_numpy())
    assert series.entity == "A"


@pytest.mark.usefixtures("with_key")
@pytest.mark.parametrize("name", ["p.csv", "deep/p.parquet"])
def test_predictions_are_written(name: str, tmp_path: Path) -> None:
    write_table(ROWS, f"{URL}/out/{name}")
    again = read_series(f"{URL}/out/{name}", split="train")
    assert np.array_equal(again.values, ROWS.to_numpy())


@pytest.mark.usefixtures("with_key")
def test_predictions_replace_earlier_ones() -> None:
    for rows in (ROWS[:20], ROWS[10:]):
        write_table(rows, f"{URL}/again/p.parquet")
    assert np.array_equal(read_series(f"{URL}/again", split="train").values, ROWS[10:].to_numpy())


def test_a_shared_access_signature_opens_what_it_allows(azurite: Azurite, monkeypatch: pytest.MonkeyPatch) -> None:
    blob = pytest.importorskip("azure.storage.blob")
    signature = blob.generate_account_sas(
        ACCOUNT,
        KEY,
        blob.ResourceTypes(container=True, object=True),
        blob.AccountSasPermissions(read=True, list=True),
        datetime.now(UTC) + timedelta(hours=1),
    )
    joined = f"BlobEndpoint={azurite.endpoint};SharedAccessSignature={signature}"
    monkeypatch.setenv("AZURE_STORAGE_CONNECTION_STRING", joined)
    assert len(read_series(f"{URL}/csv", split="train")) == 50
    with pytest.raises(DataError, match=r"(?s)credentials that open .*AuthorizationPermissionMismatch") as refused:
        write_table(ROWS, f"{URL}/out/p.csv")
    assert signature.rpartition("sig=")[2] not in str(refused.value)


def test_a_wrong_key_is_told_and_not_shown(azurite: Azurite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_STORAGE_CONNECTION_STRING", azurite.connection(WRONG))
    for attempt in (
        lambda: read_series(f"{URL}/csv", split="train"),
        lambda: write_table(ROWS, f"{URL}/out/p.csv"),
    ):
        with pytest.raises(DataError, match=r"Check AZURE_STORAGE_CONNECTION_STRING, and the role") as refused:
            attempt()
        assert WRONG not in str(refused.value)
        assert "AuthorizationFailure" in str(refused.value)


@pytest.mark.usefixtures("with_key")
def test_a_missing_container_is_told() -> None:
    elsewhere = URL.replace("fleet", "none")
    with pytest.raises(DataError, match=r"got nothing there. Check --fpath."):
        read_series(f"{elsewhere}/csv", split="train")
    with pytest.raises(DataError, match=r"no container none. Make it, or check the address."):
        write_table(ROWS, f"{elsewhere}/p.csv")


def test_credentials_go_by_name_and_the_account_of_the_url_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    for option in ("ACCOUNT_NAME", "TENANT_ID", "CLIENT_ID", "CLIENT_SECRET"):
        monkeypatch.setenv(f"AZURE_STORAGE_{option}", option.lower())
    assert azure_options("az://fleet/a.csv")["account_name"] == "account_name"
    assert azure_options(f"{URL}/a.csv") == {
        "tenant_id": "tenant_id",
        "client_id": "client_id",
        "client_secret": "client_secret",
        "anon": False,
    }
    assert azure_options("s3://bucket/a.csv") == {}


@pytest.mark.parametrize(
    ("host", "account", "blobs"),
    [
        ("store.dfs.core.chinacloudapi.cn", "store", "store.blob.core.chinacloudapi.cn"),
        ("store.dfs.core.usgovcloudapi.net", "store", "store.blob.core.usgovcloudapi.net"),
        ("store.z01.dfs.storage.azure.net", "store", "store.z01.blob.storage.azure.net"),
        ("onelake.dfs.fabric.microsoft.com", "onelake", "onelake.blob.fabric.microsoft.com"),
    ],
)
def test_the_host_of_the_url_says_which_cloud(
    host: str, account: str, blobs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    adlfs = pytest.importorskip("adlfs", reason="adlfs is absent: pip install -r envs/azure.txt")
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "another")
    monkeypatch.setenv("AZURE_STORAGE_SAS_TOKEN", "sv=2024-01-01&sig=abc")
    filesystem, path = open_filesystem(f"abfss://fleet@{host}/a/b.csv", "--fpath")
    assert isinstance(filesystem, adlfs.AzureBlobFileSystem)
    assert (filesystem.account_name, filesystem.account_url) == (account, f"https://{blobs}")
    assert path == "fleet/a/b.csv"


@pytest.mark.parametrize("cloud", ["core.windows.net", "core.chinacloudapi.cn"])
def test_an_address_of_the_blob_service_wins_over_the_host_of_the_url(
    cloud: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("adlfs", reason="adlfs is absent: pip install -r envs/azure.txt")
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_HOST", "https://127.0.0.1:10000/store/")
    monkeypatch.setenv("AZURE_STORAGE_SAS_TOKEN", "sv=2024-01-01&sig=abc")
    filesystem, _ = open_filesystem(f"abfss://fleet@store.dfs.{cloud}/a.csv", "--fpath")
    assert (filesystem.account_name, filesystem.account_url) == ("store", "https://127.0.0.1:10000/store")


def test_a_url_that_names_no_account_is_told() -> None:
    for attempt in (
        lambda: read_series("az://fleet/csv", split="train"),
        lambda: write_table(ROWS, "az://fleet/p.csv"),
    ):
        with pytest.raises(DataError, match=r"names none. Write abfss://.*, or set AZURE_STORAGE_ACCOUNT_NAME.$"):
            attempt()


@pytest.mark.parametrize(("variable", "value"), [("CONNECTION_STRING", "nonsense"), ("CLIENT_ID", "half-of-it")])
def test_credentials_of_which_a_part_is_missing_are_told(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("adlfs", reason="adlfs is absent: pip install -r envs/azure.txt")
    monkeypatch.setenv(f"AZURE_STORAGE_{variable}", value)
    with pytest.raises(
        DataError, match=rf"^Expected credentials that open {URL}/csv; .*Check AZURE_STORAGE_{variable},"
    ):
        read_series(f"{URL}/csv", split="train")


@pytest.mark.parametrize(
    ("variables", "credential"),
    [
        ({"TENANT_ID": "tenant", "CLIENT_ID": "client", "CLIENT_SECRET": "secret"}, "ClientSecretCredential"),
        ({}, "DefaultAzureCredential"),
    ],
)
def test_a_service_principal_or_the_default_credential_is_used(
    variables: dict[str, str], credential: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    adlfs = pytest.importorskip("adlfs", reason="adlfs is absent: pip install -r envs/azure.txt")
    for option, value in variables.items():
        monkeypatch.setenv(f"AZURE_STORAGE_{option}", value)
    filesystem = adlfs.AzureBlobFileSystem(
        account_name="fleet", skip_instance_cache=True, **azure_options("abfss://a@fleet.dfs.core.windows.net/b")
    )
    assert type(filesystem.credential).__name__ == credential


def test_secrets_of_the_environment_are_redacted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "AZURE_STORAGE_CONNECTION_STRING", f"AccountName={ACCOUNT};AccountKey={KEY};BlobEndpoint=http://x;"
    )
    shown = redacted(f"refused {KEY} at https://x/y?sv=1&sig=abc%3D&se=2")
    assert shown == "refused *** at https://x/y?sv=1&sig=***&se=2"
