"""The quality table is made as its documentation says, and an interrupted one goes on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from checkout import ROOT

SCRIPT = ROOT / "scripts" / "benchmarks" / "quality.py"
SMALL = [f"--set={setting}" for setting in ("window=10", "epochs=1", "stride=20", "gru_hidden=4", "device=cpu")]


def made(out: Path, entities: str, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), "--fpath=demo", f"--entities={entities}", f"--out={out}", *SMALL, *words]
    return subprocess.run(command, capture_output=True, text=True, check=True)


@pytest.mark.slow
def test_a_table_goes_on_where_it_was_and_stands_beside_the_best_peer(tmp_path: Path) -> None:
    out, peers = tmp_path / "quality.csv", tmp_path / "peers.csv"
    made(out, "machine-1")
    first = pd.read_csv(out)
    metrics = ["VUS-PR", "AUC-PR", "Standard-F1", "PA-F1", "Event-based-F1", "R-based-F1", "Affiliation-F"]
    known = [
        (entity, method, vus) for entity in ("machine-1", "machine-2") for method, vus in (("A", 0.1), ("B", 0.3))
    ]
    known.append(("machine-1", "only on one", 0.9))
    pd.DataFrame([{"entity": e, "method": m, **dict.fromkeys(metrics, vus)} for e, m, vus in known]).to_csv(peers)
    ended = made(out, "machine-1,machine-2", f"--peers={peers}")
    assert "machine-1" not in ended.stderr.split("machine-2 seed 0")[0]  # it was there already
    rows = pd.read_csv(out)
    pd.testing.assert_frame_equal(rows.head(1), first)
    assert rows["VUS-PR"].between(0, 1).all()
    last = ended.stdout.splitlines()[-1].split()
    assert last[:2] == ["B", "0.300"]
