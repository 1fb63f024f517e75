"""Spark runner: trials in parallel on Spark's executors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mtadgat.config import SearchConfig
from mtadgat.errors import ConfigError
from mtadgat.integrations.spark.executors import spark_executors
from mtadgat.integrations.spark.session import is_on_one_machine, spark_session
from mtadgat.integrations.spark.slots import find_slots
from mtadgat.search.objective import Objective
from mtadgat.search.parallel_trials import run_in_parallel
from mtadgat.search.plan import Plan
from mtadgat.search.trial import TrialRecord
from mtadgat.search.trial_queue import TrialQueue


@dataclass(frozen=True)
class SparkRunner:
    """Runs trials in parallel on Spark.

    Args:
        master: where to start a Spark session, or the address of a Spark Connect server; None: the session that is
            running, else as Spark is configured.
        parallelism: trials at the same time; None: as many as Spark has slots for tasks.
    """

    master: str | None = None
    parallelism: int | None = None

    def run(self, plan: Plan, objective: Objective, on_trial: Callable[[TrialRecord], None]) -> None:
        """Run the trials of a plan that are left, several at the same time.

        Trials that could not record how they ended, such as those whose process died, are recorded as failed. On
        Ctrl-C, and when the search is over, Spark's jobs are cancelled.

        Args:
            plan: what to try.
            objective: runs and records one trial.
            on_trial: called for each trial that ends.

        Raises:
            ConfigError: executors on other machines cannot reach the tracking database, or the data are too large.
            MissingExtraError: pyspark is not installed, or not all of it.
            ServiceError: Spark does not start, or cannot run trials, or the trial store does not answer.
        """
        if plan.is_complete:
            return
        with spark_session(self.master) as session:
            check_reach(session, objective.trial_store.tracking_uri)
            slots = find_slots(session, self.parallelism)
            with spark_executors(session, objective, slots.threads) as executors:
                run_in_parallel(TrialQueue(plan), executors, slots.parallelism, on_trial)


def spark_runner(config: SearchConfig) -> SparkRunner:
    """Return the runner of a search on Spark."""
    return SparkRunner(config.spark_master, config.parallelism)


def check_reach(session: Any, tracking_uri: str) -> None:
    """Refuse a tracking database in a file if executors run on other machines.

    Raises:
        ConfigError: executors could not record their trials.
    """
    if tracking_uri.startswith(("sqlite:", "file:", "/")) and not is_on_one_machine(session):
        raise ConfigError(
            [
                "trials: expected a tracking server that executors can reach, such as "
                f"MLFLOW_TRACKING_URI=http://host:5000, or --trials local, got {tracking_uri}"
            ]
        )
