"""How near thresholds that never saw a label come to the best possible point-wise F1.

    python scripts/benchmarks/thresholds.py --fpath FOLDER --entities omi-1,omi-2 --detectors FOLDER
        [--set stride=2 ...] [--try "pot_q=0.01 pot_drift=none" ...]

A detector of each entity is loaded from --detectors, or trained and saved there. Each line is one way to choose the
threshold from the training scores alone: F1, and the share of rows that it flags, for each entity.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

import click
import pandas as pd
from detectors import trained

from mtadgat import Detector, DetectorConfig, read_series
from mtadgat.metrics import evaluate_flags
from mtadgat.parameters import build
from mtadgat.thresholds import LABEL_FREE, BestF1

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


def figures(detector: Detector, fpath: str, entity: str, tried: Sequence[str]) -> dict[str, str]:
    """Return F1 and the share of flagged rows of each way to choose a threshold, the best possible first."""
    held_out = read_series(fpath, entity=entity, split="eval")
    if held_out.labels is None:
        raise click.UsageError(f"{entity} has no labels")
    scores = detector.score(held_out).total
    ways = {"best possible": BestF1().fit(scores, held_out.labels)}
    for changes in (DEFAULTS, *tried):
        given = dict(change.split("=", 1) for change in changes.split() if changes != DEFAULTS)
        values = build(DetectorConfig, given)
        changed = detector.changed(**{name: getattr(values, name) for name in given})
        kinds = [method for method in LABEL_FREE if ("reg_level" in given) == (method == "epsilon") or not given]
        ways |= {f"{method}, {changes}": changed.threshold(method) for method in kinds}
    known = {name: evaluate_flags(scores >= way.over(scores), held_out.labels) for name, way in ways.items()}
    return {name: f"{each.rates['point'].f1:.3f} ({each.flagged / each.rows:.1%})" for name, each in known.items()}


@click.command(help=__doc__)
@click.option("--fpath", required=True, help="Folder of the data set.")
@click.option("--entities", required=True, help="Entities, separated by commas.")
@click.option("--detectors", required=True, type=click.Path(path_type=Path), help="Folder of trained detectors.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="A parameter that is no default.")
@click.option("--try", "tried", multiple=True, metavar="CHANGES", help="Changes of thresholds, in place of ours.")
def main(*, fpath: str, entities: str, detectors: Path, settings: tuple[str, ...], tried: tuple[str, ...]) -> None:
    config = build(DetectorConfig, dict(setting.split("=", 1) for setting in settings))
    columns = {
        entity: figures(trained(detectors, fpath, entity, config), fpath, entity, tried or TRIED)
        for entity in entities.split(",")
    }
    table = pd.DataFrame(columns)
    table["mean"] = table.map(lambda cell: float(cell.split()[0])).mean(axis=1).map("{:.3f}".format)
    click.echo(table.to_string())


if __name__ == "__main__":
    main()
