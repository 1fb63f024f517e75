"""What a user loses when these fail: the old file, to half of a new one."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from mtadgat.atomic_file import atomic_file


def test_the_target_is_replaced_at_the_end_of_the_block(tmp_path: Path) -> None:
    target = tmp_path / "table.csv"
    target.write_text("old")
    with atomic_file(target) as file:
        assert (file.parent, file.suffix) == (target.parent, target.suffix)
        assert file.name.startswith("."), "a reader of the folder would take it for data"
        file.write_text("new")
        assert target.read_text() == "old"
    assert target.read_text() == "new"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("error", [ValueError("full"), KeyboardInterrupt()])
def test_a_failure_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path, error: BaseException) -> None:
    target = tmp_path / "table.csv"
    target.write_text("old")
    with pytest.raises(type(error)), atomic_file(target) as file:
        file.write_text("half")
        raise error
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_failure_before_anything_is_written_is_the_error_that_is_raised(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="early"), atomic_file(tmp_path / "table.csv"):
        raise ValueError("early")
    assert not list(tmp_path.iterdir())


def test_the_folder_is_made(tmp_path: Path) -> None:
    with atomic_file(tmp_path / "new" / "folder" / "a.txt") as file:
        file.write_text("a")
    assert (tmp_path / "new" / "folder" / "a.txt").read_text() == "a"


def test_the_permissions_are_those_of_a_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain.txt").write_text("a")
    with atomic_file(tmp_path / "whole.txt") as file:
        file.write_text("a")
    assert (tmp_path / "whole.txt").stat().st_mode == (tmp_path / "plain.txt").stat().st_mode


def test_two_writers_at_once_do_not_share_a_file(tmp_path: Path) -> None:
    target = tmp_path / "table.csv"
    both_open = threading.Barrier(2, timeout=20)
    names = []

    def write(letter: str) -> None:
        with atomic_file(target) as file:
            names.append(file.name)
            both_open.wait()
            file.write_text(letter * 10_000)
            both_open.wait()

    writers = [threading.Thread(target=write, args=(letter,)) for letter in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(set(names)) == 2
    assert target.read_text() in ("a" * 10_000, "b" * 10_000)
    assert list(tmp_path.iterdir()) == [target]
