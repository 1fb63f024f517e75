"""The pages in a real browser: they draw, zoom, print, fit a phone, and complain of nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from browser import Browser, opened
from mtadgat import read_series
from mtadgat.data.profile import profile_of
from mtadgat.reporting.check_page import CheckedPart, write_check
from mtadgat.reporting.comparison import ComparedRun, Comparison, write_comparison
from mtadgat.reporting.content import LossCurves, ReportContent, ThresholdLine
from mtadgat.reporting.palette import DARK, LIGHT
from mtadgat.reporting.report import write_report
from report_examples import HOSTILE, ROWS, example_attention, example_content, example_losses

PHONE = 380
WINDOW_SHOWN = "const s = document.querySelector('.overview .u-select'); return s.offsetLeft + '|' + s.offsetWidth"
IS_WHOLE = "return document.querySelector('.overview').classList.contains('whole')"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with opened() as found:
        yield found


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    content = example_content()
    more = replace(content.events[3], attention=example_attention(content.features, "event 4"))
    pages = (*content.events[:3], more)
    return write_report(tmp_path_factory.mktemp("report") / "report.html", replace(content, events=pages))


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Path:
    content = example_content()
    assert content.labels is not None
    line, rows = content.thresholds[0], content.tables[0].rows
    noise = np.random.default_rng(3).random(ROWS)
    runs = (
        ComparedRun("deep", content.scores, line, rows),
        ComparedRun(HOSTILE[0], noise, ThresholdLine("fixed", np.full(ROWS, 0.99)), rows),
    )
    path = tmp_path_factory.mktemp("comparison") / "compare.html"
    return write_comparison(path, Comparison("fleet", runs, content.labels, content.timestamps))


def inked(browser: Browser, selector: str) -> int:
    """Return how many pixels of a canvas are drawn."""
    return int(
        browser.run(
            "const c = document.querySelector(arguments[0]);"
            "const p = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
            "let n = 0; for (let i = 3; i < p.length; i += 4) n += p[i] > 0; return n",
            selector,
        )
    )


def drag(browser: Browser, start: float, stop: float, shift: bool = False) -> None:
    """Drag over the chart of the scores, from one share of its width to another."""
    from selenium.webdriver import ActionChains, Keys

    over = browser.one("#score-chart .u-over")
    browser.run("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", over)
    width = over.size["width"]
    actions = ActionChains(browser.driver, duration=20)
    if shift:
        actions.key_down(Keys.SHIFT)
    actions.move_to_element_with_offset(over, int((start - 0.5) * width), 0).click_and_hold()
    actions.move_to_element_with_offset(over, int((stop - 0.5) * width), 0).release()
    if shift:
        actions.key_up(Keys.SHIFT)
    actions.perform()
    browser.settle()


def test_the_report_opens_without_a_complaint_and_draws_its_charts(browser: Browser, report: Path) -> None:
    browser.open(report)
    assert inked(browser, "#score-chart canvas") > 5000
    assert inked(browser, ".overview canvas") > 500
    assert len(browser.run("return [...document.querySelectorAll('#loss-charts canvas')].map(c => c.width)")) == 3
    for name in ("healthy", "event", "difference"):
        assert inked(browser, f"canvas[data-matrix={name}]") == 16
    assert browser.complaints() == []


def test_nothing_is_fetched(browser: Browser, report: Path) -> None:
    browser.open(report)
    assert browser.run("return performance.getEntriesByType('resource').map(each => each.name)") == []


def test_dragging_zooms_and_a_double_click_shows_all_again(browser: Browser, report: Path) -> None:
    from selenium.webdriver import ActionChains

    browser.open(report)
    assert browser.run(IS_WHOLE)
    drag(browser, 0.2, 0.4)
    assert not browser.run(IS_WHOLE)
    left, width = map(int, browser.run(WINDOW_SHOWN).split("|"))
    whole = browser.one(".overview .u-over").size["width"]
    assert abs(left / whole - 0.2) < 0.02
    assert abs(width / whole - 0.2) < 0.02
    ActionChains(browser.driver).double_click(browser.one("#score-chart .u-over")).perform()
    browser.settle()
    assert browser.run(IS_WHOLE)
    assert browser.complaints() == []


def test_a_shifted_drag_moves_the_chart(browser: Browser, report: Path) -> None:
    browser.open(report)
    drag(browser, 0.4, 0.6)
    left, width = map(int, browser.run(WINDOW_SHOWN).split("|"))
    drag(browser, 0.5, 0.9, shift=True)
    moved, same = map(int, browser.run(WINDOW_SHOWN).split("|"))
    assert moved < left
    assert abs(same - width) <= 1


def test_buttons_and_keys_zoom_and_move(browser: Browser, report: Path) -> None:
    browser.open(report)
    for step in ("in", "in", "left"):
        browser.click(f"#scores [data-do={step}]")
    browser.settle()
    left, width = map(int, browser.run(WINDOW_SHOWN).split("|"))
    chart = browser.one("#score-chart")
    chart.send_keys("-")
    browser.settle()
    assert int(browser.run(WINDOW_SHOWN).split("|")[1]) == pytest.approx(2 * width, abs=2)
    chart.send_keys("0")
    browser.settle()
    assert browser.run(IS_WHOLE)
    assert left > 0


def test_the_overview_picks_what_is_shown(browser: Browser, report: Path) -> None:
    from selenium.webdriver import ActionChains

    browser.open(report)
    over = browser.one(".overview .u-over")
    browser.run("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", over)
    actions = ActionChains(browser.driver, duration=20).move_to_element_with_offset(over, 0, 0)
    actions.click_and_hold().move_by_offset(120, 0).release().perform()
    browser.settle()
    left, width = map(int, browser.run(WINDOW_SHOWN).split("|"))
    assert abs(left - over.size["width"] / 2) <= 2
    assert abs(width - 120) <= 2


def test_the_cursor_reads_time_score_and_threshold(browser: Browser, report: Path) -> None:
    from selenium.webdriver import ActionChains

    browser.open(report)
    over = browser.one("#score-chart .u-over")
    browser.run("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", over)
    ActionChains(browser.driver).move_to_element(over).perform()
    browser.settle()
    said = browser.one("#score-readout").text
    assert re.match(r"2026-01-06 0\d:\d\d · score 0\.\d+ · threshold 1", said), said


def test_another_threshold_changes_table_text_and_chart(browser: Browser, report: Path) -> None:
    browser.open(report)
    tables = "return [...document.querySelectorAll('.by-threshold table')].map(t => t.checkVisibility())"
    assert browser.run(tables) == [True, False]
    browser.click("input[name=threshold][value='1']")
    browser.settle()
    assert browser.run(tables) == [False, True]
    assert "threshold best_f1 (changes over time)" in browser.one("#scores").text
    assert browser.complaints() == []


def test_the_logarithmic_axis_can_be_chosen(browser: Browser, report: Path) -> None:
    browser.open(report)
    before = inked(browser, "#score-chart canvas")
    browser.click("#scores [data-do=log]")
    browser.settle()
    assert inked(browser, "#score-chart canvas") != before
    assert browser.complaints() == []


def test_a_page_of_an_event_draws_when_it_is_opened(browser: Browser, report: Path) -> None:
    browser.open(report)
    assert browser.run("return document.querySelectorAll('#event-1 canvas').length") == 0
    browser.click("#event-1 summary")
    browser.settle()
    assert browser.run("return document.querySelectorAll('#event-1 canvas').length") == 5
    assert inked(browser, "#event-1 canvas") > 1000
    assert browser.complaints() == []


def test_a_click_on_an_event_in_the_chart_opens_its_page_and_back(browser: Browser, report: Path) -> None:
    from selenium.webdriver import ActionChains

    browser.open(report)
    over = browser.one("#score-chart .u-over")
    browser.run("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", over)
    place = (2550 / ROWS - 0.5) * over.size["width"]
    ActionChains(browser.driver).move_to_element_with_offset(over, int(place), 0).click().perform()
    browser.settle()
    assert browser.run("return [...document.querySelectorAll('details[open]')].map(d => d.id)") == ["event-4"]
    browser.click("#event-4 [data-show]")
    browser.settle()
    left, width = map(int, browser.run(WINDOW_SHOWN).split("|"))
    whole = browser.one(".overview .u-over").size["width"]
    assert left / whole < 2500 / ROWS and (left + width) / whole > 2600 / ROWS


def test_events_can_be_filtered_by_kind(browser: Browser, report: Path) -> None:
    browser.open(report)
    browser.click("input[name=kind][value='false alarm']")
    shown = "return [...document.querySelectorAll('details.event')].filter(d => d.checkVisibility()).map(d => d.id)"
    assert browser.run(shown) == ["event-3"]


def test_the_attention_of_another_event_can_be_chosen_and_read(browser: Browser, report: Path) -> None:
    from selenium.webdriver import ActionChains
    from selenium.webdriver.support.ui import Select

    browser.open(report)
    canvas = browser.one("canvas[data-matrix=event]")
    browser.run("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", canvas)
    ActionChains(browser.driver).move_to_element_with_offset(canvas, 5, 5).perform()
    browser.settle()
    assert browser.one("#attention-readout").text.startswith("disk read reads disk read: healthy ")
    Select(browser.one("#attention-choice")).select_by_index(1)
    shown = "return [...document.querySelectorAll('.by-attention')].map(d => d.checkVisibility())"
    assert browser.run(shown) == [False, True]


@pytest.fixture(scope="module")
def long_names(tmp_path_factory: pytest.TempPathFactory) -> Path:
    names = tuple(f"{letter * 150}" for letter in "abcd")
    return write_report(tmp_path_factory.mktemp("long") / "report.html", example_content(names))


@pytest.mark.parametrize("page", ["report", "comparison", "long_names"])
def test_a_phone_scrolls_in_one_direction_only(browser: Browser, page: str, request: pytest.FixtureRequest) -> None:
    browser.open(request.getfixturevalue(page), PHONE, 800, touch=True)
    for place in range(4):
        if page != "comparison":
            browser.run(f"document.getElementById('event-{place + 1}').open = true")
    browser.settle()
    width, window = browser.run("return [document.documentElement.scrollWidth, innerWidth]")
    assert width <= window == PHONE
    wide = browser.run(
        "return [...document.querySelectorAll('body *')].filter(e => !e.closest('.skip, .u-hz, .scroll, svg')"
        " && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.tagName + '.' + e.className)"
    )
    assert wide == []
    assert browser.complaints() == []


def test_on_a_phone_two_fingers_zoom_and_one_moves(browser: Browser, report: Path) -> None:
    browser.open(report, PHONE, 800, touch=True)
    over = browser.one("#score-chart .u-over")
    browser.run("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", over)
    box = browser.run(
        "const b = arguments[0].getBoundingClientRect(); return [b.left, b.top + b.height / 2, b.width]", over
    )

    def touch(kind: str, *shares: float) -> None:
        points = [{"x": box[0] + share * box[2], "y": box[1], "id": place} for place, share in enumerate(shares)]
        browser.command("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 0.4, 0.6)
    for apart in (0.15, 0.2, 0.3):
        touch("touchMove", 0.5 - apart, 0.5 + apart)
    touch("touchEnd")
    browser.settle()
    left, width = map(int, browser.run(WINDOW_SHOWN).split("|"))
    assert abs(width / box[2] - 1 / 3) < 0.05
    touch("touchStart", 0.3)
    for share in (0.4, 0.5, 0.6):
        touch("touchMove", share)
    touch("touchEnd")
    browser.settle()
    assert int(browser.run(WINDOW_SHOWN).split("|")[0]) < left
    assert browser.complaints() == []


@pytest.mark.parametrize(("dark", "palette"), [(False, LIGHT), (True, DARK)], ids=["light", "dark"])
def test_the_page_follows_the_readers_choice_of_light_or_dark(
    browser: Browser, report: Path, dark: bool, palette: dict[str, str]
) -> None:
    browser.open(report, dark=dark)
    paper = browser.run("return getComputedStyle(document.body).backgroundColor")
    channels = [int(palette["paper"][at : at + 2], 16) for at in (1, 3, 5)]
    assert paper == f"rgb({channels[0]}, {channels[1]}, {channels[2]})"


@pytest.mark.parametrize("dark", [False, True])
def test_print_shows_every_event_on_light_paper_and_leaves_the_page_as_it_was(
    browser: Browser, report: Path, dark: bool
) -> None:
    browser.open(report, dark=dark)
    # What is on the sheets is noted while they are printed: the streams of a PDF are compressed.
    browser.run(
        "addEventListener('beforeprint', () => queueMicrotask(() => window.seen = ["
        " document.querySelectorAll('details[open]').length, document.querySelectorAll('.traces canvas').length,"
        " getComputedStyle(document.documentElement).getPropertyValue('--paper')]))"
    )
    widths = "return [...document.querySelectorAll('#scores canvas')].map(canvas => canvas.width)"
    before = browser.run(widths)
    pdf = browser.pdf()
    assert pdf.startswith(b"%PDF")
    assert len(re.findall(rb"/Type /Page\b", pdf)) >= 6
    assert browser.run("return window.seen") == [4, 20, LIGHT["paper"]]
    browser.settle()
    assert browser.run("return document.querySelectorAll('details[open]').length") == 0
    assert browser.run(widths) == before
    assert browser.complaints() == []


def test_the_comparison_draws_both_runs_and_hides_one(browser: Browser, comparison: Path) -> None:
    browser.open(comparison)
    before = inked(browser, "#score-chart canvas")
    browser.click("input[name=run][value='1']")
    browser.settle()
    assert 0 < inked(browser, "#score-chart canvas") < before
    drag(browser, 0.2, 0.4)
    assert not browser.run(IS_WHOLE)
    assert browser.complaints() == []


def test_texts_of_others_do_not_run(browser: Browser, tmp_path: Path) -> None:
    content = replace(example_content(HOSTILE), subject=HOSTILE[0])
    browser.open(write_report(tmp_path / "report.html", content))
    browser.click("#event-1 summary")
    browser.settle()
    assert browser.driver.title == f"Evaluation of {HOSTILE[0]}"
    assert browser.run("return document.querySelectorAll('img').length") == 0
    assert browser.complaints() == []


def test_the_report_works_in_the_frame_in_which_mlflow_shows_it(
    browser: Browser, report: Path, tmp_path: Path
) -> None:
    frame = tmp_path / "frame.html"
    frame.write_text(
        f'<!doctype html><iframe sandbox="allow-scripts" width="900" height="700" src="{report.as_uri()}">'
    )
    browser.open(frame)
    browser.driver.switch_to.frame(0)
    assert inked(browser, "#score-chart canvas") > 3000
    browser.driver.switch_to.default_content()
    assert browser.complaints() == []


ONE_EPOCH = LossCurves(np.array([1]), np.ones((1, 3)), np.full((1, 3), np.nan), best_epoch=1)
SPARSE = {
    "one row": ReportContent("bare", np.zeros(1), (ThresholdLine("pot", np.ones(1)),), ("a",), losses=ONE_EPOCH),
    "no labels": replace(example_content(), labels=None, tables=(), events=(), losses=None),
    "no scores": replace(example_content(), scores=np.full(ROWS, np.nan), events=()),
    "infinite threshold": replace(example_content(), thresholds=(ThresholdLine("pot", np.full(ROWS, np.inf)),)),
    "row numbers": example_content(timed=False),
    "zero scores": replace(example_content(), scores=np.zeros(ROWS)),
    "no validation": replace(example_content(), losses=example_losses(validated=False)),
}


@pytest.mark.parametrize("case", SPARSE)
def test_reports_with_parts_missing_open_without_a_complaint(browser: Browser, case: str, tmp_path: Path) -> None:
    browser.open(write_report(tmp_path / "report.html", SPARSE[case]))
    browser.click("#scores [data-do=log]")
    browser.click("#scores [data-do=in]")
    browser.settle()
    assert browser.complaints() == []


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    splits = {split: read_series("demo", split=split) for split in ("train", "eval", "new")}
    parts = [CheckedPart(profile_of(series, split), series) for split, series in splits.items()]
    return write_check(tmp_path_factory.mktemp("check") / "check.html", parts)


CHARTS = "return document.querySelectorAll('.feature .uplot').length"


@pytest.mark.parametrize("width", [PHONE, 1280])
@pytest.mark.parametrize("dark", [False, True])
def test_features_are_drawn_as_they_come_near(browser: Browser, checked: Path, width: int, dark: bool) -> None:
    browser.open(checked, width=width, dark=dark)
    browser.settle()
    drawn = browser.run(CHARTS)
    browser.run("window.scrollTo({top: document.documentElement.scrollHeight, behavior: 'instant'})")
    browser.settle()
    assert drawn <= browser.run(CHARTS) <= 8
    assert inked(browser, ".feature:last-child canvas") > 0
    assert browser.run("return document.documentElement.scrollWidth") <= width
    assert browser.complaints() == []


def test_a_feature_is_found_by_its_name(browser: Browser, checked: Path) -> None:
    browser.open(checked)
    browser.one("#find").send_keys("NETWORK")
    shown = browser.run(
        "return [...document.querySelectorAll('.feature:not([hidden]) .name')].map((n) => n.textContent)"
    )
    assert shown == ["network_in", "network_out"]
    assert browser.one("#found").text == "2 of 8"


def test_a_drag_zooms_all_features(browser: Browser, checked: Path) -> None:
    from selenium.webdriver import ActionChains

    browser.open(checked, height=2400)
    browser.settle()
    ticks = browser.one(".feature[data-feature='1'] canvas")
    before = browser.run("return arguments[0].toDataURL()", ticks)
    over = browser.one(".feature[data-feature='0'] .u-over")
    ActionChains(browser.driver, duration=20).move_to_element(over).click_and_hold().move_by_offset(
        60, 0
    ).release().perform()
    browser.settle()
    assert browser.run("return arguments[0].toDataURL()", ticks) != before
    ActionChains(browser.driver, duration=20).double_click(over).perform()
    browser.settle()
    assert browser.run("return arguments[0].toDataURL()", ticks) == before


def test_paper_shows_every_feature(browser: Browser, checked: Path) -> None:
    browser.open(checked, height=300)
    assert browser.pdf().startswith(b"%PDF")
    assert browser.run(CHARTS) == 8
