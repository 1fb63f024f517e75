"""Trials: what is known of all of them, recorded with the run of their search."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from mtadgat.config import DetectorConfig
from mtadgat.config.requests import HyperoptRequest
from mtadgat.reporting.figures.search_figures import search_history_figure, search_parameters_figure
from mtadgat.search.trial import TrialRecord, best_trial, pruning_saving, settings_of, trials_table
from mtadgat.search.trial_store import SearchRun
from mtadgat.tracking import names
from mtadgat.tracking.protocols import Tracker


def record_trials(run: SearchRun, request: HyperoptRequest, searched: Sequence[str], epochs: int) -> list[TrialRecord]:
    """Record counts, table, pictures and best parameters of the trials that are over, and return the trials.

    Args:
        run: the open search.
        request: what was asked for.
        searched: parameters that are searched.
        epochs: epochs of a trial that is not stopped.
    """
    records, loss, tracker = run.trial_store.records(), request.search.loss, run.tracker
    table, saving = trials_table(records, searched), pruning_saving(records, epochs)
    counts = {names.search_metric(status): float((table["status"] == status).sum()) for status in names.ENDED_STATES}
    saved = {names.search_metric("epochs_saved"): saving.epochs, names.search_metric("seconds_saved"): saving.seconds}
    tracker.log_metrics({names.search_metric("trials"): len(records), **counts, **saved})
    for path in names.TRIALS_TABLES:
        tracker.log_table(table, path)
    best = best_trial(records)
    if best is not None:
        log_text(tracker, settings_of(best_config(request, best), best, loss), names.BEST_PARAMETERS)
        tracker.log_figure(search_history_figure(table, loss), names.SEARCH_HISTORY_FIGURE)
        tracker.log_figure(search_parameters_figure(table, searched, loss), names.SEARCH_PARAMETERS_FIGURE)
    return records


def best_config(request: HyperoptRequest, best: TrialRecord) -> DetectorConfig:
    """Return the configuration of the last training: the best trial's, with all epochs."""
    return replace(request.detector, **best.parameters)


def log_text(tracker: Tracker, text: str, path: str) -> None:
    """Record a text as an artifact."""
    with tempfile.TemporaryDirectory(prefix="mtadgat-") as folder:
        file = Path(folder) / Path(path).name
        file.write_text(text)
        parent = str(Path(path).parent)
        tracker.log_file(file, "" if parent == "." else parent)
