"""Trial runner: where the trials of a search run; here in this process, elsewhere by an integration.

The workflow is handed a `RunnerFactory`, since only the request that a resumed search stored says where trials run.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from mtadgat.config import SearchConfig
from mtadgat.errors import ConfigError
from mtadgat.search.objective import Objective, TimeUpError
from mtadgat.search.plan import Plan
from mtadgat.search.trial import TrialRecord
from mtadgat.search.trial_queue import TrialQueue


@runtime_checkable
class TrialRunner(Protocol):
    """Runs trials."""

    def run(self, plan: Plan, objective: Objective, on_trial: Callable[[TrialRecord], None]) -> None:
        """Run the trials of a plan that are left.

        Args:
            plan: what to try.
            objective: runs and records one trial.
            on_trial: called for each trial that ends.

        Raises:
            ServiceError: the trial store or the service that runs the trials does not answer.
        """


RunnerFactory = Callable[[SearchConfig], TrialRunner]
"""Returns the runner that a search asks for."""


class LocalRunner:
    """Runs trials one after the other in this process."""

    def run(self, plan: Plan, objective: Objective, on_trial: Callable[[TrialRecord], None]) -> None:
        """See `TrialRunner.run`."""
        queue = TrialQueue(plan)
        while not queue.is_over and (suggestion := queue.take()) is not None:
            try:
                record = objective(suggestion, objective.open(suggestion), queue.deadline)
            except TimeUpError:
                return
            queue.end(record)
            on_trial(record)


def local_runner(config: SearchConfig) -> TrialRunner:
    """Return the runner of a search in this process.

    Raises:
        ConfigError: its trials are to run elsewhere.
    """
    if config.trials != "local":
        raise ConfigError([f"trials: expected local, or another runner_for than the default one, got {config.trials}"])
    return LocalRunner()
