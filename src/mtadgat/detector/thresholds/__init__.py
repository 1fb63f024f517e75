"""Thresholds: when a score is high enough to flag its row.

A new threshold is a module here, its class in `THRESHOLDS`, and its parameters and its name in the help, both in
`mtadgat.config.detector`. Nothing else names a method.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from mtadgat.config import DetectionConfig
from mtadgat.detector.thresholds.best_f1 import BestF1, BestF1Adjusted
from mtadgat.detector.thresholds.epsilon import Epsilon
from mtadgat.detector.thresholds.fixed import Fixed
from mtadgat.detector.thresholds.pot import Pot
from mtadgat.detector.thresholds.threshold import Step, Threshold
from mtadgat.errors import ConfigError, DataError

THRESHOLDS: tuple[type[Threshold], ...] = (Pot, Epsilon, BestF1, BestF1Adjusted)
"""Every method that is fitted, those without labels first: the first of them is the one that reports start with."""

METHODS = tuple(kind.method for kind in THRESHOLDS)
"""Their names."""

LABEL_FREE = tuple(kind.method for kind in THRESHOLDS if not kind.uses_labels)
"""Names of the methods that are fitted to scores alone."""


def make_threshold(method: str, config: DetectionConfig) -> Threshold:
    """Return an unfitted threshold of a method with the parameters of the configuration, or a fixed one.

    Args:
        method: one of `METHODS`, or a number as text.
        config: where each method finds its parameters.

    Raises:
        ConfigError: neither a method nor a finite number.
    """
    name = method.strip().lower().replace("-", "_")
    for kind in THRESHOLDS:
        if kind.method == name:
            return kind.from_config(config)
    try:
        value = float(method)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ConfigError([f"threshold: expected one of {', '.join(METHODS)}, or a number, got {method!r}"])
    return Fixed(value)


def threshold_from_dict(fields: Mapping[str, Any]) -> Threshold:
    """Return the threshold that `Threshold.to_dict` described.

    Raises:
        DataError: the method is unknown.
    """
    method = str(fields.get("method"))
    kinds: dict[str, type[Threshold]] = {Fixed.method: Fixed}
    kinds |= {kind.method: kind for kind in THRESHOLDS}
    if method not in kinds:
        raise DataError(
            f"a threshold that is one of {', '.join(kinds)}",
            repr(method),
            "The model was saved by another version; train it again.",
        )
    return kinds[method].from_fields({name: value for name, value in fields.items() if name != "method"})


__all__ = [
    "LABEL_FREE",
    "METHODS",
    "THRESHOLDS",
    "BestF1",
    "BestF1Adjusted",
    "Epsilon",
    "Fixed",
    "Pot",
    "Step",
    "Threshold",
    "make_threshold",
    "threshold_from_dict",
]
