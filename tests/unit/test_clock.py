"""What a user loses when these fail: predictions whose times are not those of the file."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from mtadgat.clock import Clock, offset_name, offset_of, zone_of
from mtadgat.errors import DataError

TIMES = np.array(["2024-10-27T00:00", "2024-10-27T01:00"], "datetime64[ns]")


@pytest.mark.parametrize(
    ("clock", "local", "written"),
    [
        (Clock(), ["2024-10-27 00:00:00", "2024-10-27 01:00:00"], None),
        (Clock(zone="UTC"), ["2024-10-27 00:00:00+00:00", "2024-10-27 01:00:00+00:00"], None),
        (Clock(zone="+05:30"), ["2024-10-27 05:30:00+05:30", "2024-10-27 06:30:00+05:30"], None),
        (Clock(zone="Europe/Berlin"), ["2024-10-27 02:00:00+02:00", "2024-10-27 02:00:00+01:00"], None),
        (Clock(zone="Europe/Berlin", shows_zone=False), ["2024-10-27 02:00:00", "2024-10-27 02:00:00"], None),
        (
            Clock(zone="UTC", unit="s"),
            ["2024-10-27 00:00:00+00:00", "2024-10-27 01:00:00+00:00"],
            [1729987200, 1729990800],
        ),
        (Clock(zone="UTC", unit="ns"), None, [1729987200 * 10**9, 1729990800 * 10**9]),
    ],
)
def test_times_are_shown_in_their_zone_and_written_as_they_came(
    clock: Clock, local: list[str] | None, written: list[int] | None
) -> None:
    if local is not None:
        assert [str(moment) for moment in clock.local(TIMES)] == local
    assert clock.written(TIMES).tolist() == (clock.local(TIMES).tolist() if written is None else written)


def test_whole_numbers_with_decimals_are_written_as_fractions() -> None:
    assert Clock(decimals=1).written(np.array([0, 1, 3])).tolist() == [0.0, 0.1, 0.3]
    assert Clock().written(np.array([0, 1, 3])).tolist() == [0, 1, 3]


@pytest.mark.parametrize("name", ["Europe/Berlin", "UTC", "utc", "GMT", "Z", "+01:00", "-0330", "+01", "UTC+1", "CET"])
def test_zones_are_known_by_name_and_by_offset(name: str) -> None:
    assert pd.Timestamp("2024-01-01", tz=zone_of(name)).utcoffset() is not None


@pytest.mark.parametrize("name", ["Europe/Berln", "berlin", "+25:00", "", "../etc/passwd", "W. Europe Standard Time"])
def test_other_names_are_an_error(name: str) -> None:
    with pytest.raises(DataError, match="a time zone such as Europe/Berlin, \\+01:00 or UTC; got"):
        zone_of(name)


@pytest.mark.parametrize(
    ("minutes", "name"), [(60, "+01:00"), (-210, "-03:30"), (0, "UTC"), (345, "+05:45"), (-30, "-00:30")]
)
def test_offsets_are_written_and_read(minutes: int, name: str) -> None:
    assert offset_name(timedelta(minutes=minutes)) == name
    assert offset_of(name) == (timedelta(minutes=minutes) if minutes else None)


def test_name_of_the_time_gives_way_to_a_column_of_ours() -> None:
    assert Clock("when").column_beside(["score"]) == "when"
    assert Clock("score").column_beside(["score"]) == "timestamp"
