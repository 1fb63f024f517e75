"""What a user loses when these fail: root causes that belong to other rows or other features."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtadgat.data.causes import Blame, causes_of, kept_causes, read_blames
from mtadgat.errors import DataError
from mtadgat.series import Cause, Event, events


def test_lines_give_rows_from_0_and_features_from_1() -> None:
    assert read_blames("760-765:4,5,7\n\n 10 - 12 : 1 ,\n", "x") == [Blame(760, 765, (3, 4, 6)), Blame(10, 12, (0,))]


@pytest.mark.parametrize("line", ["760:4,5", "760-765", "760-765:0", "a-b:1", "1-2:"])
def test_other_lines_are_an_error(line: str) -> None:
    with pytest.raises(DataError) as error:
        read_blames(f"1-2:1\n{line}\n", "interpretation.txt")
    assert str(error.value) == (
        "Expected lines such as 760-765:4,5,7 in interpretation.txt, features from 1; "
        f"got {line!r} in line 2. Correct the line, or remove the file."
    )


@settings(deadline=None)
@given(labels=st.lists(st.booleans(), min_size=1, max_size=60), inclusive=st.booleans(), belief=st.booleans())
def test_causes_fit_the_labelled_events_whichever_way_the_file_counts(
    labels: list[bool], inclusive: bool, belief: bool
) -> None:
    known = events(np.array(labels))
    blames = [Blame(event.start, event.stop - inclusive, (0,)) for event in known]
    causes = causes_of(blames, np.array(labels), inclusive=belief)
    assert [cause.event for cause in causes] == known


@pytest.mark.parametrize(("inclusive", "stop"), [(True, 6), (False, 5)])
def test_without_labels_the_layout_says_how_the_file_counts(inclusive: bool, stop: int) -> None:
    assert causes_of([Blame(3, 5, (1,))], None, inclusive=inclusive) == (Cause(Event(3, stop), (1,)),)


def test_causes_are_in_time_order() -> None:
    causes = causes_of([Blame(9, 10, (0,)), Blame(1, 2, (1,))], None, inclusive=False)
    assert [cause.event.start for cause in causes] == [1, 9]


def test_features_are_counted_among_those_that_are_kept() -> None:
    causes = [Cause(Event(0, 1), (0, 1, 2))]
    assert kept_causes(causes, ("a", "b", "c"), ("c", "a"), "x") == (Cause(Event(0, 1), (1, 0)),)


def test_feature_that_the_table_lacks_is_an_error() -> None:
    with pytest.raises(DataError, match=r"features from 1 to 2 in x; got 3 for the event of row 7\."):
        kept_causes([Cause(Event(7, 9), (2,))], ("a", "b"), ("a", "b"), "x")
