"""How long the same trials take one after the other in one process, and in parallel on two Spark workers.

    python scripts/benchmarks/hyperopt.py [--fpath FOLDER] [--max-evals 12] [--trial-epochs 3] [--stride 2]

Both searches run the same trials (--algo rand), each in an MLflow database of its own. Threads are left at their
defaults: in one process torch takes every core, on Spark each trial takes those of its executor. The search ends with
the last trial; the whole command also reads the data, starts Spark, trains the final detector and evaluates it.
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


class SearchTiming(NamedTuple):
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


def time_search(folder: Path, name: str, options: list[str]) -> SearchTiming:
    """Run a search and return how long it took."""
    database = f"sqlite:///{folder}/{name}.db"
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("MLFLOW_", "OMP_"))}
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "mtadgat", "hyperopt", *options],
        cwd=folder,
        env={
            **inherited,
            "PYTHONPATH": str(ROOT / "src"),
            "MLFLOW_TRACKING_URI": database,
            "MLFLOW_EXPERIMENT_NAME": name,
        },
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return read_timing(database, time.perf_counter() - started)


def read_timing(database: str, command: float) -> SearchTiming:
    """Return how long a search took, from the runs of its trials."""
    from mlflow import MlflowClient

    client = MlflowClient(database)
    experiments = [each.experiment_id for each in client.search_experiments()]
    runs = client.search_runs(experiments, "tags.`mtadgat.command` = 'trial' AND attributes.status = 'FINISHED'")
    first, last = min(run.info.start_time for run in runs), max(run.info.end_time for run in runs)
    return SearchTiming(
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
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mtadgat-benchmark-") as name:
        folder = Path(name)
        (folder / "space.yaml").write_text(SPACE)
        shared = [
            *("--fpath", str(Path(options.fpath).absolute()) if Path(options.fpath).exists() else options.fpath),
            *("--space", str(folder / "space.yaml"), "--algo", "rand", "--max-evals", options.max_evals),
            *(
                "--trial-epochs",
                options.trial_epochs,
                "--epochs",
                options.trial_epochs,
                "--stride",
                options.stride,
            ),
        ]
        runners = {
            "one process": ["--trials", "local"],
            "2 Spark workers": ["--trials", "spark", "--spark-master", CLUSTER, "--parallelism", "2"],
        }
        print("| trials | finished | search | one trial | whole command | lowest loss |")
        print("|---|---|---|---|---|---|")
        for runner, extra in runners.items():
            timing = time_search(folder, runner.replace(" ", "-"), [*shared, *extra])
            print(
                f"| {runner} | {timing.trials} | {timing.search:.0f} s | {timing.trial:.1f} s "
                f"| {timing.command:.0f} s | {timing.best:.4f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
