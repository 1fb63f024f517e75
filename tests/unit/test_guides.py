"""CONTRIBUTING and ARCHITECTURE name files and folders that are there."""

from __future__ import annotations

import re

import pytest

from checkout import ROOT

PATH = re.compile(r"`([\w./-]+(?:\.(?:py|ya?ml|md|j2)|/))`")
SOURCES = [f"/{path.relative_to(ROOT / 'src')}" for path in (ROOT / "src").rglob("*")]


@pytest.mark.parametrize("guide", ["CONTRIBUTING.md", "ARCHITECTURE.md"])
def test_a_guide_names_no_path_that_is_missing(guide: str) -> None:
    named = [path for path in PATH.findall((ROOT / guide).read_text()) if "NAME" not in path]
    missing = [path for path in named if not is_there(path.rstrip("/"))]
    assert named
    assert not missing


def is_there(path: str) -> bool:
    """Whether the path is one of the checkout, or the end of one of the package or the tests."""
    tests = any(ROOT.glob(f"tests/**/{path}"))
    return (ROOT / path).exists() or tests or any(source.endswith(f"/{path}") for source in SOURCES)
