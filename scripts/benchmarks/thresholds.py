"""How near thresholds that never saw a label come to the best possible point-wise F1.

    python scripts/benchmarks/thresholds.py --fpath FOLDER --entities omi-1,omi-2 --detectors FOLDER
        [--seeds 0,1] [--set stride=2 ...] [--try "pot_q=0.01 pot_drift=none" ...]

A detector of each entity and seed is loaded from --detectors, or trained and saved there. Each line is one way to
choose the threshold from the training scores alone: F1 and the share of rows that it flags, means over the seeds.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

import click
import pandas as pd
from detectors import trained

from mtadgat import Detector, DetectorConfig, read_series
from mtadgat.config.parameter import build
from mtadgat.detector.thresholds import LABEL_FREE, BestF1
from mtadgat.metrics.metric_sets import evaluate_flags
from mtadgat.series import Series

DEFAULTS = "defaults"
TRIED = (
    "dynamic_pot=true",
    "pot_drift=2000",
    "pot_q=0.01",
    "pot_drift=none",
    "pot_drift=none dynamic_pot=true",
    "pot_drift=none pot_q=0.001 pot_level=0.99",
    "pot_drift=none pot_q=0.001 pot_level=0.99 dynamic_pot=true",
    "reg_level=0",
    "reg_level=2",
)


class Figures(NamedTuple):
    """What a threshold comes to: point-wise F1, and the share of rows that it flags."""

    f1: float
    flagged: float


def metrics(detector: Detector, held_out: Series, tried: Sequence[str]) -> dict[str, Figures]:
    """Return the figures of each way to choose a threshold, the best possible first."""
    if held_out.labels is None:
        raise click.UsageError(f"{held_out.name} has no labels")
    scores = detector.score(held_out).total
    ways = {"best possible": BestF1().fit(scores, held_out.labels)}
    for changes in (DEFAULTS, *tried):
        given = dict(change.split("=", 1) for change in changes.split() if changes != DEFAULTS)
        values = build(DetectorConfig, given)
        changed = detector.with_params(**{name: getattr(values, name) for name in given})
        kinds = [method for method in LABEL_FREE if ("reg_level" in given) == (method == "epsilon") or not given]
        ways |= {f"{method}, {changes}": changed.threshold(method) for method in kinds}
    known = {name: evaluate_flags(scores >= way.values_for(scores), held_out.labels) for name, way in ways.items()}
    return {name: Figures(each.rates["point"].f1, each.flagged / each.rows) for name, each in known.items()}


@click.command(help=__doc__)
@click.option("--fpath", required=True, help="Folder of the data set.")
@click.option("--entities", required=True, help="Entities, separated by commas.")
@click.option("--detectors", required=True, type=click.Path(path_type=Path), help="Folder of trained detectors.")
@click.option("--seeds", default="0", show_default=True, help="Seeds, separated by commas.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="A parameter that is no default.")
@click.option("--try", "tried", multiple=True, metavar="CHANGES", help="Changes of thresholds, in place of ours.")
def main(
    *, fpath: str, entities: str, detectors: Path, seeds: str, settings: tuple[str, ...], tried: tuple[str, ...]
) -> None:
    given = dict(setting.split("=", 1) for setting in settings)
    rows = []
    for entity in entities.split(","):
        held_out = read_series(fpath, entity=entity, split="eval")
        for seed in seeds.split(","):
            detector = trained(detectors, fpath, entity, build(DetectorConfig, {**given, "seed": seed}))
            found = metrics(detector, held_out, tried or TRIED)
            rows += [{"entity": entity, "way": way, **known._asdict()} for way, known in found.items()]
    means = pd.DataFrame(rows).pivot_table(["f1", "flagged"], "way", "entity", sort=False)
    shown = means["f1"].map("{:.3f}".format) + means["flagged"].map(" ({:.1%})".format)
    shown["mean"] = means["f1"].mean(axis=1).map("{:.3f}".format)
    click.echo(shown.to_string(index_names=False))


if __name__ == "__main__":
    main()
