"""Job: the MLflow run of a job on Databricks, where nobody but the job itself can end it."""

from __future__ import annotations

import logging
import os

from mtadgat.errors import redacted

LONGEST_REASON = 500

log = logging.getLogger(__name__)


def fail_unfinished_run(reason: str) -> None:
    """Mark the project's run as failed where the job ends before it has done so itself.

    MLflow's client goes away after it has sent a job: a run that the job leaves open stays open for ever.

    Args:
        reason: what ended the job; it becomes a tag of the run.
    """
    run_id = os.environ.get("MLFLOW_RUN_ID")
    if not run_id:
        return
    from mlflow import MlflowClient
    from mlflow.exceptions import MlflowException

    from mtadgat.integrations.mlflow.service import fail_fast
    from mtadgat.tracking import names

    client = MlflowClient()
    try:
        with fail_fast():
            if client.get_run(run_id).info.status == "RUNNING":
                client.set_tag(run_id, names.TAG_ERROR, redacted(reason)[:LONGEST_REASON])
                client.set_terminated(run_id, "FAILED")
    except (MlflowException, OSError) as error:
        log.warning("the run stays open: %s", error)
