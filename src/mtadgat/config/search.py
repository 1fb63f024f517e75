"""How to search."""

from __future__ import annotations

from dataclasses import dataclass

from mtadgat.config.parameter import Checked, parameter


@dataclass(frozen=True)
class SearchConfig(Checked):
    """How to search for the best configuration; the trials are drawn from the detector's ``seed``."""

    space: str | None = parameter(
        None, "YAML file of the parameters to search and their distributions; none: the default space.", group="Search"
    )
    algo: str = parameter(
        "tpe",
        "How trials are drawn: tree of Parzen estimators, at random, or simulated annealing.",
        group="Search",
        choices=("tpe", "rand", "anneal"),
    )
    max_evals: int = parameter(20, "Trials in all, those of a resumed search included.", group="Search", low=1)
    timeout: float | None = parameter(
        None, "Seconds after which the search stops and takes the best so far; none: never.", group="Search", low=1
    )
    loss: str = parameter(
        "validation",
        "What to minimise: the validation loss, or 1 - a figure on the earliest labelled rows (see loss-share).",
        group="Search",
        choices=("validation", "vus_pr", "auc_pr", "f1", "pa_f1", "pot_f1"),
    )
    loss_share: float = parameter(
        0.5,
        "Share of the labelled rows, the earliest, that a loss from labels sees; the final evaluation sees the rest.",
        group="Search",
        low=0.05,
        high=0.95,
    )
    early_stop: int | None = parameter(
        None, "Finished trials without a better loss after which the search stops; none: never.", group="Search", low=1
    )
    trials: str = parameter(
        "local",
        "Where trials run: one after the other in this process, or side by side on Spark.",
        group="Search",
        choices=("local", "spark"),
    )
    parallelism: int | None = parameter(
        None, "Trials side by side on Spark; none: as many as Spark has cores.", group="Search", low=1, high=128
    )
    spark_master: str | None = parameter(
        None,
        "Spark master to start a session on, such as local-cluster[2,1,2048]; none: the session that runs, else "
        "Spark's own configuration.",
        group="Search",
    )
    trial_epochs: int | None = parameter(
        None, "Epochs of a trial; none: those of the final training.", group="Search", low=1
    )
    pruning: str | None = parameter(
        None,
        "Stop a trial whose validation loss is above the median of the others at the same epoch; none: never.",
        group="Search",
        choices=("median",),
    )
    resume: str | None = parameter(None, "Run id of a search to go on with; its own parameters hold.", group="Search")
