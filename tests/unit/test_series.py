"""Series keep names, times, labels and causes together."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtadgat.errors import DataError
from mtadgat.series import Cause, Event, Series, events


@given(st.lists(st.booleans(), max_size=60))
def test_events_are_the_runs_of_true_rows(flags: list[bool]) -> None:
    found = events(np.array(flags, dtype=bool))
    again = np.zeros(len(flags), dtype=bool)
    for event in found:
        assert event.start < event.stop
        again[event.start : event.stop] = True
    assert again.tolist() == flags
    assert all(earlier.stop < later.start for earlier, later in pairwise(found))


def sample() -> Series:
    return Series(
        values=np.arange(20.0).reshape(10, 2),
        features=("cpu", "disk"),
        labels=np.arange(10) % 5 == 3,
        causes=(Cause(Event(3, 4), (1,)), Cause(Event(8, 9), (0,))),
    )


def test_rows_cut_labels_and_causes_alike() -> None:
    cut = sample().rows(5)
    assert cut.values[0].tolist() == [10.0, 11.0]
    assert cut.labels is not None
    assert np.flatnonzero(cut.labels).tolist() == [3]
    assert cut.causes == (Cause(Event(3, 4), (0,)),)


def test_columns_in_another_order_are_put_right_with_their_causes() -> None:
    turned = sample().ordered(("disk", "cpu"))
    assert turned.values[0].tolist() == [1.0, 0.0]
    assert turned.causes == (Cause(Event(3, 4), (0,)), Cause(Event(8, 9), (1,)))


def test_missing_and_unknown_columns_are_named() -> None:
    with pytest.raises(DataError, match=r"missing: \['memory'\], unknown: \['disk'\]"):
        sample().ordered(("cpu", "memory"))


@pytest.mark.parametrize(
    ("details", "message"),
    [
        ({"features": ("cpu",)}, "2 feature names"),
        ({"features": ("cpu", "cpu")}, "more than once"),
        ({"labels": np.zeros(9, dtype=bool)}, "10 labels, one for each row; got 9"),
        ({"timestamps": np.arange(11)}, "10 timestamps, one for each row; got 11"),
        ({"targets": ("memory",)}, "targets among the features"),
    ],
)
def test_parts_that_do_not_fit_are_refused(details: dict[str, object], message: str) -> None:
    with pytest.raises(DataError, match=message):
        Series(**{"values": np.zeros((10, 2)), "features": ("cpu", "disk"), **details})  # type: ignore[arg-type]


def test_the_digest_changes_with_content_only() -> None:
    assert sample().digest == sample().digest
    assert sample().digest != sample().rows(1).digest
    assert sample().digest != sample().ordered(("disk", "cpu")).digest


@pytest.mark.parametrize("times", [[3, 2, 5], [3, 3, 5]])
def test_times_that_do_not_rise_are_an_error(times: list[int]) -> None:
    with pytest.raises(DataError) as error:
        Series(np.zeros((3, 1)), ("a",), "pump", timestamps=np.array(times))
    assert str(error.value) == (
        f"Expected timestamps of pump that rise from row to row; got 3 in row 0, then {times[1]}. "
        "Sort the rows by time and keep one for each, as read_series does."
    )
