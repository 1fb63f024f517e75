"""What needs an extra library works without the others, and says which is missing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

SMALL = ["--epochs=1", "--window=10", "--stride=40", "--gru-hidden=8", "--forecast-hidden=8"]
SMALL += ["--reconstruction-hidden=8"]
OPTIONAL = ("hyperopt", "jaxtyping", "pyspark", "adlfs", "azure", "deltalake")


def without_extras(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command where no optional library can be imported."""
    hidden = f"""
import sys
from importlib.machinery import PathFinder

class Hiding(PathFinder):
    @classmethod
    def find_spec(cls, fullname, path=None, target=None):
        return None if fullname.partition(".")[0] in {OPTIONAL!r} else PathFinder.find_spec(fullname, path, target)

sys.meta_path[:] = [Hiding if finder is PathFinder else finder for finder in sys.meta_path]
from mtadgat.cli import main
main({list(words)!r}, prog_name="mtadgat")
"""
    return subprocess.run([sys.executable, "-c", hidden], cwd=folder, capture_output=True, text=True, check=False)


def test_all_but_a_search_works_without_any(tmp_path: Path) -> None:
    ended = without_extras(tmp_path, "run", "--fpath=demo", "--output=predictions.parquet", *SMALL)
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "predictions.parquet").is_file()


def test_a_search_without_its_library_is_told_the_line_to_type(tmp_path: Path) -> None:
    ended = without_extras(tmp_path, "hyperopt", "--fpath=demo")
    assert ended.returncode == 2
    assert "pip install 'mtadgat[search]'" in ended.stderr
    assert "Traceback" not in ended.stderr
