"""What a user loses when these fail: the time of an incident."""

from __future__ import annotations

from datetime import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtadgat.data.times import EARLIEST, LATEST, UNITS, as_timestamps, is_time_name
from mtadgat.errors import DataError

MOMENT = np.datetime64("2020-02-08T13:30:47", "ns")


@pytest.mark.parametrize("name", ["time", "Timestamp", "datetime", "date", "ds", " Time-Stamp "])
def test_known_names_hold_the_time(name: str) -> None:
    assert is_time_name(name)


@pytest.mark.parametrize("name", ["response_time", "uptime", "cpu"])
def test_other_names_do_not(name: str) -> None:
    assert not is_time_name(name)


@pytest.mark.parametrize(
    "value",
    [
        "2020-02-08 13:30:47",
        "2020-02-08T13:30:47Z",
        "2020-02-08T14:30:47+01:00",
        pd.Timestamp("2020-02-08 13:30:47"),
        pd.Timestamp("2020-02-08 14:30:47+01:00"),
        1581168647,
        1581168647.0,
        1581168647_000,
        1581168647_000_000,
        1581168647_000_000_000,
    ],
)
def test_every_form_gives_the_same_moment_in_utc(value: object) -> None:
    found = as_timestamps(pd.Series([value]), "time")
    assert found.dtype == "datetime64[ns]"
    assert found[0] == MOMENT


@settings(deadline=None)
@given(seconds=st.lists(st.integers(EARLIEST, LATEST - 1), min_size=1), unit=st.sampled_from(list(UNITS)))
def test_epochs_of_any_unit_are_recognised(seconds: list[int], unit: str) -> None:
    found = as_timestamps(pd.Series([second * UNITS[unit] for second in seconds]), "time")
    assert found.astype("datetime64[s]").astype(int).tolist() == seconds


def test_fractions_of_epoch_seconds_are_kept() -> None:
    found = as_timestamps(pd.Series([1581168647.25]), "time")
    assert abs(found[0] - MOMENT - np.timedelta64(250, "ms")) < np.timedelta64(1, "us")


def test_other_whole_numbers_stay_integers() -> None:
    found = as_timestamps(pd.Series([0.0, 60.0, 120.0]), "time")
    assert (found.dtype, found.tolist()) == (np.int64, [0, 60, 120])


@pytest.mark.parametrize(
    ("values", "got"),
    [
        ([0.0, 0.5], "0.5 in row 1"),
        ([0.0, np.inf], "inf in row 1"),
        (["08/02/2020 13:30", "08/02/2020 13:31"], "values such as '08/02/2020 13:30'"),
        ([time(13, 30)], "values such as datetime.time"),
        ([True, False], "values such as"),
    ],
)
def test_times_that_cannot_be_understood_are_an_error(values: list[object], got: str) -> None:
    with pytest.raises(DataError) as error:
        as_timestamps(pd.Series(values), "when")
    assert "'when'; got " + got in str(error.value)
    assert str(error.value).endswith("or leave it out: --ignore-columns.")


@pytest.mark.parametrize("missing", [None, np.nan, pd.NaT])
def test_missing_time_is_an_error(missing: object) -> None:
    with pytest.raises(DataError, match=r"a time in each row of column 'when'; got 1 missing, first in row 1\."):
        as_timestamps(pd.Series(["2020-01-01", missing], dtype=object), "when")
