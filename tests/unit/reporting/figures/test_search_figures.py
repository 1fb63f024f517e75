"""Pictures of a search can be drawn whatever the trials came to."""

from __future__ import annotations

import io
import math

import pandas as pd
import pytest
from matplotlib.figure import Figure

from mtadgat.reporting.figures.search_figures import search_history_figure, search_parameters_figure
from mtadgat.search.trial import TrialRecord, trials_table

NAMES = ("learning_rate", "gru_hidden", "attention", "clip", "top")


def trial(number: int, loss: float, status: str = "finished") -> TrialRecord:
    parameters = {
        "learning_rate": 10.0 ** -(1 + number % 4),
        "gru_hidden": 50 * (1 + number % 5),
        "attention": "gat" if number % 2 else "gatv2",
        "clip": None if number % 3 else 2.0,
        **({"top": number} if number % 2 else {}),
    }
    return TrialRecord(number, status, loss, parameters, {})


MANY = [
    *(trial(number, 1 / (1 + number)) for number in range(9)),
    trial(9, 2.0, "pruned"),
    trial(10, math.nan, "failed"),
]
CASES = {
    "many": MANY,
    "one": MANY[:1],
    "failed only": MANY[-1:],
    "pruned only": MANY[-2:-1],
    "two alike": [MANY[0]] * 2,
}


def drawn(figure: Figure) -> int:
    content = io.BytesIO()
    figure.savefig(content)
    return len(content.getvalue())


def table(records: list[TrialRecord]) -> pd.DataFrame:
    return trials_table(records, NAMES)


@pytest.mark.parametrize("case", CASES)
def test_both_pictures_can_be_drawn(case: str) -> None:
    assert drawn(search_history_figure(table(CASES[case]), "validation")) > 5_000
    assert drawn(search_parameters_figure(table(CASES[case]), NAMES, "validation")) > 5_000


def texts(figure: Figure) -> str:
    return "\n".join(text.get_text() for text in figure.findobj() if hasattr(text, "get_text"))


def test_the_history_tells_the_lowest_loss_and_what_became_of_the_others() -> None:
    told = texts(search_history_figure(table(MANY), "vus_pr"))
    assert "Lowest loss 0.1111, in trial 8" in told
    assert "11 trials, 1 pruned, 1 failed" in told
    assert "loss (vus_pr)" in told


def test_a_search_in_which_nothing_finished_says_so() -> None:
    assert "No trial finished" in texts(search_history_figure(table(MANY[-1:]), "validation"))


def test_parameters_over_orders_of_magnitude_are_evenly_spread() -> None:
    figure = search_parameters_figure(table(MANY), ("learning_rate",), "validation")
    heights = {round(float(line.get_ydata()[0]), 3) for line in figure.axes[0].lines if len(line.get_ydata()) == 2}
    assert {0.0, 0.333, 0.667, 1.0} <= heights
