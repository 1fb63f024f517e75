"""Colours must be read by everybody, on screen and on paper, by day and by night."""

from __future__ import annotations

import pytest

from mtadgat.reporting.palette import DARK, LIGHT, RUNS, RUNS_DARK

TEXTS = ("ink", "muted", "good", "bad", "predicted")
LINES = ("score", "threshold", "predicted", "actual", "forecast", "reconstruction")


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read_on_paper_and_on_raised_ground(palette: dict[str, str]) -> None:
    for name in TEXTS:
        assert contrast(palette[name], palette["paper"]) >= 4.5, name
    assert contrast(palette["ink"], palette["raised"]) >= 4.5
    assert contrast(palette["paper"], palette["bad"]) >= 4.5


@pytest.mark.parametrize(("palette", "runs"), [(LIGHT, RUNS), (DARK, RUNS_DARK)], ids=["light", "dark"])
def test_lines_stand_out_from_the_paper(palette: dict[str, str], runs: tuple[str, ...]) -> None:
    for colour in (*(palette[name] for name in LINES), *runs):
        assert contrast(colour, palette["paper"]) >= 3, colour


def test_both_palettes_name_the_same_colours() -> None:
    assert LIGHT.keys() == DARK.keys()
    assert len(RUNS) == len(RUNS_DARK) == len(set(RUNS)) == len(set(RUNS_DARK))
