"""How fast networks train and score, and what memory that takes, beside the reference implementation's plain network.

    python scripts/benchmarks/speed.py [--fpath FILE] [--window 100] [--batch-size 256] [--threads 2]

Without --fpath, rows are random, 38 features wide like those of the Server Machine Dataset. Each figure comes from a
process of its own; windows per second are those of the median batch. The plain network scores as that implementation
does: one pass for the forecast of a row, another for its reconstruction.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

import numpy as np
import torch
from plain_network import PlainNetwork

from mtadgat.config import DetectorConfig
from mtadgat.detector.network import build_network, sliding_windows
from mtadgat.detector.scoring import row_outputs
from mtadgat.detector.training import fit_network

SMD_FEATURES = 38


def example(fpath: str | None, rows: int) -> np.ndarray:
    """Return (rows, features) float32."""
    if fpath is None:
        return np.random.default_rng(0).random((rows, SMD_FEATURES), dtype=np.float32)
    if fpath.endswith(".npy"):
        return np.load(fpath)[:rows].astype(np.float32)
    return np.loadtxt(fpath, delimiter=",", dtype=np.float32, max_rows=rows)


def train_times(config: DetectorConfig, rows: np.ndarray) -> list[float]:
    """Return the seconds of each batch of one epoch, the first one left out: it warms up."""
    stamps: list[float] = []
    network = build_network(config, rows.shape[1], range(rows.shape[1]))
    fit_network(
        network, torch.from_numpy(rows), config, on_batch=lambda _done, _total: stamps.append(time.perf_counter())
    )
    return list(np.diff(stamps))


def score_times(config: DetectorConfig, rows: np.ndarray) -> list[float]:
    """Return the seconds of each batch of rows, the first one left out."""
    network = build_network(config, rows.shape[1], range(rows.shape[1]))
    starts = range(config.window, len(rows), config.batch_size)
    return list(
        timed(
            lambda start: row_outputs(
                network,
                rows[start - config.window : start],
                # One row less: its windows are one more.
                rows[start : start + config.batch_size - 1],
                config.batch_size,
                "cpu",
            ),
            starts,
        )
    )[1:]


def plain_train_times(config: DetectorConfig, rows: np.ndarray) -> list[float]:
    """Return the seconds of each batch, the first one left out."""
    plain = PlainNetwork(build_network(config, rows.shape[1], range(rows.shape[1])))
    optimizer = torch.optim.Adam(plain.parameters(), lr=config.learning_rate)
    spans = sliding_windows(torch.from_numpy(rows), config.window + 1)

    def step(start: int) -> None:
        batch = spans[start : start + config.batch_size]
        output = plain(batch[:, :-1])
        loss = (output.forecast - batch[:, -1]).square().mean().sqrt()
        loss = loss + (output.reconstruction - batch[:, :-1]).square().mean().sqrt()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return list(timed(step, range(0, len(spans), config.batch_size)))[1:]


def plain_score_times(config: DetectorConfig, rows: np.ndarray) -> list[float]:
    """Return the seconds of each batch, the first one left out."""
    plain = PlainNetwork(build_network(config, rows.shape[1], range(rows.shape[1]))).eval()
    spans = sliding_windows(torch.from_numpy(rows), config.window + 1)

    @torch.inference_mode()
    def step(start: int) -> None:
        batch = spans[start : start + config.batch_size]
        plain(batch[:, :-1])
        plain(batch[:, 1:])

    return list(timed(step, range(0, len(spans), config.batch_size)))[1:]


def timed(step: Callable[[int], object], starts: range) -> Iterator[float]:
    """Yield the seconds that each step takes."""
    for start in starts:
        begun = time.perf_counter()
        step(start)
        yield time.perf_counter() - begun


TASKS = {
    "mtadgat train": train_times,
    "mtadgat score": score_times,
    "plain train": plain_train_times,
    "plain score": plain_score_times,
}


def measure(task: str, arguments: argparse.Namespace) -> None:
    """Print windows per second and peak memory in MB of one task in this process."""
    torch.set_num_threads(arguments.threads)
    batches = arguments.plain_batches if task.startswith("plain") else arguments.batches
    rows = example(arguments.fpath, arguments.window + (batches + 1) * arguments.batch_size)
    config = DetectorConfig(
        window=arguments.window, batch_size=arguments.batch_size, epochs=1, val_split=0, device="cpu"
    )
    seconds = statistics.median(TASKS[task](config, rows)[:batches])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)
    print(f"{arguments.batch_size / seconds} {peak}")


class Measured(NamedTuple):
    """Windows per second, and peak memory in MB."""

    speed: float
    peak: float


def measured_apart(task: str) -> Measured:
    """Return what one task takes in a process of its own."""
    command = [sys.executable, __file__, *sys.argv[1:], "--measure", task]
    speed, peak = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-2:]
    return Measured(float(speed), float(peak))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fpath", help="rows to use: .npy, or text with commas and no header")
    parser.add_argument("--window", type=int, default=100)
    parser.add_argument("--batch-size", type=int, default=256)
    parser.add_argument("--batches", type=int, default=10, help="batches to time")
    parser.add_argument("--plain-batches", type=int, default=2, help="batches of the plain network to time")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--measure", choices=TASKS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        measure(arguments.measure, arguments)
        return
    print("| | plain | mtadgat | times as fast | plain, peak MB | mtadgat, peak MB |\n|---|---:|---:|---:|---:|---:|")
    for work in ("train", "score"):
        plain, ours = measured_apart(f"plain {work}"), measured_apart(f"mtadgat {work}")
        ratio = ours.speed / plain.speed
        metrics = f"{plain.speed:,.0f} | {ours.speed:,.0f} | {ratio:.1f} | {plain.peak:,.0f} | {ours.peak:,.0f}"
        print(f"| {work}, windows/s | {metrics} |", flush=True)


if __name__ == "__main__":
    main()
