"""What a user loses when these fail: a folder with one file a day, or two machines that are told apart by a number."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtadgat.data.storage.dated_name import undated, writes_month_first

SPELLINGS = (
    *("%Y-%m-%d", "%Y_%m_%d", "%Y.%m.%d", "%Y%m%d", "%d.%m.%Y", "%d-%m-%Y", "%d%m%Y", "%d%b%Y", "%d-%B-%Y"),
    *("%Y-%b-%d", "%b-%d-%Y", "%Y-%m-%dT%H%M", "%Y%m%d_%H%M%S", "%Y-%m-%d %H-%M-%S"),
)


@pytest.mark.parametrize("spelling", SPELLINGS)
@settings(max_examples=20)
@given(days=st.lists(st.dates(date(1980, 1, 1), date(2099, 12, 31)), min_size=2, max_size=8, unique=True))
def test_names_with_any_spelling_of_a_date_sort_by_it_and_keep_the_rest(spelling: str, days: list[date]) -> None:
    names = {f"pump_{day.strftime(spelling)}": day for day in days}
    parts = {name: undated(name) for name in names}
    assert {part.rest for part in parts.values()} == {"pump"}
    assert [names[name] for name in sorted(names, key=lambda name: parts[name].moment)] == sorted(days)


@pytest.mark.parametrize(
    ("name", "rest", "moment"),
    [
        ("2024-03-01", "", (2024, 3, 1)),
        ("2024-03-01_pump-1", "pump-1", (2024, 3, 1)),
        ("plant_2024-03-01_raw", "plant_raw", (2024, 3, 1)),
        ("plant_20240301T1200", "plant", (2024, 3, 1, 12, 0)),
        ("20240301_05", "", (2024, 3, 1, 5)),
        ("2024-03-01T12:00:00Z", "", (2024, 3, 1, 12, 0, 0)),
        ("1.2.2024 13.45", "", (2024, 2, 1, 13, 45)),
        ("3-31-2024", "", (2024, 3, 31)),
        ("pump-2024-W09", "pump", (2024, 9)),
        ("W10-2024", "", (2024, 10)),
        ("2024Q1", "", (2024, 1)),
        ("Q2-2024", "", (2024, 2)),
        ("2024-061", "", (2024, 61)),
        ("plant_202403", "plant", (2024, 3)),
        ("03-2024", "", (2024, 3)),
        ("March_2024", "", (2024, 3)),
        ("day_10", "", (10,)),
        ("week3", "", (3,)),
        ("log-1709251200", "log", (1709251200,)),
        ("log-1709251200000", "log", (1709251200000,)),
        ("2024-03-01_2024-03-07", "", (2024, 3, 1, 2024, 3, 7)),
    ],
)
def test_dates_are_found(name: str, rest: str, moment: tuple[int, ...]) -> None:
    assert undated(name) == (rest, moment)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "0",
            "10",
            "2024",
            "valve1",
            "machine-1-1",
            "machine-10-10-10",
            "E-12",
            "omi-1",
            "pump_2023",
            "pump 24-03-01",
        ),
        *(
            "export (1)",
            "1_0_100000_14",
            "057_SMD_id_1_Facility_tr_4529_1st_4629",
            "holiday1",
            "decade-10",
            "mayor2024",
        ),
        *("sensor_12_12_2", "240301", "20241301", "anomaly-free", "sunday", "marchmont", "W09"),
    ],
)
def test_numbers_and_words_alone_are_no_dates(name: str) -> None:
    assert undated(name) == (name, ())


def test_the_month_comes_first_where_only_that_is_possible() -> None:
    assert writes_month_first(["p_01-02-2024", "p_01-31-2024"])
    assert not writes_month_first(["p_01-02-2024", "p_31-01-2024"])
    assert undated("01-02-2024", month_first=True).moment == (2024, 1, 2)
    assert undated("31-01-2024", month_first=True).moment == (2024, 1, 31)
