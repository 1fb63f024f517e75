"""What a user loses when these fail: the time of an incident."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtadgat.clock import UNITS
from mtadgat.config import FileConfig
from mtadgat.data.columns.names import is_time_name
from mtadgat.data.times.numbers import EARLIEST, LATEST
from mtadgat.data.times.time_column import (
    Times,
    as_times,
    holds_times,
    holds_times_of_day,
)
from mtadgat.errors import DataError
from mtadgat.reading import Note, Notes


def understood(*values: object, notes: Notes | None = None, **options: object) -> Times:
    """The times of a column `t`."""
    columns = pd.DataFrame({"t": pd.Series(values)})
    return as_times(columns, FileConfig(**options), notes or Notes("x.csv"))  # type: ignore[arg-type]


def seconds(times: Times) -> list[str]:
    return np.datetime_as_string(times.timestamps.astype("datetime64[s]")).tolist()


def notes_on(*values: object, **options: object) -> tuple[Note, ...]:
    notes = Notes("x.csv")
    understood(*values, notes=notes, **options)
    return notes.all


@pytest.mark.parametrize("name", ["time", "Timestamp", "datetime", "date", "ds", " Time-Stamp "])
def test_known_names_hold_the_time(name: str) -> None:
    assert is_time_name(name)


@pytest.mark.parametrize("name", ["response_time", "uptime", "cpu"])
def test_other_names_do_not(name: str) -> None:
    assert not is_time_name(name)


FORMS = [
    "2024-03-13 14:05:06",
    "2024-03-13T14:05:06",
    "2024-03-13 14:05:06,000",
    "2024-03-13_14-05-06",
    "2024-03-13 14.05.06",
    "2024-03-13 14:05:06:000",
    "20240313T140506",
    "20240313 140506",
    "20240313140506",
    "2024/03/13 14:05:06",
    "2024.03.13 14:05:06",
    "13/03/2024 14:05:06",
    "03/13/2024 14:05:06",
    "13.03.2024 14:05:06",
    "13-03-2024 14:05:06",
    "13/03/24 14:05:06",
    "13.03.24 14:05:06",
    "3/13/2024 2:05:06 PM",
    "  13/03/2024   02:05:06 PM",
    "13/03/2024 02:05:06 p.m.",
    "3/13/2024 2:05:06.000 pm",
    "13-Mar-24 14:05:06",
    "13-MAR-2024 14:05:06.000",
    "13 Mar 2024 14:05:06",
    "13 March 2024 14:05:06",
    "13/Mar/2024:14:05:06",
    "Mar 13, 2024 2:05:06 PM",
    "March 13, 2024, 14:05:06",
    "Wed Mar 13 14:05:06 2024",
    "Wed, 13 Mar 2024 14:05:06",
    "14:05:06 13/03/2024",
    "2024-073 14:05:06",
    "2024-03-12 24:00:00",
]


@pytest.mark.parametrize("text", FORMS)
def test_forms_of_a_date_are_known_by_content(text: str) -> None:
    times = understood(text)
    expected = "2024-03-13T00:00:00" if "24:00" in text else "2024-03-13T14:05:06"
    assert seconds(times) == [expected]
    assert (times.timestamps.dtype, times.clock.zone, times.clock.column) == ("datetime64[ns]", "", "t")


ZONES = [
    ("2024-03-13T14:05:06Z", "14:05:06", "UTC"),
    ("2024-03-13 14:05:06 UTC", "14:05:06", "UTC"),
    ("2024-03-13T14:05:06+00:00", "14:05:06", "UTC"),
    ("2024-03-13T14:05:06+01:00", "13:05:06", "+01:00"),
    ("2024-03-13 14:05:06.000+0100", "13:05:06", "+01:00"),
    ("2024-03-13 14:05:06+01", "13:05:06", "+01:00"),
    ("2024-03-13 14:05:06-03:30", "17:35:06", "-03:30"),
    ("13/03/2024 14:05:06 +0530", "08:35:06", "+05:30"),
    ("13/Mar/2024:14:05:06 +0000", "14:05:06", "UTC"),
    ("2024-03-13T14:05:06+01:00[Europe/Berlin]", "13:05:06", "+01:00"),
    ("2024-03-13 14:05:06 Europe/Berlin", "13:05:06", "Europe/Berlin"),
    ("Wed Mar 13 14:05:06 UTC 2024", "14:05:06", "UTC"),
    ("Wed Mar 13 2024 14:05:06 GMT+0100 (Central European Standard Time)", "13:05:06", "+01:00"),
    (pd.Timestamp("2024-03-13 14:05:06+01:00"), "13:05:06", "+01:00"),
    (pd.Timestamp("2024-03-13 14:05:06", tz="Europe/Berlin"), "13:05:06", "Europe/Berlin"),
    (datetime(2024, 3, 13, 14, 5, 6, tzinfo=UTC), "14:05:06", "UTC"),
]


@pytest.mark.parametrize(("value", "utc", "zone"), ZONES)
def test_zones_beside_times_say_which_instants_they_are_and_are_shown_again(
    value: object, utc: str, zone: str
) -> None:
    times = understood(value)
    assert seconds(times) == [f"2024-03-13T{utc}"]
    assert times.clock.zone == zone
    shown = times.clock.written(times.timestamps).iloc[0]
    assert f"{shown:%H:%M:%S}" == ("14:05:06")
    assert shown.tzinfo is not None


@pytest.mark.parametrize(
    ("number", "unit"),
    [
        (1581168647, "s"),
        (1581168647.0, "s"),
        ("1581168647", "s"),
        (1581168647_000, "ms"),
        (float(1581168647_000), "ms"),
        (1581168647_000_000, "us"),
        (1581168647_000_000_000, "ns"),
        (np.uint64(1581168647_000_000_000), "ns"),
    ],
)
def test_numbers_since_1970_are_times_in_utc_and_come_back_as_numbers(number: object, unit: str) -> None:
    times = understood(number)
    assert seconds(times) == ["2020-02-08T13:30:47"]
    assert (times.clock.unit, times.clock.zone) == (unit, "UTC")
    assert float(times.clock.written(times.timestamps)[0]) == float(str(number))
    assert "since 1970" in notes_on(number)[0].text


@settings(deadline=None)
@given(moments=st.lists(st.integers(EARLIEST, LATEST - 1), min_size=1), unit=st.sampled_from(list(UNITS)))
def test_epochs_of_any_unit_are_recognised(moments: list[int], unit: str) -> None:
    written = [moment * (10**9 // UNITS[unit]) for moment in moments]
    times = understood(*written)
    assert times.timestamps.astype("datetime64[s]").astype(int).tolist() == moments
    assert times.clock.written(times.timestamps).tolist() == written


@settings(deadline=None)
@given(micros=st.lists(st.integers(EARLIEST * 10**6, LATEST * 10**6 - 1), min_size=1))
def test_fractions_of_epoch_seconds_are_kept_and_written_again(micros: list[int]) -> None:
    written = [float(f"{micro // 10**6}.{micro % 10**6:06}") for micro in micros]
    times = understood(*written)
    assert times.timestamps.astype("datetime64[us]").astype(int).tolist() == micros
    assert times.clock.written(times.timestamps).tolist() == written


@pytest.mark.parametrize(
    "numbers", [[20240228, 20240229, 20240301], [2024022822, 2024022823, 2024022900], [202402282330, 202402290000]]
)
def test_numbers_whose_digits_are_dates_are_dates(numbers: list[int]) -> None:
    assert {moment[:8] for moment in seconds(understood(*numbers))} == {"2024-02-", "2024-03-"} & {
        f"{str(number)[:4]}-{str(number)[4:6]}-" for number in numbers
    }


def test_other_whole_numbers_stay_integers() -> None:
    times = understood(0.0, 60.0, 120.0)
    assert (times.timestamps.dtype, times.timestamps.tolist()) == (np.int64, [0, 60, 120])


@settings(deadline=None)
@given(
    ticks=st.lists(st.integers(0, 10**7), min_size=2, unique=True).map(sorted),
    decimals=st.integers(1, 6),
)
def test_seconds_since_a_start_count_their_last_decimal_place_and_are_written_again(
    ticks: list[int], decimals: int
) -> None:
    written = [round(tick / 10**decimals, decimals) for tick in ticks]
    times = understood(*written)
    assert times.timestamps.dtype == np.int64
    assert (np.diff(times.timestamps) > 0).all()
    assert times.clock.written(times.timestamps).tolist() == written


def test_numbers_are_what_the_time_format_says() -> None:
    assert seconds(understood(0, 60, time_format="s")) == ["1970-01-01T00:00:00", "1970-01-01T00:01:00"]


@pytest.mark.parametrize(
    ("text", "time_format"),
    [
        ("01|03|2024", "%d|%m|%Y"),
        (" 240301 ", "%y%m%d"),
        ("2024-03-01T01:00:00 +0100", "%Y-%m-%dT%H:%M:%S %z"),
        (20240301, "%Y%m%d"),
        ("2024-03-01", "ISO8601"),
    ],
)
def test_text_is_what_the_time_format_says(text: object, time_format: str) -> None:
    assert seconds(understood(text, time_format=time_format)) == ["2024-03-01T00:00:00"]


@pytest.mark.parametrize(
    ("value", "time_format", "message"),
    [
        ("1.3.2024", "%d/%m/%Y", "times of the form '%d/%m/%Y' in column 't'; got '1.3.2024' in row 0. Correct"),
        ("1.3.2024", "%Q", "got '%Q': 'Q' is a bad directive"),
        ("1.3.2024", "s", "numbers in seconds since 1970 in column 't'; got '1.3.2024' in row 0. Correct"),
        (1.0e30, "s", "times between 1678 and 2262 in column 't', in seconds since 1970; got 1e+30 in row 0."),
    ],
)
def test_times_that_are_not_what_the_time_format_says_are_an_error(
    value: object, time_format: str, message: str
) -> None:
    with pytest.raises(DataError) as error:
        understood(value, time_format=time_format)
    assert message in str(error.value)


def test_twenty_four_minutes_are_no_end_of_a_day() -> None:
    written = [f"2024-03-01T01:{minute:02}:00+01:00" for minute in range(60)]
    assert np.unique(np.diff(understood(*written).timestamps)).tolist() == [60 * 10**9]


def days_of(count: int, time_format: str) -> list[str]:
    return pd.date_range("2024-03-01", periods=count, freq="h").strftime(time_format).tolist()


@pytest.mark.parametrize(("time_format", "first"), [("%d/%m/%Y %H:%M", True), ("%m/%d/%Y %H:%M", False)])
def test_a_number_above_twelve_anywhere_says_which_is_the_day(time_format: str, first: bool) -> None:
    written = days_of(24 * 15, time_format)
    times = understood(*written)
    assert seconds(times)[:2] == ["2024-03-01T00:00:00", "2024-03-01T01:00:00"]
    assert times.options == {"day_first": first}
    assert not notes_on(*written)


@pytest.mark.parametrize(("time_format", "first"), [("%d/%m/%Y %H:%M", True), ("%m/%d/%Y %H:%M", False)])
def test_where_both_can_be_the_day_regular_steps_say_which_is(time_format: str, first: bool) -> None:
    written = days_of(24 * 4, time_format)
    times = understood(*written)
    assert (seconds(times)[25], times.options) == ("2024-03-02T01:00:00", {"day_first": first})
    (note,) = notes_on(*written)
    assert not note.doubtful
    assert f"--day-first {str(not first).lower()}" in note.text


def test_where_nothing_says_which_is_the_day_the_month_comes_first_with_a_warning() -> None:
    written = days_of(3, "%d/%m/%Y %H:%M")
    assert seconds(understood(*written))[0] == "2024-01-03T00:00:00"
    (note,) = notes_on(*written)
    assert note.doubtful
    assert "--day-first true" in note.text
    assert seconds(understood(*written, day_first=True))[0] == "2024-03-01T00:00:00"
    assert not notes_on(*written, day_first=True)


def test_days_come_first_before_dots() -> None:
    assert seconds(understood("01.03.2024 14:00", "01.03.2024 15:00"))[0] == "2024-03-01T14:00:00"
    assert not notes_on("01.03.2024 14:00", "01.03.2024 15:00")


def test_a_day_that_is_a_month_at_best_is_an_error_that_names_the_option() -> None:
    with pytest.raises(DataError, match=r"'13/03/2024' in row 1\. Correct --day-first: --day-first true\."):
        understood("12/03/2024", "13/03/2024", day_first=False)


def test_fractions_may_be_absent_here_and_there() -> None:
    times = understood("13/03/2024 10:00:00", "13/03/2024 10:00:00.5", "13/03/2024 10:00:01")
    assert np.diff(times.timestamps).tolist() == [5 * 10**8] * 2


@pytest.mark.parametrize(
    ("values", "got"),
    [
        (["2024-03-01 10:00", "soon"], "values such as 'soon' in row 1"),
        (["2024-03-01 10:00", "now"], "values such as 'now' in row 1"),
        (["13/03/2024 10:00", "13/03/2024 10:61"], "values such as '13/03/2024 10:61' in row 1"),
        ([True, False], "values such as 'True' in row 0"),
        ([0.0, np.inf], "inf in row 1"),
        ([np.uint64(0), np.uint64(2**64 - 1)], "18446744073709551615 in row 1"),
    ],
)
def test_times_that_cannot_be_understood_are_an_error_that_names_the_row(values: list[object], got: str) -> None:
    with pytest.raises(DataError) as error:
        understood(*values)
    assert f"times in column 't'; got {got}" in str(error.value)
    assert "--ignore-columns t." in str(error.value)


@pytest.mark.parametrize("moment", ["9999-12-31", "0001-01-01", "31/12/9999 00:00:00"])
def test_times_too_far_for_nanoseconds_are_an_error(moment: str) -> None:
    with pytest.raises(DataError, match="in row 1"):
        understood("2024-12-30" if "-" in moment else "30/12/2024 00:00:00", moment)
    with pytest.raises(DataError, match=r"times between 1678 and 2261 in column 't'; got 9999-12-31"):
        as_times(
            pd.DataFrame({"t": np.array(["2024-01-01", "9999-12-31"], "datetime64[s]")}), FileConfig(), Notes("x")
        )


@pytest.mark.parametrize("value", ["13:30:00", "1:30 PM", time(13, 30)])
def test_time_of_day_without_a_date_is_an_error_that_says_how_to_name_both(value: object) -> None:
    with pytest.raises(DataError, match=r"a date beside the time of day in column 't'.*--time-column Date,t, or"):
        understood(value)


@pytest.mark.parametrize("missing", [None, np.nan, pd.NaT])
def test_missing_time_is_an_error(missing: object) -> None:
    with pytest.raises(DataError, match=r"a time in each row of column 't'; got 1 missing, first in row 1\."):
        understood("2020-01-01", missing)


DAYS = [
    ["10/9/2017", "10/9/2017"],
    ["2017-10-09", "2017-10-09"],
    ["2017-10-09 00:00:00", "2017-10-09 00:00:00"],
    [date(2017, 10, 9), date(2017, 10, 9)],
    [pd.Timestamp("2017-10-09"), pd.Timestamp("2017-10-09")],
    ["9-Oct-17", "9-Oct-17"],
]


@pytest.mark.parametrize("days", DAYS)
@pytest.mark.parametrize("times", [["6:00:00.000 PM", "6:00:01.000 PM"], [time(18), time(18, 0, 1)]])
@pytest.mark.parametrize("order", [["Date", "Time"], ["Time", "Date"]])
def test_date_and_time_of_day_in_two_columns_are_one_time(
    days: list[object], times: list[object], order: list[str]
) -> None:
    frame = pd.DataFrame({"Date": pd.Series(days), "Time": pd.Series(times), "a": [1.0, 2.0]})
    found = as_times(frame[order], FileConfig(), Notes("x"))
    assert seconds(found) == ["2017-10-09T18:00:00", "2017-10-09T18:00:01"]
    assert found.clock.column == " ".join(order)


@pytest.mark.parametrize("hours", [[0, 9, 23], [0, 900, 2300]])
def test_hours_beside_a_date_may_be_numbers(hours: list[int]) -> None:
    frame = pd.DataFrame({"Date": ["13/3/2024"] * 3, "Hour": hours})
    assert [moment[11:16] for moment in seconds(as_times(frame, FileConfig(), Notes("x")))] == [
        "00:00",
        "09:00",
        "23:00",
    ]


def test_number_that_is_no_time_among_times_is_an_error_whose_remedy_works() -> None:
    numbers = [1581168647, 1581168648, 0, 1581168650]
    with pytest.raises(DataError, match=r"between 1980 and 2100 as most are; got 0 in row 2 \(1 such rows\)\. .* s\."):
        understood(*numbers)
    assert seconds(understood(*numbers, time_format="s"))[2] == "1970-01-01T00:00:00"


def test_zone_of_numbers_since_an_unknown_start_is_told_to_say_nothing() -> None:
    (note,) = notes_on(0, 1, 2, time_zone="Europe/Berlin")
    assert note.doubtful


def test_two_columns_that_are_no_date_and_time_are_an_error() -> None:
    frame = pd.DataFrame({"Date": ["2017-10-09"], "a": ["x"]})
    with pytest.raises(DataError, match="a date and a time of day in the columns"):
        as_times(frame, FileConfig(), Notes("x"))


@pytest.mark.parametrize(
    ("values", "holds"),
    [
        (["2024-03-01 10:00", "2024-03-01 11:00"], {holds_times}),
        (["01/03/2024", "02/03/2024"], {holds_times}),
        (["10:00:00", "11:00:00"], {holds_times_of_day}),
        ([1581168647, 1581168648], set()),
        (["1581168647", "1581168648"], set()),
        ([1.5, 2.5], set()),
        (["on", "off"], set()),
        (["20", "30"], set()),
        (["now", "today"], set()),
        (["1.2.3", "1.2.4"], set()),
        ([True, False], set()),
        ([None, None], set()),
        ([], set()),
    ],
)
def test_what_a_column_holds_is_seen_from_its_values(values: list[object], holds: set[object]) -> None:
    questions = {holds_times, holds_times_of_day}
    assert {question for question in questions if question(pd.Series(values))} == holds


@settings(deadline=None, max_examples=30)
@given(
    start=st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1)).map(lambda moment: moment.replace(microsecond=0)),
    form=st.sampled_from(
        [
            "%Y-%m-%d %H:%M:%S",
            "%d/%m/%Y %H:%M:%S",
            "%m/%d/%Y %I:%M:%S %p",
            "%d.%m.%y %H:%M:%S",
            "%b %d, %Y %I:%M:%S %p",
            "%d-%b-%y %H:%M:%S",
            "%a %b %d %H:%M:%S %Y",
            "%Y%m%dT%H%M%S",
            "%Y%m%d%H%M%S",
            "%H:%M:%S %d-%m-%Y",
        ]
    ),
)
def test_moments_in_any_form_are_the_same(start: datetime, form: str) -> None:
    moments = [start + timedelta(hours=5 * step) for step in range(70)]
    times = understood(*[moment.strftime(form) for moment in moments])
    assert times.timestamps.tolist() == [pd.Timestamp(moment).as_unit("ns").value for moment in moments]


@settings(deadline=None, max_examples=60)
@given(
    start=st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)).map(lambda moment: moment.replace(microsecond=0)),
    offset=st.integers(-12 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters))),
    form=st.sampled_from(["%Y-%m-%dT%H:%M:%S%z", "%d.%m.%Y %H:%M:%S %z", "%d-%b-%Y %I:%M:%S %p %z"]),
)
def test_what_was_read_is_written_as_the_same_instant_in_the_same_zone(
    start: datetime, offset: timezone, form: str
) -> None:
    moments = [(start + timedelta(hours=hour)).replace(tzinfo=offset) for hour in range(3)]
    times = understood(*[moment.strftime(form) for moment in moments])
    written = times.clock.written(times.timestamps)
    assert [moment.isoformat() for moment in written] == [moment.isoformat() for moment in moments]
