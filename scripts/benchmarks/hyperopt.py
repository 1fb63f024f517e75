"""How long the same trials take one after the other in one process, and side by side on two Spark workers.

    python scripts/benchmarks/hyperopt.py [--fpath FOLDER] [--max-evals 12] [--trial-epochs 3] [--stride 2]

Both searches draw the same trials (--algo rand) and record them in an MLflow database of their own. Threads are what
each way has by itself: in one process torch takes every core, on Spark each trial takes those of its executor. The
search ends with the last trial; the whole command also reads the data, starts Spark, trains once more and evaluates.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
CLUSTER = "local-cluster[2,1,2048]"
SPACE = """
learning_rate: {loguniform: [3.0e-4, 1.0e-2]}
window: {choice: [20, 30, 40]}
gru_hidden: {quniform: [50, 150, 50]}
reconstruction_hidden: {quniform: [50, 150, 50]}
dropout: {quniform: [0, 0.5, 0.1]}
"""


class Took(NamedTuple):
    """Seconds of one search.

    Args:
        command: the whole command.
        search: from the start of the first trial to the end of the last.
        trial: one trial, on average.
        trials: how many finished.
        best: the lowest loss.
    """

    command: float
    search: float
    trial: float
    trials: int
    best: float


def searched(folder: Path, name: str, options: list[str]) -> Took:
    """Run a search and return how long it took."""
    database = f"sqlite:///{folder}/{name}.db"
    known = {name: value for name, value in os.environ.items() if not name.startswith(("MLFLOW_", "OMP_"))}
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "mtadgat", "hyperopt", *options],
        cwd=folder,
        env={
            **known,
            "PYTHONPATH": str(ROOT / "src"),
            "MLFLOW_TRACKING_URI": database,
            "MLFLOW_EXPERIMENT_NAME": name,
        },
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return measured(database, time.perf_counter() - started)


def measured(database: str, command: float) -> Took:
    """Read from the runs of the trials how long they took."""
    from mlflow import MlflowClient

    client = MlflowClient(database)
    experiments = [each.experiment_id for each in client.search_experiments()]
    runs = client.search_runs(experiments, "tags.`mtadgat.command` = 'trial' AND attributes.status = 'FINISHED'")
    first, last = min(run.info.start_time for run in runs), max(run.info.end_time for run in runs)
    return Took(
        command=command,
        search=(last - first) / 1000,
        trial=sum(run.data.metrics["trial/seconds"] for run in runs) / len(runs),
        trials=len(runs),
        best=min(run.data.metrics["trial/loss"] for run in runs),
    )


def main() -> None:
    """Run both searches and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fpath", default="demo")
    parser.add_argument("--max-evals", default="12")
    parser.add_argument("--trial-epochs", default="3")
    parser.add_argument("--stride", default="2")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mtadgat-benchmark-") as name:
        folder = Path(name)
        (folder / "space.yaml").write_text(SPACE)
        options = [
            *("--fpath", str(Path(given.fpath).absolute()) if Path(given.fpath).exists() else given.fpath),
            *("--space", str(folder / "space.yaml"), "--algo", "rand", "--max-evals", given.max_evals),
            *("--trial-epochs", given.trial_epochs, "--epochs", given.trial_epochs, "--stride", given.stride),
        ]
        ways = {
            "one process": ["--trials", "local"],
            "2 Spark workers": ["--trials", "spark", "--spark-master", CLUSTER, "--parallelism", "2"],
        }
        print("| trials | finished | search | one trial | whole command | lowest loss |")
        print("|---|---|---|---|---|---|")
        for way, more in ways.items():
            took = searched(folder, way.replace(" ", "-"), [*options, *more])
            print(
                f"| {way} | {took.trials} | {took.search:.0f} s | {took.trial:.1f} s | {took.command:.0f} s "
                f"| {took.best:.4f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
