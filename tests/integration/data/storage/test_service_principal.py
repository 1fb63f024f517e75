"""A service principal opens Azure storage: Azurite over https asks for tokens, which an endpoint on loopback gives.

The processes are of their own, since their libraries read at import which certificates they trust.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from azurite import ACCOUNT, URL, Azurite
from entra import Entra
from loopback_certificate import make_certificate

ROWS = pd.DataFrame(np.random.default_rng(0).random((50, 2)), columns=["cpu", "net"])
COPY = """
import sys
import pandas as pd
from mtadgat.data.reader import read_series
from mtadgat.data.storage.writing import write_table

source, target = sys.argv[1:]
series = read_series(source, split="train")
write_table(pd.DataFrame(series.values, columns=series.features), target)
"""


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Azurite, Entra]]:
    """An account that takes tokens, and the directory that gives them."""
    certificate = make_certificate(tmp_path_factory.mktemp("certificate"))
    with Azurite(tmp_path_factory.mktemp("azurite"), certificate) as account, Entra(certificate) as entra:
        account.upload("csv/train.csv", ROWS.to_csv(index=False).encode())
        yield account, entra


def variables(account: Azurite, entra: Entra) -> dict[str, str]:
    """The variables of a shell whose user has a service principal, and nothing else that could open the account."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("AZURE_")}
    return {
        **bare,
        "AZURE_STORAGE_ACCOUNT_HOST": account.host,
        "AZURE_STORAGE_TENANT_ID": entra.principal.tenant_id,
        "AZURE_STORAGE_CLIENT_ID": entra.principal.client_id,
        "AZURE_STORAGE_CLIENT_SECRET": entra.principal.client_secret,
        "AZURE_AUTHORITY_HOST": entra.url,
        "SSL_CERT_FILE": str(account.certificate.file),
    }


def python(*words: str, environment: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words], env=environment, cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.mark.parametrize("url", [URL, "az://fleet"])
def test_it_reads_and_writes_and_replaces_what_it_wrote(
    services: tuple[Azurite, Entra], tmp_path: Path, url: str
) -> None:
    account, entra = services
    environment = {**variables(account, entra), "AZURE_STORAGE_ACCOUNT_NAME": ACCOUNT}
    given = entra.given
    for source in ("csv", "out"):
        ended = python(
            "-c", COPY, f"{url}/{source}", f"{url}/out/train.parquet", environment=environment, folder=tmp_path
        )
        assert ended.returncode == 0, ended.stderr
    assert entra.given > given
    pd.testing.assert_frame_equal(pd.read_parquet(BytesIO(account.download("out/train.parquet"))), ROWS)


def test_one_that_is_refused_is_told_and_its_secret_is_not_shown(
    services: tuple[Azurite, Entra], tmp_path: Path
) -> None:
    environment = {**variables(*services), "AZURE_STORAGE_CLIENT_SECRET": "guessed~wrongly"}
    ended = python("-m", "mtadgat", "train", "--fpath", f"{URL}/csv", environment=environment, folder=tmp_path)
    assert ended.returncode == 2
    assert "AADSTS7000215: Invalid client secret" in ended.stderr
    assert "Check AZURE_STORAGE_TENANT_ID, AZURE_STORAGE_CLIENT_ID, AZURE_STORAGE_CLIENT_SECRET" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "guessed" not in ended.stdout + ended.stderr
