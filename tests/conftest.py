"""Fixtures for the whole house."""

from __future__ import annotations

import os
import signal
from collections import Counter
from pathlib import Path

import hypothesis
import pytest

from checkout import ROOT, SHARED
from small_files import web, write

__all__ = ["web", "write"]

os.environ["PYTHONPATH"] = str(ROOT / "src")  # for the processes that tests start
signal.signal(signal.SIGINT, signal.default_int_handler)  # shells start background jobs, and theirs, deaf to Ctrl-C
hypothesis.settings.register_profile("busy cores", deadline=None)  # an example may wait for another process
hypothesis.settings.load_profile("busy cores")

TESTS = ROOT / "tests"
WORKSPACE_TESTS = TESTS / "e2e" / "databricks"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Group tests for the processes that share them, and put the groups with the most slow tests first.

    A group runs in one process: that of the marker ``xdist_group``, else the file; what needs the workspace, which
    takes long to start, is one group. Processes take groups in the order of collection, and a long group that starts
    last would keep one process busy alone.
    """
    if not hasattr(config, "workerinput"):  # a single process: fast tests first, as they were collected
        return
    groups = {item: _group(item) for item in items}
    slow = Counter(groups[item] for item in items if item.get_closest_marker("slow"))
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(groups[item]))
    items.sort(key=lambda item: -slow[groups[item]])


def _group(item: pytest.Item) -> str:
    marker = item.get_closest_marker("xdist_group")
    if marker is not None:
        return str(marker.args[0])
    if item.path.is_relative_to(WORKSPACE_TESTS):
        return str(WORKSPACE_TESTS.relative_to(TESTS))
    return str(item.path.relative_to(TESTS))


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
