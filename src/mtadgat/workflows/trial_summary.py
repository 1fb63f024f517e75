"""Trial summary: what the trials of a search add up to, recorded in its run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from mtadgat.config import DetectorConfig
from mtadgat.config.requests import HyperoptRequest
from mtadgat.reporting.figures.search_figures import search_history_figure, search_parameters_figure
from mtadgat.search.observers import SearchRun
from mtadgat.search.trial import (
    PruningSavings,
    TrialRecord,
    best_trial,
    pruning_savings,
    settings_yaml,
    trials_table,
)
from mtadgat.tracking import names


@dataclass(frozen=True)
class BestTrial:
    """The trial with the lowest loss.

    Args:
        record: the trial.
        config: the configuration of the final training: that of the trial, with all epochs.
        settings: the same as YAML for ``train --config``.
    """

    record: TrialRecord
    config: DetectorConfig
    settings: str


@dataclass(frozen=True, eq=False)
class TrialSummary:
    """The trials of a search that have ended.

    Args:
        records: the trials, by number.
        table: one row for each trial.
        savings: what pruning saved.
        best: the best trial; None if none finished.
    """

    records: Sequence[TrialRecord]
    table: pd.DataFrame
    savings: PruningSavings
    best: BestTrial | None


def record_trials(run: SearchRun, request: HyperoptRequest, searched: Sequence[str], epochs: int) -> TrialSummary:
    """Record counts, table, figures and best parameters of the trials that have ended.

    Args:
        run: the open search.
        request: the request of the search.
        searched: parameters that are searched.
        epochs: epochs of a trial that is not pruned.
    """
    records, loss, tracker = run.trial_store.records(), request.search.loss, run.tracker
    table, savings = trials_table(records, searched), pruning_savings(records, epochs)
    counts = {names.search_metric(status): float((table["status"] == status).sum()) for status in names.ENDED_STATES}
    saved = {
        names.search_metric("epochs_saved"): savings.epochs,
        names.search_metric("seconds_saved"): savings.seconds,
    }
    tracker.log_metrics({names.search_metric("trials"): len(records), **counts, **saved})
    for path in names.TRIALS_TABLES:
        tracker.log_table(table, path)
    best = _best(request, records)
    if best is not None:
        tracker.log_text(best.settings, names.BEST_PARAMETERS)
        tracker.log_figure(search_history_figure(table, loss), names.SEARCH_HISTORY_FIGURE)
        tracker.log_figure(search_parameters_figure(table, searched, loss), names.SEARCH_PARAMETERS_FIGURE)
    return TrialSummary(records, table, savings, best)


def _best(request: HyperoptRequest, records: Sequence[TrialRecord]) -> BestTrial | None:
    best = best_trial(records)
    if best is None:
        return None
    config = best_config(request, best)
    return BestTrial(best, config, settings_yaml(config, best, request.search.loss))


def best_config(request: HyperoptRequest, best: TrialRecord) -> DetectorConfig:
    """Return the configuration of the final training: that of the best trial, with all epochs."""
    return request.detector.with_params(**best.parameters)
