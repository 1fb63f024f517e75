"""Checkpoints of the reference implementation give what the reference gave."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from mtadgat.detector.reference_checkpoint import load_reference_checkpoint
from mtadgat.errors import DataError

ALPHAS = {"smd-1-1": 0.2, "smap": 0.2, "gat-small": 0.1}


@pytest.mark.parametrize("name", ALPHAS)
def test_a_checkpoint_gives_the_outputs_of_the_reference(golden: Path, name: str) -> None:
    network = load_reference_checkpoint(golden / f"{name}.pt", alpha=ALPHAS[name])
    known = np.load(golden / f"{name}.npz")
    with torch.inference_mode():
        output = network(torch.from_numpy(known["windows"]))
    assert not network.training
    np.testing.assert_allclose(output.forecast.numpy(), known["forecast"], atol=1e-5, rtol=0)
    np.testing.assert_allclose(output.reconstruction.numpy(), known["reconstruction"], atol=1e-5, rtol=0)


def test_sizes_come_from_the_weights(golden: Path) -> None:
    network = load_reference_checkpoint(golden / "smap.pt")
    assert (network.window, network.features, network.targets) == (100, 25, (0,))


def test_a_missing_checkpoint_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError) as raised:
        load_reference_checkpoint(tmp_path / "model.pt")
    assert str(raised.value) == (
        f"Expected a checkpoint at {tmp_path / 'model.pt'}; got no such file. Correct the path."
    )


def write_text(path: Path) -> None:
    path.write_text("loss, epoch")


def write_nothing(path: Path) -> None:
    path.write_bytes(b"")


def write_list(path: Path) -> None:
    torch.save([1, 2], path)


def write_other_weights(path: Path) -> None:
    torch.save(torch.nn.Linear(2, 3).state_dict(), path)


def write_whole_module(path: Path) -> None:
    torch.save(torch.nn.Linear(2, 3), path)


@pytest.mark.parametrize("write", [write_text, write_nothing, write_list, write_other_weights, write_whole_module])
def test_another_file_is_refused_and_never_unpickled(tmp_path: Path, write: object) -> None:
    write(tmp_path / "model.pt")
    with pytest.raises(DataError, match=r"to hold the state dict of a reference MTAD-GAT; got .*Give the model\.pt"):
        load_reference_checkpoint(tmp_path / "model.pt")


def test_weights_that_do_not_fit_each_other_are_refused(golden: Path, tmp_path: Path) -> None:
    weights = torch.load(golden / "gat-small.pt", map_location="cpu", weights_only=True)
    weights["recon_model.fc.weight"] = torch.zeros(7, 99)
    torch.save(weights, tmp_path / "model.pt")
    with pytest.raises(DataError, match="size mismatch"):
        load_reference_checkpoint(tmp_path / "model.pt")
