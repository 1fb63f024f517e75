"""How long each metric takes on one core.

    python scripts/benchmarks/metrics.py [--rows 100000] [--window 100]

Scores are random and smoothed; one row in twenty is labelled, in events of 5 to 200 rows.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

for library in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[library] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

import numpy as np

from mtadgat.config import DetectionConfig
from mtadgat.detector.thresholds import METHODS, make_threshold
from mtadgat.metrics.chance import chance_metrics
from mtadgat.metrics.metric_sets import CURVES, evaluate_flags, evaluate_scores
from mtadgat.metrics.volume import volumes


def example(rows: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return scores and labels."""
    generator = np.random.default_rng(seed)
    labels = np.zeros(rows, dtype=bool)
    while labels.mean() < 0.05:
        start = int(generator.integers(0, rows))
        labels[start : start + int(generator.integers(5, 200))] = True
    scores = np.convolve(generator.exponential(size=rows), np.ones(5) / 5, mode="same")
    return scores + 0.5 * labels * generator.random(rows), labels


def seconds(task: Callable[[], object], repeats: int = 3) -> float:
    """Return the shortest time of a few runs."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        task()
        times.append(time.perf_counter() - start)
    return min(times)


def tasks(rows: int, window: int) -> dict[str, Callable[[], object]]:
    """Return what is measured, by name."""
    scores, labels = example(rows)
    flags = scores >= np.quantile(scores, 0.98)
    known: dict[str, Callable[[], object]] = {
        "all figures of scores": lambda: evaluate_scores(scores, labels, window),
        "all figures of flags": lambda: evaluate_flags(flags, labels),
        "chance, 10 draws": lambda: chance_metrics(labels, int(flags.sum())),
        f"VUS-PR and VUS-ROC, window {window}": lambda: volumes(scores, labels, window),
    }
    for sense, curve in CURVES.items():
        known[f"{sense}: all thresholds, exact"] = lambda curve=curve: curve(scores, labels)
    for method in METHODS:
        threshold = make_threshold(method, DetectionConfig())
        known[f"threshold {method}: fit"] = lambda threshold=threshold: threshold.fit(scores, labels)
    dynamic = make_threshold("pot", DetectionConfig(dynamic_pot=True)).fit(scores)
    known["threshold pot, dynamic: follow"] = lambda: dynamic.values_for(scores)
    return known


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--window", type=int, default=100)
    arguments = parser.parse_args()
    print(f"| {arguments.rows:,} rows, one core | seconds |\n|---|---:|")
    for name, task in tasks(arguments.rows, arguments.window).items():
        print(f"| {name} | {seconds(task):.3f} |", flush=True)


if __name__ == "__main__":
    main()
