"""Slots: how many trials a Spark session runs at the same time, and how many threads each may use."""

from __future__ import annotations

import logging
import re
from typing import Any, NamedTuple

from mtadgat.config.search import MAX_PARALLELISM
from mtadgat.integrations.spark.session import is_connect, setting

log = logging.getLogger(__name__)

MAX_CORES = 1024
"""Cores that a session over Spark Connect is asked for."""
SCALING = {
    "spark.dynamicAllocation.enabled": "true",
    "spark.databricks.clusterUsageTags.clusterScalingType": "autoscaling",
}
"""Settings, and their values, of a session whose executors come and go."""


class Slots(NamedTuple):
    """Where trials run.

    Args:
        parallelism: trials at the same time.
        threads: threads of a trial; None: as many as Spark reserves cores for a task.
    """

    parallelism: int
    threads: int | None


def find_slots(session: Any, parallelism: int | None) -> Slots:
    """Return the slots of a session.

    Args:
        session: a Spark session.
        parallelism: trials at the same time; None: as many as Spark has slots for tasks, which are its cores divided
            by ``spark.task.cpus``.
    """
    if parallelism is None:
        cores, reserved = _cores(session), max(1, int(setting(session, "spark.task.cpus") or 1))
        parallelism = min(max(1, cores // reserved), MAX_PARALLELISM)
        log.info("%d trials at the same time: Spark has %d cores, and a task takes %d", parallelism, cores, reserved)
    if any(setting(session, name) == value for name, value in SCALING.items()):
        log.warning(
            "the number of Spark's workers is not fixed: a worker that is removed loses its trial, and one that comes "
            "later counts only with --parallelism; fixed workers serve a search better"
        )
    return Slots(parallelism, _local_threads(session, parallelism))


def _cores(session: Any) -> int:
    if not is_connect(session):
        return int(session.sparkContext.defaultParallelism)
    from pyspark.sql.functions import spark_partition_id

    # Spark cuts a range into as many partitions as it has cores; over Spark Connect nothing else tells.
    return len({row[0] for row in session.range(MAX_CORES).select(spark_partition_id()).collect()})


def _local_threads(session: Any, parallelism: int) -> int | None:
    """On a master of one machine, Spark's cores are what we say they are: a trial gets its share."""
    if is_connect(session) or not (master := session.sparkContext.master).startswith("local"):
        return None
    cluster = re.fullmatch(r"local-cluster\[\s*\d+\s*,\s*(\d+)\s*,\s*\d+\s*\]", master)
    share = max(1, _cores(session) // parallelism)
    return min(share, int(cluster.group(1))) if cluster else share
