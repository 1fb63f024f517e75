"""What a user loses when these fail: predictions that cannot be joined with the rows that they are of."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mtadgat.clock import Clock
from mtadgat.data.reader import read_series
from mtadgat.data.storage.writing import save_table
from mtadgat.detector.prediction_table import with_times
from mtadgat.series import Series

MOMENTS = pd.date_range("2024-10-26T22:30", periods=40, freq="10min", tz="UTC")
BERLIN = MOMENTS.tz_convert("Europe/Berlin")
WRITTEN = {
    "zone": ("Zeit", BERLIN, {}),
    "offset": ("time", MOMENTS.tz_convert("+05:30"), {}),
    "utc": ("Timestamp", MOMENTS, {}),
    "no zone": ("date", MOMENTS.tz_localize(None), {}),
    "seconds since 1970": ("ts", (MOMENTS - pd.Timestamp(0, tz="UTC")) // pd.Timedelta("1s"), {}),
    "milliseconds since 1970": ("event_ts", (MOMENTS - pd.Timestamp(0, tz="UTC")) // pd.Timedelta("1ms"), {}),
    "seconds since a start": ("time", np.arange(40) / 10, {}),
    "steps": ("time", np.arange(40), {}),
}


def predicted(
    folder: Path, suffix: str, name: str, times: object, **options: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A table, and one of scores that was made of it, both as they are written and read again."""
    rows = pd.DataFrame({name: times, "a": np.sin(np.arange(40)), "b": np.cos(np.arange(40) / 3)})
    save_table(rows, folder / f"rows{suffix}")
    series = read_series(str(folder / f"rows{suffix}"), **options)
    save_table(with_times(pd.DataFrame({"score": np.arange(40.0)}), series, np.arange(40)), folder / f"scores{suffix}")
    read = pd.read_csv if suffix == ".csv" else pd.read_parquet
    return read(folder / f"rows{suffix}"), read(folder / f"scores{suffix}")


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@pytest.mark.parametrize(("name", "times", "options"), WRITTEN.values(), ids=WRITTEN)
def test_scores_join_with_their_rows_on_the_time(
    tmp_path: Path, suffix: str, name: str, times: object, options: dict[str, str]
) -> None:
    if (name, suffix) == ("Zeit", ".csv"):
        options = {"time_zone": "Europe/Berlin"}
    rows, scores = predicted(tmp_path, suffix, name, times, **options)
    assert scores.columns[0] == name
    if suffix == ".parquet" and hasattr(rows[name], "dt"):
        assert str(scores[name].dt.tz) == str(rows[name].dt.tz)
    assert scores[name].astype(str).tolist() == rows[name].astype(str).tolist()
    assert rows.merge(scores, on=name)["score"].tolist() == list(range(40))


def test_hour_that_comes_twice_is_written_twice(tmp_path: Path) -> None:
    rows, scores = predicted(tmp_path, ".csv", "Zeit", BERLIN.tz_localize(None))
    assert scores["Zeit"].tolist() == rows["Zeit"].tolist()
    assert scores["Zeit"].duplicated().sum() == 6


def test_time_whose_name_is_ours_is_called_timestamp() -> None:
    series = Series(np.zeros((2, 1)), ("a",), timestamps=np.array([1, 2]), clock=Clock("score"))
    table = with_times(pd.DataFrame({"score": [0.5, 0.7]}), series, np.arange(2))
    assert list(table.columns) == ["timestamp", "score"]


def test_rows_without_a_time_are_numbered() -> None:
    table = with_times(pd.DataFrame({"score": [0.5, 0.7]}), Series(np.zeros((2, 1)), ("a",)), np.array([7, 8]))
    assert table["row"].tolist() == [7, 8]
