"""Settings: a configuration that was found, as people read it and as other commands take it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import yaml

from mtadgat.config import DetectorConfig
from mtadgat.search.record import TrialRecord


def settings_of(config: DetectorConfig, best: TrialRecord, loss: str) -> str:
    """Return a configuration as YAML that ``train --config`` accepts: what was searched and what is no default."""
    default = DetectorConfig()
    chosen = {
        field.name: getattr(config, field.name)
        for field in fields(config)
        if field.name in best.parameters or getattr(config, field.name) != getattr(default, field.name)
    }
    return f"# trial {best.number}, {loss} loss {best.loss:.6g}\n{yaml.safe_dump(chosen, sort_keys=False)}"


def words(parameters: Mapping[str, Any]) -> str:
    """Return parameters in one line."""
    texts = {name: f"{value:.4g}" if isinstance(value, float) else str(value) for name, value in parameters.items()}
    return ", ".join(f"{name}={text}" for name, text in texts.items())
