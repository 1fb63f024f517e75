"""Fixtures for the whole house."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from checkout import ROOT, SHARED
from small_files import web, write

__all__ = ["web", "write"]

os.environ["PYTHONPATH"] = str(ROOT / "src")  # for the processes that tests start
signal.signal(signal.SIGINT, signal.default_int_handler)  # shells start background jobs, and theirs, deaf to Ctrl-C


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
