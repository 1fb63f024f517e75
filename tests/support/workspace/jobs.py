"""Jobs: single runs that are submitted, watched and cancelled."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from databricks.sdk.service.jobs import Run, RunLifeCycleState, RunOutput, RunResultState, RunState

from workspace.cluster import Cluster
from workspace.http import Answer, Request, failure
from workspace.libraries import LibraryInstallationError
from workspace.strict import submit_faults

PATIENCE = 50.0
"""Seconds for which a question about a job that runs is held back; clients give up after 120."""
REFERENCE = re.compile(r"\{\{secrets/([^/}]+)/([^/}]+)\}\}")


@dataclass
class Job:
    """A run that was submitted.

    Args:
        run_id: its number.
        body: the request.
        cluster: where it runs.
        states: every state that it has had, the latest last.
    """

    run_id: int
    body: dict[str, Any]
    cluster: Cluster
    states: list[RunState] = field(default_factory=list)
    outcome: dict[str, Any] = field(default_factory=dict)
    cancelled: bool = False
    started: int = field(default_factory=lambda: int(time.time() * 1000))
    thread: threading.Thread | None = None
    described: bool = False
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def state(self) -> RunState:
        return self.states[-1]

    @property
    def ended(self) -> bool:
        return self.state.result_state is not None

    def move(self, life: str, result: str | None = None, message: str = "") -> None:
        """Go on to another state."""
        self.states.append(
            RunState(RunLifeCycleState(life), None, RunResultState(result) if result else None, message)
        )
        if result:
            self.over.set()


class Jobs:
    """The Jobs API 2.0, as far as MLflow and databricks-sdk use it for single runs.

    Args:
        root: scratch for the clusters.
        url: address of the workspace.
        dbfs: folder of the DBFS root.
        secrets: scope -> key -> secret.
        variables: environment that every driver has.
    """

    def __init__(
        self, root: Path, url: str, dbfs: Path, secrets: dict[str, dict[str, str]], variables: dict[str, str]
    ) -> None:
        self.root, self.url, self.dbfs, self.secrets, self.variables = root, url, dbfs, secrets, variables
        self.volumes = root / "volumes"
        self.volumes.mkdir(parents=True)
        self.runs: dict[int, Job] = {}
        self.one_at_a_time = threading.Lock()

    def submit(self, request: Request) -> Answer:
        """``POST /api/2.0/jobs/runs/submit``"""
        body = request.json()
        faults = submit_faults(body)
        if faults:
            return failure(400, "INVALID_PARAMETER_VALUE", "; ".join(faults))
        spec = body["new_cluster"]
        run_id = 1000 + len(self.runs)
        cluster = Cluster(
            folder=self.root / str(run_id),
            dbfs=self.dbfs,
            volumes=self.volumes,
            environments=self.root / "environments",
            libraries=[library["pypi"]["package"] for library in body.get("libraries", [])],
            spark_version=spec["spark_version"],
        )
        job = self.runs[run_id] = Job(run_id, body, cluster)
        job.move("PENDING", message="Waiting for cluster")
        job.thread = threading.Thread(target=self._work, args=(job,), daemon=True)
        job.thread.start()
        return Answer.of({"run_id": run_id})

    def get(self, request: Request) -> Answer:
        """``GET /api/2.0/jobs/runs/get``

        MLflow's client asks once when it has submitted, and from then on waits half a minute between two questions:
        each after the first is answered when the job is over, which spares that time.
        """

        def describe(job: Job) -> dict[str, Any]:
            if job.described:
                job.over.wait(PATIENCE)
            job.described = True
            return self._described(job)

        return self._answer(request.query, describe)

    def output(self, request: Request) -> Answer:
        """``GET /api/2.0/jobs/runs/get-output``"""
        return self._answer(
            request.query,
            lambda job: RunOutput(
                error=job.outcome.get("error"),
                error_trace=job.outcome.get("trace"),
                logs=job.cluster.log()[-5_000_000:],
            ).as_dict(),
        )

    def cancel(self, request: Request) -> Answer:
        """``POST /api/2.0/jobs/runs/cancel``"""

        def end(job: Job) -> dict[str, Any]:
            job.cancelled = True
            if not job.ended:
                job.move("TERMINATING", message="Cancelled by user")
            job.cluster.stop()
            return {}

        return self._answer(request.json(), end)

    def stop(self) -> None:
        """End every job that still runs."""
        for job in self.runs.values():
            job.cancelled = True
            job.cluster.stop()
        for job in self.runs.values():
            if job.thread is not None:
                job.thread.join()

    def _answer(self, given: dict[str, Any], act: Callable[[Job], dict[str, Any]]) -> Answer:
        run_id = str(given.get("run_id", ""))
        if not run_id.isdigit() or int(run_id) not in self.runs:
            return failure(400, "INVALID_PARAMETER_VALUE", f"Run {run_id} does not exist.")
        return Answer.of(act(self.runs[int(run_id)]))

    def _described(self, job: Job) -> dict[str, Any]:
        page = f"{self.url}/?o=0#job/1/run/{job.run_id}"
        return Run(
            run_id=job.run_id, job_id=1, run_page_url=page, state=job.state, start_time=job.started
        ).as_dict() | {"run_name": job.body["run_name"]}

    def _work(self, job: Job) -> None:
        with self.one_at_a_time:
            try:
                self._start(job)
            except LibraryInstallationError as error:
                job.outcome = {"error": f"Library installation failed: {error}"}
                job.move("INTERNAL_ERROR", "FAILED", job.outcome["error"])
                return
            except LookupError as error:
                job.outcome = {"error": str(error)}
                job.move("INTERNAL_ERROR", "FAILED", job.outcome["error"])
                return
            if not job.cancelled:
                job.move("RUNNING", message="In run")
                task = job.body["spark_python_task"]
                job.outcome = job.cluster.run(task["python_file"], task.get("parameters") or [])
            if job.cancelled:
                job.move("TERMINATED", "CANCELED", "Run cancelled.")
            elif job.outcome["ok"]:
                job.move("TERMINATED", "SUCCESS")
            else:
                job.move("TERMINATED", "FAILED", "Workload failed, see run output for details")

    def _start(self, job: Job) -> None:
        spec = job.body["new_cluster"]
        job.cluster.spark_conf = {key: self._resolved(text) for key, text in (spec.get("spark_conf") or {}).items()}
        own = {key: self._resolved(text) for key, text in (spec.get("spark_env_vars") or {}).items()}
        job.cluster.variables = {**own, **self.variables}
        job.cluster.start()

    def _resolved(self, text: str) -> str:
        def secret(found: re.Match[str]) -> str:
            scope, key = found.groups()
            if key not in self.secrets.get(scope, {}):
                raise LookupError(f"Secret does not exist with scope: {scope} and key: {key}")
            return self.secrets[scope][key]

        return REFERENCE.sub(secret, text)
