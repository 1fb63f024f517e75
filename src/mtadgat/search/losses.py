"""Losses: what a search minimises, computed on validation windows or from labels; lower is better."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mtadgat.config import DetectionConfig, DetectorConfig, ScoringConfig, SearchConfig
from mtadgat.config.parameter import declared
from mtadgat.detector.detector import Detector
from mtadgat.errors import ConfigError, DataError
from mtadgat.metrics.curves import adjusted_curve, point_curve
from mtadgat.metrics.metric_sets import both_classes, evaluate_flags
from mtadgat.metrics.period import buffer_window
from mtadgat.metrics.volume import volumes
from mtadgat.series import Series, events

VALIDATION = "validation"

INCOMPARABLE = ("scaling", "clip", "val_split", "reconstruction")
"""Parameters that change what the validation loss measures, so that it cannot compare their values."""

BLIND = declared(ScoringConfig).keys() | declared(DetectionConfig).keys()
"""Parameters that the validation loss does not depend on."""


class LabelledRows(NamedTuple):
    """Labelled rows in time order: those that the search may use, and those kept for the final evaluation."""

    search: Series
    final: Series


def check_loss(search: SearchConfig, base: DetectorConfig, names: tuple[str, ...]) -> list[str]:
    """Refuse searches whose loss cannot be measured or compared.

    Args:
        search: how to search.
        base: values of the parameters that are not searched.
        names: parameters that are searched.

    Returns:
        Names of the searched parameters that the loss does not depend on.

    Raises:
        ConfigError: all faults together.
    """
    faults = []
    if search.trial_epochs is not None and "epochs" in names:
        faults.append("trial-epochs: expected none where epochs are searched")
    if search.loss != VALIDATION:
        if search.pruning is not None:
            faults.append(f"pruning: expected --loss {VALIDATION}, which it watches, got --loss {search.loss}")
        if faults:
            raise ConfigError(faults)
        return []
    if base.val_split == 0:
        faults.append(f"loss: expected a --val-split above 0 for --loss {VALIDATION}, got 0")
    faults += [
        f"space: {name}: changes what --loss {VALIDATION} measures; search it with a loss from labels"
        for name in names
        if name in INCOMPARABLE
    ]
    if faults:
        raise ConfigError(faults)
    return [name for name in names if name in BLIND]


def split_labelled(series: Series, share: float) -> LabelledRows:
    """Split labelled rows in time order; an event across the boundary goes to the search as a whole.

    Args:
        series: labelled rows.
        share: share of the rows for the search.

    Raises:
        DataError: the search or the final evaluation would have no event, or no healthy row.
    """
    labels = series.labels
    if labels is None:
        raise DataError(f"labels for {series.name}", "none", f"Search with --loss {VALIDATION}, or give labels.")
    if not both_classes(labels):
        kind = "anomalous" if labels.all() else "healthy"
        raise DataError(
            f"labelled events and healthy rows in the eval split of {series.name}, for a loss from labels",
            f"{len(series)} rows that are all labelled as {kind}",
            f"Search with --loss {VALIDATION}.",
        )
    boundary = round(share * len(series))
    boundary = next((event.stop for event in events(labels) if event.start < boundary < event.stop), boundary)
    halves = LabelledRows(series.rows(0, boundary), series.rows(boundary))
    for name, half in halves._asdict().items():
        if half.labels is None or not half.labels.any() or half.labels.all():
            raise DataError(
                f"labelled events and healthy rows among the {len(half)} rows for the {name}, of {len(series)} in all",
                "only one of the two",
                f"Give another --loss-share, or search with --loss {VALIDATION}.",
            )
    return halves


def labelled_loss(loss: str, detector: Detector, labelled: Series) -> float:
    """Return 1 - the metric that the loss is named after, between 0 and 1.

    Args:
        loss: ``vus_pr``; ``auc_pr``; ``f1`` and ``pa_f1``, the highest F1 over all thresholds, by row and after point
            adjustment; ``pot_f1``, the F1 of the flags at the POT threshold.
        detector: a fitted detector.
        labelled: rows that it was not trained on.

    Raises:
        ValueError: the loss is none of these.
    """
    scores = detector.score(labelled).total.astype(np.float64)
    labels = np.asarray(labelled.labels)
    if loss == "vus_pr":
        return 1 - volumes(scores, labels, buffer_window(labelled.values[:, 0])).pr
    if loss == "auc_pr":
        return 1 - point_curve(scores, labels).average_precision
    if loss == "f1":
        return 1 - point_curve(scores, labels).best.f1
    if loss == "pa_f1":
        return 1 - adjusted_curve(scores, labels).best.f1
    if loss == "pot_f1":
        flags = scores >= detector.thresholds_["pot"].values_for(scores)
        return 1 - evaluate_flags(flags, labels).rates["point"].f1
    raise ValueError(f"expected one of the losses above, got {loss}")
