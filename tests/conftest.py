"""Fixtures for the whole house."""

from __future__ import annotations

import os
import signal
from collections import Counter
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from checkout import ROOT, SHARED
from small_files import web, write

__all__ = ["web", "write"]

os.environ["PYTHONPATH"] = str(ROOT / "src")  # for the processes that tests start
signal.signal(signal.SIGINT, signal.default_int_handler)  # shells start background jobs, and theirs, deaf to Ctrl-C
hypothesis.settings.register_profile("busy cores", deadline=None)  # an example may wait for another process
hypothesis.settings.load_profile("busy cores")

WORKSPACE_TESTS = "tests/e2e/databricks"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand out whole groups of tests (`--dist loadfile`), each to one process."""
    from xdist.scheduler import LoadFileScheduling

    class GroupScheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid)

    return GroupScheduling(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the groups with the most slow tests first: one that started last would keep a single process busy."""
    if hasattr(config, "workerinput"):
        slow = Counter(group_of(item.nodeid) for item in items if item.get_closest_marker("slow"))
        items.sort(key=lambda item: -slow[group_of(item.nodeid)])


def group_of(nodeid: str) -> str:
    """Return the name of the group that shares a process: the file, or all that needs the stand-in workspace."""
    file = nodeid.partition("::")[0]
    return WORKSPACE_TESTS if file.startswith(f"{WORKSPACE_TESTS}/") else file


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
