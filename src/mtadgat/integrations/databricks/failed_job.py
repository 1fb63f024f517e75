"""Failed job: ends the MLflow run of a job on Databricks, which only the job itself can do."""

from __future__ import annotations

import logging
import os

from mtadgat.errors import redacted

log = logging.getLogger(__name__)


def fail_unfinished_run(reason: str) -> None:
    """Mark the project's run as failed if it is still open when the job ends.

    MLflow's client exits after it has sent a job, so a run that the job leaves open stays open for ever.

    Args:
        reason: why the job ended; it is recorded as a tag of the run.
    """
    run_id = os.environ.get("MLFLOW_RUN_ID")
    if not run_id:
        return
    from mlflow import MlflowClient
    from mlflow.exceptions import MlflowException

    from mtadgat.integrations.mlflow.service import MAX_REASON_LENGTH, fail_fast
    from mtadgat.tracking import names

    client = MlflowClient()
    try:
        with fail_fast():
            if client.get_run(run_id).info.status == "RUNNING":
                client.set_tag(run_id, names.TAG_ERROR, redacted(reason)[:MAX_REASON_LENGTH])
                client.set_terminated(run_id, "FAILED")
    except (MlflowException, OSError) as error:
        log.warning("the run stays open: %s", error)
