"""Task: a trial as Spark sends it to a Python process that has never seen this project."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from mtadgat.integrations.spark.code_archive import CodeArchive

SCHEMA = "record binary, error string"
"""What a task returns, one row: a pickled `TrialRecord`, or why there is none."""

Task = Callable[[Iterable[Any]], Iterator[Any]]
"""What `mapInArrow` takes: batches of rows to batches of rows."""


def task(archive: CodeArchive, trial: bytes, data: Callable[[], Any]) -> Task:
    """Return a function that carries all that it needs: Spark's own ways to send files do not reach every sandbox.

    Args:
        archive: the code.
        trial: a pickled `SentTrial`.
        data: returns the `TrialData`; a function that Spark sends by value too.
    """
    name, content = archive

    def run(batches: Iterable[Any]) -> Iterator[Any]:
        # Sent by value: what it uses it imports, and nothing of this project before the code is in place.
        import os
        import sys
        import tempfile

        import pyarrow
        from pyspark import SparkFiles

        for _ in batches:  # Spark uses a process again only if its task has read all of its input
            pass
        record, fault = None, None
        try:
            if not any(path.endswith(name) for path in sys.path):
                for module in [each for each in sys.modules if each.partition(".")[0] == "mtadgat"]:
                    del sys.modules[module]  # of another version, sent to the same process before
                own = SparkFiles.getRootDirectory()  # removed with the executor
                writable = os.access(own, os.W_OK)
                file = os.path.join(tempfile.mkdtemp(prefix="mtadgat-", dir=own if writable else None), name)  # noqa: PTH118
                with open(file, "wb") as target:  # noqa: PTH123
                    target.write(content)
                sys.path.insert(0, file)
            from mtadgat.integrations.spark.sent_trial import run_sent

            record = run_sent(trial, data)
        except Exception as error:
            fault = f"{type(error).__name__}: {error}"
        yield pyarrow.RecordBatch.from_arrays(
            [pyarrow.array([record], pyarrow.binary()), pyarrow.array([fault], pyarrow.string())], ["record", "error"]
        )

    return run
