"""Pictures for files: each is drawn, says its fact, and survives awkward data."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.figure import Figure

from mtadgat.reporting.content import LossCurves, ReportContent, ThresholdLine
from mtadgat.reporting.figures import (
    event_figure,
    loss_figure,
    score_figure,
    score_histogram_figure,
)
from report_examples import HOSTILE, ROWS, example_content, example_losses

FIGURES: dict[str, Callable[[ReportContent], Figure]] = {
    "scores": score_figure,
    "histogram": score_histogram_figure,
    "event": lambda content: event_figure(content, content.events[0]),
}


def drawn(figure: Figure) -> bytes:
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=40)
    return picture.getvalue()


def texts(figure: Figure) -> str:
    found = [text.get_text() for axes in figure.axes for text in (axes.title, axes._left_title, *axes.texts)]
    return "\n".join(found)


@pytest.mark.parametrize("name", FIGURES)
def test_figures_are_drawn_as_png(name: str) -> None:
    assert drawn(FIGURES[name](example_content())).startswith(b"\x89PNG")


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("timed", [True, False])
def test_names_with_formulas_markup_and_unknown_letters_are_drawn_as_they_are(name: str, timed: bool) -> None:
    names = (*HOSTILE[:3], "温度")
    assert drawn(FIGURES[name](example_content(names, timed))).startswith(b"\x89PNG")


def test_the_titles_state_the_facts() -> None:
    content = example_content()
    assert "fleet-web-1: 2 of 3 labelled events found, 1 false alarm" in texts(score_figure(content))
    assert "fleet-web-1: event flagged 5 rows (25 min) after its start" in texts(
        event_figure(content, content.events[0])
    )
    assert "of labelled rows reach the threshold" in texts(score_histogram_figure(content))
    assert "Validation loss fell from 1.3 to 0.3" in texts(loss_figure(example_losses()))


def test_the_best_epoch_is_marked() -> None:
    for axes in loss_figure(example_losses()).axes:
        assert [6, 6] in [list(line.get_xdata()) for line in axes.lines]


def test_losses_without_validation_and_of_a_single_epoch_are_drawn() -> None:
    one = LossCurves(np.array([1]), np.ones((1, 3)), np.full((1, 3), np.nan), best_epoch=1)
    for losses in (one, example_losses(validated=False)):
        figure = loss_figure(losses)
        assert drawn(figure)
        assert all(len(axes.lines) == 2 for axes in figure.axes)


AWKWARD = {
    "constant scores": np.full(ROWS, 0.5, dtype=np.float32),
    "zero scores": np.zeros(ROWS, dtype=np.float32),
    "negative scores": np.linspace(-5, 5, ROWS).astype(np.float32),
    "one huge score": np.where(np.arange(ROWS) == 9, 1e9, 0.5).astype(np.float32),
}


@pytest.mark.parametrize("case", AWKWARD)
@pytest.mark.parametrize("name", ["scores", "histogram", "event"])
def test_awkward_scores_are_drawn(case: str, name: str) -> None:
    assert drawn(FIGURES[name](replace(example_content(), scores=AWKWARD[case])))


@pytest.mark.parametrize("limit", [np.inf, 0.0, -1.0])
@pytest.mark.parametrize("name", ["scores", "histogram", "event"])
def test_awkward_thresholds_are_drawn(limit: float, name: str) -> None:
    content = replace(example_content(), thresholds=(ThresholdLine("pot", np.full(ROWS, limit)),))
    assert drawn(FIGURES[name](content))


@pytest.mark.parametrize("labels", [None, np.ones(ROWS, dtype=bool), np.zeros(ROWS, dtype=bool)])
def test_series_without_labels_or_with_nothing_else_are_drawn(labels: np.ndarray | None) -> None:
    content = replace(example_content(), labels=labels)
    assert drawn(score_figure(content))
    assert drawn(score_histogram_figure(content))


def test_a_changing_threshold_is_drawn_as_it_changes() -> None:
    content = example_content()
    figure = score_figure(replace(content, thresholds=content.thresholds[1:]))
    assert len(set(figure.axes[0].lines[1].get_ydata())) > 100


def test_labelled_events_are_shaded_and_predicted_ones_marked() -> None:
    shades, lanes = score_figure(example_content()).axes
    assert len(shades.patches) == 3
    assert [len(lane.get_paths()) for lane in lanes.collections] == [3, 3]


def test_pictures_leave_the_global_state_of_matplotlib_alone() -> None:
    script = (
        "import sys, mtadgat.reporting.figures as f\n"
        "import numpy as np\n"
        "from mtadgat.reporting.content import LossCurves\n"
        "losses = LossCurves(np.array([1]), np.ones((1, 3)), np.ones((1, 3)), 1)\n"
        "f.loss_figure(losses).savefig(__import__('io').BytesIO())\n"
        "assert 'matplotlib.pyplot' not in sys.modules and 'torch' not in sys.modules and 'mlflow' not in sys.modules"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", script], check=True)
