"""Data in Azure storage, read and written through Azurite; wrong credentials say so and are never shown."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mtadgat.data.reader import read_series
from mtadgat.data.storage.azure import azure_options
from mtadgat.data.storage.writing import write_table
from mtadgat.errors import DataError, redacted

# The account that every Azurite has, from its documentation.
ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
WRONG = KEY.replace("Eby8", "AAAA")
URL = f"abfss://fleet@{ACCOUNT}.dfs.core.windows.net"
ROWS = pd.DataFrame({"cpu": np.arange(50.0), "net": np.arange(50.0) ** 2})

# Sockets that adlfs leaves to the collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(scope="module")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The blob endpoint of an Azurite with a container ``fleet``."""
    program = shutil.which("azurite-blob")
    if program is None:
        pytest.skip("azurite-blob is not installed: npm install -g azurite@3.35.0")
    blob = pytest.importorskip("azure.storage.blob", reason="adlfs is absent: pip install -r envs/azure.txt")
    pytest.importorskip("adlfs", reason="adlfs is absent: pip install -r envs/azure.txt")
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        port = opened.getsockname()[1]
    folder = tmp_path_factory.mktemp("azurite")
    command = [program, "--blobHost", "127.0.0.1", "--blobPort", str(port), "--location", str(folder), "--silent"]
    process = subprocess.Popen(
        [*command, "--skipApiVersionCheck", "--disableTelemetry"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        endpoint = f"http://127.0.0.1:{port}/{ACCOUNT}"
        _await(port)
        with blob.BlobServiceClient.from_connection_string(connection(endpoint)) as client:
            client.create_container("fleet")
            _upload(client, "csv/train.csv", ROWS.to_csv(index=False).encode())
            _upload(client, "parquet/train.parquet", ROWS.to_parquet(index=False))
        yield endpoint
    finally:
        process.terminate()
        process.wait(20)


def _await(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("azurite did not start")


def _upload(client: object, name: str, content: bytes) -> None:
    with client.get_blob_client("fleet", name) as target:
        target.upload_blob(content)


def connection(endpoint: str, key: str = KEY) -> str:
    return f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={key};BlobEndpoint={endpoint};"


@pytest.fixture
def with_key(azurite: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_STORAGE_CONNECTION_STRING", connection(azurite))


@pytest.mark.usefixtures("with_key")
@pytest.mark.parametrize("path", ["csv", "csv/train.csv", "parquet"])
def test_a_series_is_read(path: str) -> None:
    series = read_series(f"{URL}/{path}", split="train")
    assert list(series.features) == ["cpu", "net"]
    assert np.array_equal(series.values, ROWS.to_numpy())


@pytest.mark.usefixtures("with_key")
@pytest.mark.parametrize("name", ["p.csv", "deep/p.parquet"])
def test_predictions_are_written(name: str, tmp_path: Path) -> None:
    write_table(ROWS, f"{URL}/out/{name}")
    again = read_series(f"{URL}/out/{name}", split="train")
    assert np.array_equal(again.values, ROWS.to_numpy())


def test_a_shared_access_signature_opens_what_it_allows(azurite: str, monkeypatch: pytest.MonkeyPatch) -> None:
    blob = pytest.importorskip("azure.storage.blob")
    signature = blob.generate_account_sas(
        ACCOUNT,
        KEY,
        blob.ResourceTypes(container=True, object=True),
        blob.AccountSasPermissions(read=True, list=True),
        datetime.now(UTC) + timedelta(hours=1),
    )
    joined = f"BlobEndpoint={azurite};SharedAccessSignature={signature}"
    monkeypatch.setenv("AZURE_STORAGE_CONNECTION_STRING", joined)
    assert len(read_series(f"{URL}/csv", split="train")) == 50
    with pytest.raises(DataError, match=r"(?s)credentials that open .*AuthorizationPermissionMismatch") as refused:
        write_table(ROWS, f"{URL}/out/p.csv")
    assert signature.rpartition("sig=")[2] not in str(refused.value)


def test_a_wrong_key_is_told_and_not_shown(azurite: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_STORAGE_CONNECTION_STRING", connection(azurite, WRONG))
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
    }
    assert azure_options("s3://bucket/a.csv") == {}


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
    monkeypatch.setenv("AZURE_STORAGE_CONNECTION_STRING", connection("http://x"))
    shown = redacted(f"refused {KEY} at https://x/y?sv=1&sig=abc%3D&se=2")
    assert shown == "refused *** at https://x/y?sv=1&sig=***&se=2"
