"""What README shows works as it stands."""

from __future__ import annotations

import re
import shlex
from itertools import pairwise
from pathlib import Path

import pytest

from checkout import ROOT
from mtadgat.cli import main

README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, flags=re.S)
ENTRIES = {"main": "run"}


def lines(language: str) -> list[str]:
    return [line for kind, block in BLOCKS if kind == language for line in block.replace("\\\n", " ").splitlines()]


def commands() -> list[list[str]]:
    """The command line that each `mlflow run` and each `mtadgat` line of README comes to."""
    found = []
    for line in lines("sh"):
        for part in line.split(" && "):
            words = shlex.split(part)
            if words[:2] == ["mlflow", "run"]:
                entry = words[words.index("-e") + 1] if "-e" in words else "main"
                given = [word for flag, word in pairwise(words) if flag == "-P"]
                found.append([ENTRIES.get(entry, entry), *(f"--{parameter}" for parameter in given)])
            elif words[:1] == ["mtadgat"]:
                found.append(words[1:])
    return found


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command_is_one_that_the_command_line_understands(words: list[str]) -> None:
    command = main.get_command(main.make_context("mtadgat", ["train"]), words[0])
    assert command is not None
    parsed = command.make_context(words[0], words[1:], parent=main.make_context("mtadgat", words))
    assert parsed.command is command


def test_the_python_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (example,) = [block for kind, block in BLOCKS if kind == "python"]
    known: dict[str, object] = {}
    exec(example, known)  # the example is ours
    table = known["table"]
    assert len(table) == 500  # type: ignore[arg-type]
    assert (tmp_path / "detector" / "weights.safetensors").is_file()


def test_files_and_pictures_that_are_named_exist() -> None:
    for path in re.findall(r"\]\(([\w/.-]+)\)", README):
        assert (ROOT / path).is_file(), path


def test_the_port_of_the_server_is_the_same_everywhere() -> None:
    script = (ROOT / "scripts" / "query_server.sh").read_text()
    (port,) = re.findall(r"port=\$\{1:-(\d+)\}", script)
    assert f"-p {port} " in README
    assert f"query_server.sh {port}" in README
