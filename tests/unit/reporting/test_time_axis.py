"""Where rows stand on the time axis, and how that is said."""

from __future__ import annotations

import numpy as np
import pytest

from mtadgat.clock import Clock
from mtadgat.reporting.time_axis import TimeAxis, format_duration, rows_and_time


def test_rows_without_time_are_numbered() -> None:
    time_axis = TimeAxis(None, 5000)
    assert time_axis.kind == "row"
    assert time_axis.text(1234) == "row 1,234"
    assert time_axis.duration(0, 12) == "12 rows"
    assert time_axis.positions(np.array([0, 7, 5000])).tolist() == [0, 7, 5000]


def test_integer_timestamps_are_places_but_no_dates() -> None:
    time_axis = TimeAxis(np.array([10, 20, 40, 50]), 4)
    assert time_axis.kind == "timestamp"
    assert time_axis.seconds is None
    assert time_axis.text(2) == "timestamp 40"
    assert time_axis.positions(np.array([3, 4])).tolist() == [50, 60]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_dates_of_any_precision_become_milliseconds(unit: str) -> None:
    times = (np.datetime64("2026-03-01T10:00:00") + np.arange(3) * np.timedelta64(30, "s")).astype(
        f"datetime64[{unit}]"
    )
    time_axis = TimeAxis(times, 3)
    assert time_axis.timed
    assert time_axis.seconds == 30
    assert time_axis.text(1) == "2026-03-01 10:00:30"
    assert np.diff(time_axis.positions(np.arange(4))).tolist() == [30_000] * 3
    assert np.allclose(np.diff(time_axis.days()), 30 / 86400)


def test_seconds_are_left_out_where_all_rows_fall_on_minutes() -> None:
    times = np.datetime64("2026-03-01T10:00", "s") + np.arange(3) * np.timedelta64(5, "m")
    assert TimeAxis(times, 3).text(1) == "2026-03-01 10:05"


def test_one_row_has_a_clock() -> None:
    assert TimeAxis(np.array(["2026-01-01"], dtype="datetime64[s]"), 1).text(0) == "2026-01-01 00:00"


@pytest.mark.parametrize(
    ("rows", "said"), [(0, "0 rows"), (1, "1 row (5 min)"), (12, "12 rows (1 h)"), (2.5, "2.5 rows (12 min 30 s)")]
)
def test_durations_are_said_in_rows_and_in_time(rows: float, said: str) -> None:
    times = np.datetime64("2026-03-01T10:00", "s") + np.arange(3) * np.timedelta64(5, "m")
    step = TimeAxis(times, 3).seconds
    assert step is not None
    assert rows_and_time(rows, rows * step) == said


def test_a_duration_is_the_time_that_elapsed_gaps_included() -> None:
    minutes = np.array([0, 5, 10, 70, 75, 80])
    time_axis = TimeAxis(np.datetime64("2026-03-01T10:00", "s") + minutes * np.timedelta64(1, "m"), 6)
    assert time_axis.duration(0, 3) == "3 rows (15 min)"
    assert time_axis.duration(1, 4) == "3 rows (1 h 10 min)"
    assert time_axis.duration(3, 6) == "3 rows (15 min)"
    assert time_axis.duration(5, 6) == "1 row (5 min)"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.25, "0.25 s"),
        (1, "1 s"),
        (59.5, "59.5 s"),
        (60, "1 min"),
        (3900, "1 h 5 min"),
        (90000, "1 d 1 h"),
        (86460, "1 d"),
    ],
)
def test_lengths_of_time_are_said_in_two_units(seconds: float, said: str) -> None:
    assert format_duration(seconds) == said


BERLIN = Clock("Zeit", "Europe/Berlin")
ACROSS = np.array(["2024-10-27T00:00", "2024-10-27T00:30", "2024-10-27T01:00", "2024-10-27T01:30"], "datetime64[ns]")


def test_times_are_those_of_the_zone_and_the_axis_names_it() -> None:
    axis = TimeAxis(ACROSS, 4, BERLIN)
    assert [axis.text(row) for row in range(4)] == [
        "2024-10-27 02:00",
        "2024-10-27 02:30",
        "2024-10-27 02:00",
        "2024-10-27 02:30",
    ]
    assert axis.label == "time (Europe/Berlin)"
    assert axis.period() == "2024-10-27 02:00 to 2024-10-27 02:30 (Europe/Berlin)"
    assert axis.duration(0, 4) == "4 rows (2 h)"


def test_positions_rise_where_clocks_are_put_back_and_say_how_far_they_are_ahead() -> None:
    axis = TimeAxis(ACROSS, 4, BERLIN)
    positions = axis.positions(np.arange(4))
    assert np.diff(positions).tolist() == [1_800_000] * 3
    assert axis.ahead == ((int(positions[0]), 7_200_000), (int(positions[2]), 3_600_000))


def test_zone_that_nobody_wrote_is_not_named() -> None:
    axis = TimeAxis(ACROSS, 4, Clock("Zeit", "Europe/Berlin", shows_zone=False))
    assert (axis.label, axis.text(0)) == ("", "2024-10-27 02:00")
    assert TimeAxis(ACROSS, 4).ahead == ((0, 0),)


def test_fractions_since_a_start_are_shown_as_such() -> None:
    axis = TimeAxis(np.array([0, 1, 2]), 3, Clock("t", decimals=1))
    assert (axis.text(2), axis.label) == ("timestamp 0.2", "timestamp")
