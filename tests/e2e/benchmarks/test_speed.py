"""The benchmark compares two networks that compute the same, and runs as its documentation says."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

from checkout import ROOT
from mtadgat.config import DetectorConfig
from mtadgat.detector.network import build_network

FOLDER = ROOT / "scripts" / "benchmarks"


@pytest.mark.parametrize("attention", ["gat", "gatv2"])
@pytest.mark.parametrize("decoder_input", ["repeated", "smeared"])
def test_the_plain_network_is_the_same_function(
    monkeypatch: pytest.MonkeyPatch, attention: str, decoder_input: str
) -> None:
    monkeypatch.syspath_prepend(str(FOLDER))
    from plain_network import PlainNetwork

    config = DetectorConfig(window=12, attention=attention, decoder_input=decoder_input)
    network = build_network(config, 5, (0, 3)).eval()
    windows = torch.rand(3, 12, 5)
    ours, plain = network(windows), PlainNetwork(network)(windows)
    torch.testing.assert_close(ours.forecast, plain.forecast, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(ours.reconstruction, plain.reconstruction, atol=1e-5, rtol=1e-5)


@pytest.mark.slow
def test_the_benchmark_prints_its_table() -> None:
    small = ["--window", "10", "--batch-size", "8", "--batches", "2", "--plain-batches", "2", "--threads", "1"]
    command = [sys.executable, str(FOLDER / "speed.py"), *small]
    table = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    assert [line.split(" | ")[0] for line in table[2:]] == ["| train, windows/s", "| score, windows/s"]
    speeds = [float(cell.replace(",", "")) for line in table[2:] for cell in line.strip("| ").split(" | ")[1:3]]
    assert all(speed > 0 for speed in speeds)
