"""Who runs the trials of a search."""

from __future__ import annotations

import pytest

from mtadgat.config import SearchConfig
from mtadgat.errors import ConfigError
from mtadgat.search.trial_runner import LocalRunner, TrialRunner, local_runner


def test_a_search_in_this_process_gets_the_local_runner() -> None:
    runner = local_runner(SearchConfig())
    assert isinstance(runner, LocalRunner)
    assert isinstance(runner, TrialRunner)


def test_trials_that_are_to_run_elsewhere_are_not_silently_run_here() -> None:
    with pytest.raises(ConfigError, match=r"trials: expected local, or another runner_for .*, got spark"):
        local_runner(SearchConfig(trials="spark"))
