"""The table of thresholds is made from detectors that are trained once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from checkout import ROOT

SCRIPT = ROOT / "scripts" / "benchmarks" / "thresholds.py"
SMALL = [f"--set={setting}" for setting in ("window=10", "epochs=1", "stride=20", "gru_hidden=4", "device=cpu")]


def made(folder: Path, *words: str) -> list[str]:
    command = [sys.executable, str(SCRIPT), "--fpath=demo", "--entities=machine-1", f"--detectors={folder}"]
    return subprocess.run([*command, *words], capture_output=True, text=True, check=True).stdout.splitlines()


@pytest.mark.slow
def test_no_threshold_without_labels_beats_the_best_possible_and_trained_detectors_are_taken_again(
    tmp_path: Path,
) -> None:
    lines = made(tmp_path, *SMALL, "--try", "pot_q=0.01 pot_drift=none", "--try", "reg_level=0")
    assert [line.split("  ")[0] for line in lines[1:]] == [
        "best possible",
        "pot, defaults",
        "epsilon, defaults",
        "pot, pot_q=0.01 pot_drift=none",
        "epsilon, reg_level=0",
    ]
    reached = [float(line.split()[-1]) for line in lines[1:]]
    assert max(reached) == reached[0]
    written = (tmp_path / "machine-1-seed-0" / "weights.safetensors").stat().st_mtime_ns
    assert made(tmp_path, "--try", "reg_level=0")[1].split() == lines[1].split()
    assert (tmp_path / "machine-1-seed-0" / "weights.safetensors").stat().st_mtime_ns == written
