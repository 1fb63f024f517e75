"""The page that draws each feature of the data."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np

from mtadgat import Series, read_series
from mtadgat.data.profile import profile_of
from mtadgat.reading import Note, Reading
from mtadgat.reporting.check_page import CheckedPart, write_check
from report_examples import HOSTILE

MINUTE = np.timedelta64(60, "s")
START = np.datetime64("2024-03-01T00:00", "ns")


def part(series: Series, *splits: str) -> CheckedPart:
    return CheckedPart(profile_of(series, *splits), series)


def page(folder: Path, *parts: CheckedPart, warnings: tuple[str, ...] = ()) -> str:
    return write_check(folder / "check.html", parts, warnings).read_text()


def drawn(text: str) -> dict:
    return json.loads(re.search(r'id="plot-data">(.*?)</script>', text)[1])


def positions(coded: dict) -> list[int]:
    return np.cumsum([coded["first"], *(coded["unit"] * step for step in coded["steps"])]).tolist()


def series(rows: range = range(100), **parts) -> Series:
    values = np.column_stack([np.sin(rows), np.ones(len(rows)), np.cos(rows)])
    return Series(
        **{"values": values, "features": ("a", "b", "c"), "timestamps": START + MINUTE * np.array(rows), **parts}
    )


def test_the_demo_has_nothing_to_look_at(tmp_path: Path) -> None:
    parts = [part(read_series("demo", split=split), split) for split in ("train", "eval", "new")]
    text = page(tmp_path, *parts)
    assert "8 features, nothing doubtful" in text
    data = drawn(text)
    assert [feature["name"] for feature in data["features"]] == list(parts[0].series.features)
    assert positions(data["trained"]) == [data["first"], data["first"] + 3000 * data["stride"]]
    assert len(data["labelled"]["steps"]) == 2 * 9 - 1


def test_features_to_look_at_come_first(tmp_path: Path) -> None:
    missing = np.zeros((100, 3), dtype=bool)
    missing[:40, 2] = True
    noted = Reading(notes=(Note("'c' only rises", doubtful=True),))
    text = page(tmp_path, part(series(missing=missing, reading=noted), "train"))
    assert re.findall(r'class="name">(\w)<', text) == ["c", "b", "a"]
    assert "3 features, 2 to look at" in text
    assert "40.0% missing" in text
    assert "constant in training" in text
    assert text.count("only rises") == 2


def test_lines_stop_at_gaps_and_where_nothing_was_measured(tmp_path: Path) -> None:
    missing = np.zeros((60, 3), dtype=bool)
    missing[10:20, 0] = True
    gappy = series(range(100)).at(np.delete(np.arange(100), range(30, 70)))
    broken = Series(gappy.values, gappy.features, timestamps=gappy.timestamps, missing=missing)
    data = drawn(page(tmp_path, part(broken, "train")))
    first, second, _ = data["features"]
    assert second["values"].count(None) == 1
    assert None in first["values"][10:20]
    assert len(data["gaps"]) == 1
    assert positions(first["missing"]) == [data["first"] + 60_000 * row for row in (10, 20)]


def test_time_between_parts_is_a_gap_and_not_trained_on(tmp_path: Path) -> None:
    data = drawn(page(tmp_path, part(series(range(50)), "train"), part(series(range(90, 140)), "eval", "new")))
    assert positions(data["trained"])[1] == data["first"] + 50 * 60_000
    assert len(data["gaps"]) == 1


def test_parts_that_do_not_follow_one_another_are_drawn_by_rows(tmp_path: Path) -> None:
    data = drawn(page(tmp_path, part(series(range(50, 99)), "train"), part(series(range(50)), "eval")))
    assert data["kind"] == "row"
    assert positions(data["trained"]) == [0, 49]


def test_no_peak_of_a_long_series_is_lost_and_the_page_stays_small(tmp_path: Path) -> None:
    values = np.random.default_rng(0).normal(size=(28_000, 38))
    values[17_123, 30] = 99.5
    long = Series(values, tuple(f"f{column}" for column in range(38)))
    text = page(tmp_path, part(long, "train"))
    assert 99.5 in drawn(text)["features"][30]["values"]
    assert len(text) < 1_000_000


def test_warnings_stand_at_the_head_and_names_cannot_write_markup(tmp_path: Path) -> None:
    hostile = Series(np.ones((20, len(HOSTILE))), HOSTILE)
    text = page(tmp_path, part(hostile, "train"), warnings=("The train and eval rows are the same.",))
    assert "The train and eval rows are the same." in text.partition("<main")[0]
    assert not any(name in text for name in HOSTILE[:2])
