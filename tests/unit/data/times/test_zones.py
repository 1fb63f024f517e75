"""What a user loses when these fail: an hour of rows when clocks are put back, or every time an hour off."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtadgat.config import FileConfig
from mtadgat.data.times.time_column import Times, as_times
from mtadgat.errors import DataError
from mtadgat.reading import Note, Notes


def understood(values: pd.Series | list[str], notes: Notes | None = None, **options: str) -> Times:
    return as_times(pd.DataFrame({"t": values}), FileConfig(**options), notes or Notes("x.csv"))


def notes_on(values: pd.Series | list[str], **options: str) -> tuple[Note, ...]:
    notes = Notes("x.csv")
    understood(values, notes, **options)
    return notes.all


def instants(zone: str, start: str, step: str, rows: int) -> pd.DatetimeIndex:
    return pd.date_range(start, periods=rows, freq=step, tz="UTC").tz_convert(zone)


def wall(zone: str, start: str, step: str, rows: int) -> pd.Series:
    return pd.Series(instants(zone, start, step, rows).strftime("%Y-%m-%d %H:%M:%S"))


PUT_BACK = [
    ("Europe/Berlin", "2024-10-26T12:00"),
    ("Europe/London", "2024-10-26T12:00"),
    ("Europe/Athens", "2024-10-26T12:00"),
    ("America/New_York", "2024-11-02T18:00"),
    ("America/Los_Angeles", "2024-11-02T18:00"),
    ("Australia/Sydney", "2024-04-06T04:00"),
    ("Pacific/Auckland", "2024-04-06T02:00"),
    ("America/Santiago", "2024-04-06T14:00"),
    ("Australia/Lord_Howe", "2024-04-06T04:00"),
]


@pytest.mark.parametrize(
    ("zone", "start", "step"),
    [(*place, step) for place in PUT_BACK for step in ("60min", "15min", "1min")][:-3]
    + [("Australia/Lord_Howe", "2024-04-06T04:00", step) for step in ("30min", "10min", "1min")],
)
@pytest.mark.parametrize("newest_first", [False, True])
def test_hour_that_comes_twice_keeps_every_row_with_or_without_the_zone(
    zone: str, start: str, step: str, newest_first: bool
) -> None:
    rows = int(pd.Timedelta("36h") / pd.Timedelta(step))
    written = wall(zone, start, step, rows)
    if newest_first:
        written = written[::-1].reset_index(drop=True)
    for options in ({}, {"time_zone": zone}):
        times = understood(written, **options)
        apart = np.diff(times.timestamps) * (-1 if newest_first else 1)
        assert np.unique(apart).tolist() == [pd.Timedelta(step).value]
        assert times.clock.written(times.timestamps).tolist() == pd.to_datetime(written).tolist()
    (note,) = notes_on(written)
    assert note.doubtful
    assert "--time-zone " in note.text
    assert not notes_on(written, time_zone=zone)


def test_steps_may_differ_where_clocks_are_put_back() -> None:
    moments = pd.to_datetime(
        ["2024-10-26T23:00", "2024-10-26T23:40", "2024-10-27T00:52", "2024-10-27T01:03", "2024-10-27T01:05"], utc=True
    )
    times = understood(pd.Series(moments.tz_convert("Europe/Berlin").tz_localize(None)))
    assert times.timestamps.tolist() == [moment.value for moment in moments.as_unit("ns")]


@pytest.mark.parametrize("step", ["60min", "10min", "1min"])
@pytest.mark.parametrize(
    ("zone", "start"), [("Europe/Berlin", "2024-03-30T20:00"), ("Australia/Sydney", "2024-10-05T12:00")]
)
def test_hour_that_clocks_skip_is_noted_as_such(zone: str, start: str, step: str) -> None:
    written = wall(zone, start, step, int(pd.Timedelta("12h") / pd.Timedelta(step)))
    (note,) = notes_on(written)
    assert note.doubtful
    assert f"--time-zone {zone}" in note.text
    assert not notes_on(written, time_zone=zone)
    assert not notes_on(pd.Series(pd.to_datetime(written) + pd.Timedelta("1D")).astype(str))


def test_repeated_rows_elsewhere_do_not_hide_the_hour_that_comes_twice() -> None:
    written = wall("Europe/Berlin", "2024-10-26T12:00", "60min", 36)
    written = pd.concat([written[:5], written[4:]], ignore_index=True)
    steps = np.diff(understood(written).timestamps)
    assert (steps == np.timedelta64(0)).sum() == 1
    assert (steps == np.timedelta64(1, "h")).sum() == 35


@pytest.mark.parametrize(
    "written",
    [
        ["2024-10-20 02:00", "2024-10-20 03:00", "2024-10-20 03:00", "2024-10-20 04:00"],
        ["2024-10-27 02:00", "2024-10-27 02:01", "2024-10-27 02:01", "2024-10-27 02:02"],
        ["2024-10-27 05:00", "2024-10-27 03:00", "2024-10-27 04:00"],
        ["2024-10-27 02:00"] * 3,
    ],
)
def test_other_times_that_repeat_or_go_back_are_left_as_they_are(written: list[str]) -> None:
    times = understood(written)
    assert times.clock.zone == ""
    assert times.timestamps.tolist() == pd.to_datetime(written).to_numpy().astype("datetime64[ns]").tolist()
    assert not notes_on(written)


def test_two_hours_side_by_side_are_told_apart_by_the_order_of_equal_times_with_a_warning() -> None:
    written = wall("Europe/Berlin", "2024-10-26T23:00", "30min", 8).sort_values(kind="stable").reset_index(drop=True)
    times = understood(written, time_zone="Europe/Berlin")
    assert np.unique(np.diff(np.sort(times.timestamps))).tolist() == [30 * 60 * 10**9]
    (note,) = notes_on(written, time_zone="Europe/Berlin")
    assert note.doubtful
    assert "side by side" in note.text


def test_hour_that_is_there_once_is_the_first_with_a_warning() -> None:
    written = ["2024-10-27 01:00", "2024-10-27 02:00", "2024-10-27 03:00"]
    times = understood(written, time_zone="Europe/Berlin")
    assert np.diff(times.timestamps).tolist() == [3600 * 10**9, 2 * 3600 * 10**9]
    assert "holds one: it is taken as the first" in notes_on(written, time_zone="Europe/Berlin")[0].text


def test_order_that_does_not_say_which_hour_it_is_is_an_error() -> None:
    written = ["2024-10-27 02:30", "2024-10-27 02:10", "2024-10-27 02:40", "2024-10-27 02:20", "2024-10-27 05:00"]
    with pytest.raises(DataError, match="go back 2 times"):
        understood(written, time_zone="Europe/Berlin")


def test_times_that_clocks_skip_are_an_error_that_names_them() -> None:
    with pytest.raises(DataError) as error:
        understood(["2024-03-31 01:00", "2024-03-31 02:00", "2024-03-31 03:00"], time_zone="Europe/Berlin")
    assert str(error.value) == (
        "Expected times in column 't' that clocks in Europe/Berlin show; got 2024-03-31 02:00:00 in row 1, which they "
        "skip (1 such rows). Give the zone of the clock that wrote them: --time-zone UTC, or an offset such as "
        "--time-zone +01:00 if it is never put forward."
    )
    understood(["2024-03-31 01:00", "2024-03-31 02:00", "2024-03-31 03:00"], time_zone="+01:00")


def test_abbreviation_needs_the_zone_and_then_tells_summer_time() -> None:
    written = ["2024-10-27 02:30 CEST", "2024-10-27 02:30 CET", "2024-10-27 03:30 CET"]
    with pytest.raises(DataError, match=r"got 'CEST' in row 0, of which there are several\. Say .* --time-zone"):
        understood(written)
    times = understood(written, time_zone="Europe/Berlin")
    assert np.diff(times.timestamps).tolist() == [3600 * 10**9] * 2
    assert times.clock.shows_zone


def test_offsets_of_a_zone_whose_clocks_change_are_instants_and_written_as_they_came() -> None:
    moments = instants("Europe/Berlin", "2024-10-26T22:00", "60min", 6)
    written = [moment.isoformat() for moment in moments]
    times = understood(written)
    assert np.diff(times.timestamps).tolist() == [3600 * 10**9] * 5
    assert [moment.isoformat() for moment in times.clock.written(times.timestamps)] == written
    assert "--time-zone Europe/Berlin" in notes_on(written)[0].text
    shown = understood(written, time_zone="Europe/Berlin")
    assert [moment.isoformat() for moment in shown.clock.written(shown.timestamps)] == written


def test_offsets_that_no_zone_has_are_shown_in_utc() -> None:
    times = understood(["2024-10-27T02:00:00+02:00", "2024-10-27T03:00:00+02:30", "2024-10-27T03:00:00+00:15"])
    assert times.clock.zone == "UTC"
    assert np.diff(times.timestamps).tolist() == [30 * 60 * 10**9, 135 * 60 * 10**9]


def test_zone_beside_some_times_only_needs_that_of_the_others() -> None:
    written = ["2024-10-27T02:00:00+02:00", "2024-10-27T04:00:00"]
    with pytest.raises(DataError, match=r"a zone beside every time in column 't', or beside none; got none in row 1"):
        understood(written)
    times = understood(written, time_zone="Europe/Berlin")
    assert np.diff(times.timestamps).tolist() == [3 * 3600 * 10**9]


def test_unknown_zone_is_an_error_with_the_nearest_name() -> None:
    with pytest.raises(DataError, match=r"'Europe/Berln' \(did you mean 'Europe/Berlin'\?\)\. Correct --time-zone\."):
        understood(["2024-03-01"], time_zone="Europe/Berln")


@settings(deadline=None, max_examples=40)
@given(
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]),
    start=st.integers(0, 365 * 24 * 12),
    step=st.sampled_from([1, 10, 60]),
    rows=st.integers(2, 200),
)
def test_local_times_of_any_zone_are_the_instants_that_they_were(zone: str, start: int, step: int, rows: int) -> None:
    moments = pd.date_range(
        pd.Timestamp("2024-01-01") + pd.Timedelta(minutes=5 * start), periods=rows, freq=f"{step}min"
    )
    local = moments.tz_localize("UTC").tz_convert(zone)
    aware = as_times(pd.DataFrame({"t": local}), FileConfig(), Notes("x"))
    assert (aware.timestamps == moments.to_numpy().astype("datetime64[ns]")).all()
    assert aware.clock.written(aware.timestamps).tolist() == local.tolist()
    told = understood(pd.Series(local.tz_localize(None)), time_zone=zone)
    assert told.clock.written(told.timestamps).tolist() == local.tz_localize(None).tolist()


def test_times_without_a_zone_are_in_the_usual_one_unless_it_skips_them() -> None:
    columns, notes = pd.DataFrame({"t": ["2024-03-31 02:30"]}), Notes("x")
    times = as_times(columns, FileConfig(), notes, usual_zone="+01:00")
    assert times.timestamps.tolist() == [pd.Timestamp("2024-03-31 01:30").value]
    assert "are taken in +01:00, as in training" in notes.all[0].text
    notes = Notes("x")
    assert as_times(columns, FileConfig(), notes, usual_zone="Europe/Berlin").clock.zone == ""
    assert notes.all[0].doubtful


def test_usual_zone_says_nothing_of_times_that_name_one() -> None:
    columns = pd.DataFrame({"t": ["2024-03-31 02:30+02:00"]})
    assert as_times(columns, FileConfig(), Notes("x"), usual_zone="+01:00").clock.zone == "+02:00"


@pytest.mark.parametrize("zone", ["+05:30", "-03:00", "UTC", "Europe/Berlin", "America/New_York"])
def test_a_zone_of_parquet_is_that_in_which_it_was_written(tmp_path: Path, zone: str) -> None:
    times = pd.date_range("2024-03-01", periods=3, freq="h", tz=zone)
    pd.DataFrame({"t": times}).to_parquet(tmp_path / "x.parquet")
    read = understood(pd.read_parquet(tmp_path / "x.parquet")["t"])
    assert read.clock.zone in (zone, f"UTC{zone}")
    assert list(read.clock.written(read.timestamps)) == list(times)
