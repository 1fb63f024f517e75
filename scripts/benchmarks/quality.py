"""How well the default configuration detects, beside peers on the same files.

    python scripts/benchmarks/quality.py --fpath FOLDER --entities omi-1,omi-2 --out quality.csv
        [--seeds 0,1] [--set stride=2 ...] [--peers peers.csv] [--detectors FOLDER]

Each entity is trained on its training part and evaluated on its labelled part, once for each seed. A row goes into
--out as soon as it is there, and rows that are there already are not made again, so that an interrupted table goes on.
The last figures are point-wise F1 of thresholds that never saw a label, beside the best that was possible
(Standard-F1). --peers is a CSV with the columns entity, method and those of TSB-AD's table. --detectors keeps the
trained detectors, so that figures can be made anew, and thresholds.py can go on from them.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

import click
import pandas as pd
from detectors import trained

from mtadgat import DetectorConfig, read_series
from mtadgat.config.parameter import build
from mtadgat.detector.thresholds import LABEL_FREE
from mtadgat.metrics.metric_sets import evaluate_flags, evaluate_scores
from mtadgat.metrics.period import buffer_window

METRICS = ("VUS-PR", "AUC-PR", "Standard-F1", "PA-F1", "Event-based-F1", "R-based-F1", "Affiliation-F")
LABEL_FREE_F1 = tuple(f"F1 by {method}" for method in LABEL_FREE)


def metrics(fpath: str, entity: str, config: DetectorConfig, detectors: Path | None) -> dict[str, float]:
    """Train and evaluate one entity."""
    held_out = read_series(fpath, entity=entity, split="eval")
    labels = held_out.labels
    if labels is None:
        raise click.UsageError(f"{entity} has no labels")
    detector = trained(detectors, fpath, entity, config)
    scores = detector.score(held_out).total
    known = evaluate_scores(scores, labels, buffer_window(held_out.values[:, 0])).leaderboard()
    for method, name in zip(LABEL_FREE, LABEL_FREE_F1, strict=True):
        flags = scores >= detector.threshold(method).values_for(scores)
        known[name] = evaluate_flags(flags, labels).rates["point"].f1
    return {name: known[name] for name in (*METRICS, *LABEL_FREE_F1)}


def table(rows: pd.DataFrame, peers: pd.DataFrame | None) -> str:
    """Return mean over seeds of each entity, their mean, the spread over seeds, and the best peer by mean VUS-PR."""
    by_entity = rows.groupby("entity")[[*METRICS, *LABEL_FREE_F1]].mean()
    shown = [by_entity, by_entity.mean().to_frame("mean").T]
    by_seed = rows.groupby("seed")[[*METRICS, *LABEL_FREE_F1]].mean()
    if len(by_seed) > 1:
        shown.append(by_seed.std().to_frame("spread over seeds").T)
    if peers is not None:
        shown.append(best_peer(peers[peers["entity"].isin(by_entity.index)], len(by_entity)))
    return pd.concat(shown).to_string(float_format="{:.3f}".format, na_rep="")


def best_peer(peers: pd.DataFrame, entities: int) -> pd.DataFrame:
    """Return the mean figures of the method with the highest mean VUS-PR among those that have all entities."""
    complete = peers.groupby("method").filter(lambda rows: rows["entity"].nunique() == entities)
    means = complete.groupby("method")[list(METRICS)].mean()
    return means.nlargest(1, "VUS-PR")


@click.command(help=__doc__)
@click.option("--fpath", required=True, help="Folder of the data set.")
@click.option("--entities", required=True, help="Entities, separated by commas.")
@click.option("--seeds", default="0", show_default=True, help="Seeds, separated by commas.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="A parameter that is no default.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="CSV of all rows.")
@click.option("--peers", type=click.Path(exists=True), help="CSV of other detectors' figures.")
@click.option("--detectors", type=click.Path(path_type=Path), help="Folder to keep trained detectors in.")
def main(
    *,
    fpath: str,
    entities: str,
    seeds: str,
    settings: tuple[str, ...],
    out: Path,
    peers: str | None,
    detectors: Path | None,
) -> None:
    given = dict(setting.split("=", 1) for setting in settings)
    rows = pd.read_csv(out) if out.exists() else pd.DataFrame(columns=["entity", "seed"])
    for entity in entities.split(","):
        for seed in seeds.split(","):
            if ((rows["entity"] == entity) & (rows["seed"] == int(seed))).any():
                continue
            found = metrics(fpath, entity, build(DetectorConfig, {**given, "seed": seed}), detectors)
            rows = pd.concat([rows, pd.DataFrame([{"entity": entity, "seed": int(seed), **found}])], ignore_index=True)
            rows.to_csv(out, index=False)
            click.echo(f"{entity} seed {seed}: VUS-PR {found['VUS-PR']:.3f}", err=True)
    chosen = rows[rows["entity"].isin(entities.split(","))]
    click.echo(table(chosen, None if peers is None else pd.read_csv(peers)))


if __name__ == "__main__":
    main()
