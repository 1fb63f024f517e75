"""Colours of every picture and page, told apart by people with any kind of colour vision.

The hues are those of Okabe and Ito, "Color Universal Design" (2008), darkened or lightened until lines reach a
contrast of 3:1 and text one of 4.5:1 with the paper that they stand on.
"""

from __future__ import annotations

from typing import Final

LIGHT: Final = {
    "paper": "#ffffff",
    "raised": "#f5f6f7",
    "ink": "#1c2430",
    "muted": "#57606c",
    "rule": "#d5d9de",
    "score": "#1c2430",
    "threshold": "#b6410a",
    "labelled": "#d48c00",
    "predicted": "#0072b2",
    "actual": "#1c2430",
    "forecast": "#c2480b",
    "reconstruction": "#0072b2",
    "good": "#00734f",
    "bad": "#a5320a",
}
DARK: Final = {
    "paper": "#14181d",
    "raised": "#1d2329",
    "ink": "#e8ebee",
    "muted": "#a3acb5",
    "rule": "#39424b",
    "score": "#e8ebee",
    "threshold": "#ff8a4c",
    "labelled": "#e6a51e",
    "predicted": "#56b4e9",
    "actual": "#e8ebee",
    "forecast": "#ff8a4c",
    "reconstruction": "#56b4e9",
    "good": "#2fc795",
    "bad": "#ff8a66",
}
RUNS: Final = ("#0072b2", "#c2480b", "#007d5a", "#a8578a", "#8a6d00", "#4a5a6a", "#5b4fc4", "#a0343c")
RUNS_DARK: Final = ("#56b4e9", "#ff8a4c", "#2fc795", "#dd94bd", "#d9c04a", "#a9bccd", "#a39bf5", "#ee8087")
"""One colour for each compared run."""
