"""What a user loses when these fail: a layout that is offered and cannot be used, or one that nobody can choose."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtadgat.data import layouts
from mtadgat.data.layouts.layout import Layout

NAMES = ("telemanom", "omnianomaly", "splits", "table")


def test_layouts_are_tried_from_the_most_special_to_the_most_general() -> None:
    assert layouts.layout_names() == NAMES


@pytest.mark.parametrize("name", layouts.layout_names())
def test_every_choice_is_a_layout_that_says_what_it_looks_like(name: str) -> None:
    (layout,) = layouts.candidates(name)
    assert isinstance(layout, Layout)
    assert type(layout).__module__ == f"mtadgat.data.layouts.{name}_layout"
    assert layout.description


def test_every_module_of_a_layout_is_a_choice() -> None:
    modules = Path(layouts.__file__).parent.glob("*_layout.py")
    assert {file.stem.removesuffix("_layout") for file in modules} == set(layouts.layout_names())


def test_auto_tries_every_layout() -> None:
    assert layouts.candidates() == tuple(layouts.find_layout(name) for name in NAMES)
