"""Last: the run that this process opened last."""

from __future__ import annotations

import mlflow


def last_run() -> str:
    """Return the id of the run that was opened last, empty where there was none."""
    run = mlflow.last_active_run()
    return run.info.run_id if run is not None else ""
