"""How to search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from mtadgat.config.parameter import Checked, parameter

MAX_PARALLELISM = 128
"""Trials at the same time, each of which a thread of the driver waits for."""


@dataclass(frozen=True)
class SearchConfig(Checked):
    """How to search for the best configuration; suggestions are drawn with the detector's ``seed``."""

    heading: ClassVar[str] = "Search"

    space: str | None = parameter(
        None, "YAML file of the parameters to search and their distributions; the default space if omitted."
    )
    algo: str = parameter(
        "tpe",
        "How configurations are suggested: tree of Parzen estimators, at random, or simulated annealing.",
        choices=("tpe", "rand", "anneal"),
    )
    max_evals: int = parameter(20, "Trials in all, those of a resumed search included.", low=1)
    timeout: float | None = parameter(
        None, "Seconds after which the search stops with the best so far; never if omitted.", low=1
    )
    loss: str = parameter(
        "validation",
        "What to minimise: the validation loss, or 1 - a metric on the earliest labelled rows (see loss-share).",
        choices=("validation", "vus_pr", "auc_pr", "f1", "pa_f1", "pot_f1"),
    )
    loss_share: float = parameter(
        0.5,
        "Share of the labelled rows, the earliest, that a loss from labels sees; the final evaluation sees the rest.",
        low=0.05,
        high=0.95,
    )
    early_stop: int | None = parameter(
        None, "Finished trials without a better loss after which the search stops; never if omitted.", low=1
    )
    trials: str = parameter(
        "local",
        "Where trials run: one after the other in this process, or side by side on Spark.",
        choices=("local", "spark"),
    )
    parallelism: int | None = parameter(
        None,
        "Trials side by side on Spark; if omitted as many as it has slots, which are its cores / spark.task.cpus.",
        low=1,
        high=MAX_PARALLELISM,
    )
    spark_master: str | None = parameter(
        None,
        "Spark master to start a session on, such as local-cluster[2,1,2048], or the address of a Spark Connect "
        "server, such as sc://host:15002; if omitted the running session, else Spark's own configuration.",
    )
    trial_epochs: int | None = parameter(None, "Epochs of a trial; those of the final training if omitted.", low=1)
    pruning: str | None = parameter(
        None,
        "Stop a trial whose validation loss is above the median of the others at the same epoch; never if omitted.",
        choices=("median",),
    )
    resume: str | None = parameter(None, "Run id of a search to resume; its own parameters apply.")

    def contradictions(self) -> list[str]:
        """Return one sentence for each value that is in its range but does not fit another."""
        if "token=" in (self.spark_master or "").lower():
            return [
                "spark-master: expected an address without its token, since it is recorded; put it in SPARK_REMOTE"
            ]
        return []
