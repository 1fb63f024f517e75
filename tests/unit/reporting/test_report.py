"""report.html as a document: what it says, without a browser."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import mtadgat
from mtadgat.reporting.content import ReportContent, ThresholdLine
from mtadgat.reporting.report import write_report
from report_examples import HOSTILE, ROWS, example_content


class Document(HTMLParser):
    """Elements, and the text outside of scripts and styles."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self._open[-1:]):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def document(content: ReportContent, folder: Path) -> Document:
    return Document(write_report(folder / "report.html", content).read_text())


def test_the_report_says_what_was_found_and_what_chance_would_find(tmp_path: Path) -> None:
    text = document(example_content(), tmp_path).text
    assert "Evaluation of fleet-web-1" in text
    assert "2 of 3 labelled events found, 1 false alarm" in text
    assert "F1 rows as they are 0.610 0.050 0.220 +0.390" in text
    assert "Point adjustment flatters" in text
    assert "chosen with the labels in sight" in text
    assert "4 of 4" not in text


def test_every_event_has_a_section_with_features_latency_and_causes(tmp_path: Path) -> None:
    content = example_content()
    found = document(content, tmp_path)
    sections = found.all("details")
    assert [section["id"] for section in sections] == [f"event-{place}" for place in range(1, 5)]
    assert [section["data-kind"] for section in sections] == [page.kind for page in content.events]
    assert "Event flagged 5 rows (25 min) after its start" in found.text
    assert "Known causes:" in found.text and "rank 1" in found.text


def test_headings_tables_and_pictures_can_be_heard(tmp_path: Path) -> None:
    found = document(example_content(), tmp_path)
    levels = [int(tag[1]) for tag, _ in found.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert len(found.all("table")) == len(found.all("caption"))
    assert all("scope" in cell for cell in found.all("th"))
    assert all(each["aria-label"] for tag, each in found.tags if each.get("role") == "img")
    assert all(each["role"] == "img" for each in found.all("canvas"))
    assert found.all("html")[0]["lang"] == "en"


def test_texts_of_others_are_shown_and_never_run(tmp_path: Path) -> None:
    content = replace(
        example_content(HOSTILE), subject=HOSTILE[0], facts=((HOSTILE[1], HOSTILE[0]),),
        thresholds=(ThresholdLine(HOSTILE[0], np.full(ROWS, 1.0)),),
    )  # fmt: skip
    found = document(content, tmp_path)
    assert len(found.all("script")) == 3
    assert not found.all("img")
    assert not any(name.startswith("on") for _, attributes in found.tags for name in attributes)
    assert HOSTILE[0] in found.text
    raw = (tmp_path / "report.html").read_text()
    embedded = re.search(r'id="plot-data">(.*?)</script>', raw, re.DOTALL)
    assert embedded
    names = {feature["name"] for event in json.loads(embedded[1])["events"] for feature in event["features"]}
    assert names == set(HOSTILE)


EMPTY = ReportContent("bare", np.zeros(1, dtype=np.float32), (ThresholdLine("pot", np.ones(1)),), ("a",))


@pytest.mark.parametrize(
    "content",
    [
        EMPTY,
        replace(example_content(), labels=None, tables=(), events=(), losses=None),
        replace(example_content(), labels=np.zeros(ROWS, dtype=bool), events=()),
        replace(example_content(), labels=np.ones(ROWS, dtype=bool), events=()),
        replace(example_content(), thresholds=(ThresholdLine("pot", np.full(ROWS, np.inf)),)),
        replace(example_content(), scores=np.full(ROWS, np.nan, dtype=np.float32), events=()),
        example_content(timed=False),
    ],
    ids=["one row", "no labels", "nothing labelled", "all labelled", "infinite threshold", "no scores", "no time"],
)
def test_reports_with_parts_missing_are_written(content: ReportContent, tmp_path: Path) -> None:
    found = document(content, tmp_path)
    assert found.all("h1")
    assert not re.search(r"\bnan\b|\bNone\b(?! of)", found.text)


def test_a_copy_of_the_package_writes_the_report_as_well(tmp_path: Path) -> None:
    home = Path(mtadgat.__file__).parent
    shutil.copytree(home, tmp_path / "code" / "mtadgat", ignore=shutil.ignore_patterns("__pycache__"))
    script = (
        "import numpy as np, mtadgat, sys\n"
        "from mtadgat.reporting.content import ReportContent, ThresholdLine\n"
        "from mtadgat.reporting.report import write_report\n"
        "line = ThresholdLine('pot', np.ones(5))\n"
        "print(write_report(sys.argv[1], ReportContent('copy', np.zeros(5), (line,), ('a',))), mtadgat.__file__)\n"
        "assert 'torch' not in sys.modules and 'mlflow' not in sys.modules"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "code")}
    told = subprocess.run(
        [sys.executable, "-W", "error", "-c", script, str(tmp_path / "report.html")],
        check=True, capture_output=True, text=True, env=environment,
    ).stdout  # fmt: skip
    assert str(tmp_path / "code") in told
    assert (tmp_path / "report.html").stat().st_size > 50_000
