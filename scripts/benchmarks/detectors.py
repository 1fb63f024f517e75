"""Detectors that benchmarks train once and keep."""

from __future__ import annotations

from pathlib import Path

from mtadgat import Detector, DetectorConfig, read_series


def trained(folder: Path | None, fpath: str, entity: str, config: DetectorConfig) -> Detector:
    """Load the detector that a folder keeps for this entity and seed, or train it and keep it there."""
    kept = None if folder is None else folder / f"{entity}-seed-{config.seed}"
    if kept is not None and kept.is_dir():
        return Detector.load(kept)
    detector = Detector(config).fit(read_series(fpath, entity=entity, split="train"))
    if kept is not None:
        detector.save(kept)
    return detector
