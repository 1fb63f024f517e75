"""The API page is made from the docstrings, and holds every public name and every parameter's help."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import mtadgat
from checkout import ROOT


def test_the_page_holds_every_public_name_and_the_help_of_parameters(tmp_path: Path) -> None:
    script = ROOT / "scripts" / "api_docs.py"
    ended = subprocess.run([sys.executable, str(script), str(tmp_path)], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip() == str(tmp_path / "index.html")
    page = (tmp_path / "mtadgat.html").read_text()
    assert [name for name in mtadgat.__all__ if f'id="{name}"' not in page] == []
    assert "Rows that the network sees at once." in page
    assert "Share of healthy rows that POT may flag" in page
