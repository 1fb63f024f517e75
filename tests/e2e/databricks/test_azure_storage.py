"""Jobs read and write Azure storage by a service principal, with the cluster file for it; secrets go by reference."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import mlflow
import pandas as pd
import pytest
from mlflow.entities import Run

from azurite import ACCOUNT, URL, Azurite
from checkout import ROOT
from entra import Entra
from loopback_certificate import make_certificate
from mtadgat.data.demo import simulate
from workspace import Workspace
from workspace.jobs import Job

Submit = Callable[..., tuple[Job, Run]]

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::ResourceWarning")]

SCOPE = "mtadgat"
SMALL = "-P epochs=1 -P window=10 -P gru_hidden=8 -P forecast_hidden=8 -P reconstruction_hidden=8 -P stride=20"
VOLUME = "main/ml/certificates"


@dataclass(frozen=True)
class Store:
    """A storage account, the directory whose tokens open it, and the cluster file of jobs that use it."""

    account: Azurite
    entra: Entra
    cluster: Path

    def entry_point(self, name: str, parameters: str) -> str:
        """Return the command that sends an entry point, with the machine's folder as its data."""
        data = f"-P fpath={URL}/fleet/machine-1"
        return f"mlflow run . -b databricks --backend-config {self.cluster} -e {name} {data} {parameters}"


@pytest.fixture(scope="module")
def store(cluster_maker: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with the data of one machine; the workspace keeps the principal among its secrets."""
    certificate = make_certificate(tmp_path_factory.mktemp("certificate"))
    with Azurite(tmp_path_factory.mktemp("azurite"), certificate) as account, Entra(certificate) as entra:
        for split in ("train", "eval", "new"):
            table = simulate("machine-1", split).table
            account.upload(f"fleet/machine-1/{split}.parquet", table.to_parquet(index=False))
        cluster_maker.secrets[SCOPE] = {
            "account-name": ACCOUNT,
            "tenant-id": entra.principal.tenant_id,
            "client-id": entra.principal.client_id,
            "client-secret": entra.principal.client_secret,
        }
        volume = cluster_maker.jobs.volumes / VOLUME
        volume.mkdir(parents=True)
        shutil.copy(certificate.file, volume)
        cluster = tmp_path_factory.mktemp("cluster") / "azure_adls.json"
        cluster.write_text(json.dumps(_on_loopback(account, entra, f"/Volumes/{VOLUME}/{certificate.file.name}")))
        yield Store(account, entra, cluster)
        del cluster_maker.secrets[SCOPE]


def _on_loopback(account: Azurite, entra: Entra, certificate: str) -> dict[str, object]:
    """Return the project's cluster file, with what leads its libraries to this machine instead of Azure."""
    cluster = json.loads((ROOT / "cluster_definitions" / "azure_adls.json").read_text())
    cluster["spark_env_vars"] |= {
        "AZURE_STORAGE_ACCOUNT_HOST": account.host,
        "AZURE_AUTHORITY_HOST": entra.url,
        "SSL_CERT_FILE": certificate,
    }
    return cluster


def test_train_evaluate_and_predict_read_the_store_and_write_to_it(store: Store, submit: Submit) -> None:
    given = store.entra.given
    output = f"-P output={URL}/predictions/machine-1.parquet"
    ended = {
        "train": submit(store.entry_point("train", SMALL), MLFLOW_EXPERIMENT_NAME="/Shared/adls"),
        "evaluate": submit(store.entry_point("evaluate", ""), MLFLOW_EXPERIMENT_NAME="/Shared/adls"),
        "predict": submit(store.entry_point("predict", output), MLFLOW_EXPERIMENT_NAME="/Shared/adls"),
    }
    for job, run in ended.values():
        assert job.outcome["ok"], job.cluster.log()
        assert run.info.status == "FINISHED"
        assert store.entra.principal.client_secret not in job.cluster.log()
    assert store.entra.given >= given + 3
    assert any(name.endswith("vus_pr") for name in ended["evaluate"][1].data.metrics)
    table = pd.read_parquet(BytesIO(store.account.download("predictions/machine-1.parquet")))
    new = simulate("machine-1", "new").table
    assert list(pd.to_datetime(table["timestamp"])) == list(pd.to_datetime(new["timestamp"]))
    assert table["score"].notna().all()
    assert ended["predict"][1].data.metrics["rows"] == len(table)


def test_a_secret_that_the_directory_refuses_fails_the_run_with_that_reason(
    store: Store, submit: Submit, cluster_maker: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(cluster_maker.secrets[SCOPE], "client-secret", "expired~secret")
    job, run = submit(store.entry_point("train", SMALL))
    assert job.state.result_state.value == "FAILED"
    reason = mlflow.get_run(run.info.run_id).data.tags["mtadgat.error"]
    assert "Invalid client secret" in reason
    assert "Check AZURE_STORAGE_TENANT_ID, AZURE_STORAGE_CLIENT_ID, AZURE_STORAGE_CLIENT_SECRET" in reason
    assert "expired~secret" not in reason + job.cluster.log()
