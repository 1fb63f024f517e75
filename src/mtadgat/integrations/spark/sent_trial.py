"""Sent trial: a trial on the executor that it was sent to."""

from __future__ import annotations

import os
import pickle
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from mtadgat.integrations.mlflow.service import fail_fast
from mtadgat.search.objective import Objective, TrialData
from mtadgat.search.trial import Suggestion

_reached: set[str] = set()
"""Trial stores that this process has reached."""
_held: dict[str, TrialData] = {}
"""The data that this process holds, by digest; those of one search."""


@dataclass(frozen=True)
class SentTrial:
    """A trial on its way to an executor.

    Args:
        objective: runs and records it; its data are sent apart.
        suggestion: the trial.
        run_id: its run.
        threads: how many it may use; None: the cores that Spark reserves for a task.
    """

    objective: Objective
    suggestion: Suggestion
    run_id: str
    threads: int | None


def run_sent(trial: bytes, data: Callable[[], TrialData]) -> bytes:
    """Run a trial that was sent, and return its pickled record.

    Args:
        trial: a pickled `SentTrial`.
        data: returns the data.

    Raises:
        ServiceError: the trial store does not answer.
    """
    import torch

    sent: SentTrial = pickle.loads(trial)
    _reach(sent.objective)
    torch.set_num_threads(min(sent.threads or _reserved_cores(), os.cpu_count() or 1))
    with _temporary_folder():
        return pickle.dumps(replace(sent.objective, data=data)(sent.suggestion, sent.run_id))


def held(digest: str, content: bytes) -> TrialData:
    """Return data that are sent with every trial, of which a process holds one copy.

    Args:
        digest: names the data.
        content: the pickled data.
    """
    if digest not in _held:
        _held.clear()
        _held[digest] = pickle.loads(content)
    return _held[digest]


def _reach(objective: Objective) -> None:
    """Ask the trial store something, once: where no server answers, MLflow's own attempts take minutes."""
    store = objective.trial_store
    if store.tracking_uri not in _reached:
        with fail_fast():
            store.records()
        _reached.add(store.tracking_uri)


def _reserved_cores() -> int:
    from pyspark import TaskContext

    context = TaskContext.get()
    return int(context.cpus()) if context is not None else 1


@contextmanager
def _temporary_folder() -> Iterator[None]:
    """Work in a temporary folder, since some libraries write to the current one."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory(prefix="mtadgat-trial-") as folder:
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)
