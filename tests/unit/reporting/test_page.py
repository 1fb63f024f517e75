"""A page carries everything, loads nothing, and is written whole or not at all."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtadgat.reporting import page
from mtadgat.reporting.report import write_report
from report_examples import example_content


@settings(deadline=None)
@given(text=st.text() | st.sampled_from(["</script>", "<!--<script>", "]]>", "&amp;", "\u2028"]))
def test_embedded_json_reads_back_and_cannot_end_its_element(text: str) -> None:
    embedded = str(page.embedded({"name": text}))
    assert json.loads(embedded) == {"name": text}
    assert not set("<>&\u2028\u2029") & set(embedded)


def test_numbers_that_json_lacks_are_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        page.embedded(float("nan"))


def test_only_our_scripts_and_styles_are_allowed_and_nothing_is_fetched(tmp_path: Path) -> None:
    html = write_report(tmp_path / "report.html", example_content()).read_text()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html)
    assert policy
    said = policy[1].replace("&#39;", "'")
    assert said.startswith("default-src 'none'; ")
    bodies = re.findall(r"<(?:script|style)>(.*?)</(?:script|style)>", html, re.DOTALL)
    assert len(bodies) == 3
    for body in bodies:
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in said


def test_no_address_of_another_place_is_in_a_page(tmp_path: Path) -> None:
    html = write_report(tmp_path / "report.html", example_content()).read_text()
    markup = re.sub(r"<(script|style)\b.*?</\1>", "", html, flags=re.DOTALL)
    assert not re.search(r"""(src|href)=["'](?!#)""", markup)
    # The vendored library names its home in a comment, and a namespace is a name, not an address that is opened.
    addresses = set(re.findall(r"https?://[^\s\"'<>)]+", html))
    assert addresses <= {"https://github.com/leeoniya/uPlot", "http://www.w3.org/2000/svg"}
    assert "@import" not in html and "url(" not in html


def test_a_page_that_fails_leaves_the_old_one_and_no_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "report.html"
    target.write_text("old")

    def fail(self: Path, other: Path) -> Path:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        write_report(target, example_content())
    assert target.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]


def test_the_folder_of_a_page_is_made(tmp_path: Path) -> None:
    assert write_report(tmp_path / "new" / "folder" / "report.html", example_content()).is_file()


def test_names_that_are_no_unicode_text_are_written(tmp_path: Path) -> None:
    content = example_content(("broken \udcff", "b", "c", "d"))
    assert "broken ?" in write_report(tmp_path / "report.html", content).read_text()


def test_the_library_stands_beside_its_licence() -> None:
    folder = Path(page.__file__).parent / "assets" / "uplot"
    assert "MIT" in (folder / "LICENSE").read_text()
    assert (folder / "uPlot.iife.min.js").stat().st_size < 60_000
