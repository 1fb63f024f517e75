"""Fixtures for the whole house."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real public data beside the checkout; the test skips where it is absent."""
    folder = SHARED / "data"
    if not folder.is_dir():
        pytest.skip(f"real data are absent: no folder {folder}")
    return folder


@pytest.fixture(scope="session")
def golden() -> Path:
    """The folder of reference checkpoints and their outputs; the test skips where it is absent."""
    folder = SHARED / "golden"
    if not folder.is_dir():
        pytest.skip(f"reference checkpoints are absent: no folder {folder}")
    return folder
