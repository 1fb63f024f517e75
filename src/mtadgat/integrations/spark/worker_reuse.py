"""Reuse: the Python processes of executors live on from trial to trial.

Spark keeps such a process only where its task has read all of its input. The tasks of hyperopt's SparkTrials never do
so: each trial would start a process and import torch anew, more than four seconds of a core.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any


class _Through:
    """Stands for another object."""

    def __init__(self, behind: Any) -> None:
        self._behind = behind

    def __getattr__(self, name: str) -> Any:
        return getattr(self._behind, name)


class ReusingSession(_Through):
    """A Spark session whose tasks read their input."""

    @property
    def sparkContext(self) -> _Context:  # noqa: N802  Spark's own name
        """The context of the session."""
        return _Context(self._behind.sparkContext)


class _Context(_Through):
    def parallelize(self, rows: list[int], partitions: int | None = None) -> _Rows:
        """Return the rows as a distributed data set."""
        return _Rows(self._behind.parallelize(rows, partitions))


class _Rows(_Through):
    def mapPartitions(self, task: Callable[[Iterator[int]], Iterator[Any]]) -> Any:  # noqa: N802  Spark's own name
        """Return what a task makes of the rows."""

        def reading(rows: Iterator[int]) -> Iterator[Any]:
            return task(iter(list(rows)))

        return self._behind.mapPartitions(reading)
