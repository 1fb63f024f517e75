"""Thresholds: when a score is high enough to flag its row."""

from __future__ import annotations

import math

from mtadgat.config import DetectorConfig
from mtadgat.detector.thresholds.base import Threshold
from mtadgat.detector.thresholds.best_f1 import BestF1, BestF1Adjusted
from mtadgat.detector.thresholds.epsilon import Epsilon
from mtadgat.detector.thresholds.fixed import Fixed
from mtadgat.detector.thresholds.pot import Followed, Pot
from mtadgat.errors import ConfigError

LABEL_FREE = (Pot.method, Epsilon.method)
"""Methods that are fitted to scores alone."""

METHODS = (*LABEL_FREE, BestF1.method, BestF1Adjusted.method)
"""Methods by name, those without labels first."""


def make_threshold(method: str, config: DetectorConfig) -> Threshold:
    """Return an unfitted threshold of a method with the parameters of the configuration, or a fixed one.

    Args:
        method: one of `METHODS`, or a number as text.
        config: where POT finds its risk, level and drift, and epsilon its penalty.

    Raises:
        ConfigError: neither a method nor a finite number.
    """
    kinds: dict[str, Threshold] = {
        Pot.method: Pot(config.pot_q, config.pot_level, config.dynamic_pot, config.pot_drift),
        Epsilon.method: Epsilon(config.reg_level),
        BestF1.method: BestF1(),
        BestF1Adjusted.method: BestF1Adjusted(),
    }
    name = method.strip().lower().replace("-", "_")
    if name in kinds:
        return kinds[name]
    try:
        value = float(method)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ConfigError([f"threshold: expected one of {', '.join(METHODS)}, or a number, got {method!r}"])
    return Fixed(value)


__all__ = [
    "LABEL_FREE",
    "METHODS",
    "BestF1",
    "BestF1Adjusted",
    "Epsilon",
    "Fixed",
    "Followed",
    "Pot",
    "Threshold",
    "make_threshold",
]
