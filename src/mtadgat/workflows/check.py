"""The check workflow: data go in; what was understood of them, and a page that draws them, come out."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mtadgat.config import TrackingConfig
from mtadgat.config.parameter import parameter_values
from mtadgat.config.requests import CheckRequest
from mtadgat.data.output import check_page
from mtadgat.data.profile import Profile, profile_of, same_rows
from mtadgat.data.splits import Splits, known_from
from mtadgat.data.storage.table_store import TableStore
from mtadgat.detector.fitted_network import refuse_unfit
from mtadgat.errors import ConfigError, DataError
from mtadgat.reporting.check_page import CheckedPart, write_check
from mtadgat.series import Series
from mtadgat.tracking import names
from mtadgat.tracking.protocols import RunLabel, Tracker, Tracking
from mtadgat.workflows.recorded_profile import record_profile


@dataclass(frozen=True, eq=False)
class CheckResult:
    """What was understood.

    Args:
        profiles: one for each split, or for several that hold the same rows.
        problems: why a split cannot be used, by split.
        advice: what to consider, in sentences.
        page: file of the page, empty if none was asked for.
        run_id: the run that recorded it, empty if none did.
    """

    profiles: tuple[Profile, ...]
    problems: Mapping[str, str]
    advice: tuple[str, ...]
    page: str
    run_id: str


def check(request: CheckRequest, tracking: Tracking, tables: TableStore | None = None) -> CheckResult:
    """Do what training does up to fitting, and say what was understood of each split that can be read.

    Args:
        request: data, detector and where the page goes.
        tracking: opens the run that the page and the profiles are recorded with.
        tables: reads tables that are not files; omitted: what can be read without Spark.

    Raises:
        DataError: training would fail; other splits that cannot be read are told with it.
        ServiceError: the tracking server does not answer.
    """
    splits = Splits(request.data, tables)
    output = request.check.output
    page = None if output is None else check_page(output, "output", splits=splits)
    read, errors = _read(splits, request)
    if "train" in errors:
        raise _together(errors)
    max_gap = request.detector.detection.max_gap
    groups = same_rows(read)
    profiles = tuple(profile_of(read[group[0]], *group, max_gap=max_gap) for group in groups)
    parts = [CheckedPart(profile, read[group[0]]) for profile, group in zip(profiles, groups, strict=True)]
    problems = {split: str(error) for split, error in errors.items()}
    advice = _advice(groups, read)
    label = RunLabel("check", read["train"].dataset, read["train"].entity)
    with tracking.run(label, TrackingConfig()) as tracker:
        tracker.log_parameters(parameter_values(request.data, request.check))
        for profile in profiles:
            record_profile(tracker, profile)
        _write_page(tracker, page, parts, (*problems.values(), *advice))
        return CheckResult(profiles, problems, advice, output or "", tracker.run_id)


def _read(splits: Splits, request: CheckRequest) -> tuple[dict[str, Series], dict[str, DataError]]:
    """Read each split as the workflows would: the others as a model that was trained on the train split does."""
    read: dict[str, Series] = {}
    errors: dict[str, DataError] = {}
    for split in dict.fromkeys(("train", *splits.names)):
        try:
            series = splits.read(split)
            if split == "train":
                refuse_unfit(series, request.detector)
                splits = splits.knowing(known_from(series))
            elif "train" in read:
                series.ordered(read["train"].features)
            read[split] = series
        except DataError as error:
            errors[split] = error
    return read, errors


def _together(errors: Mapping[str, DataError]) -> DataError | ConfigError:
    texts = dict.fromkeys(str(error) for error in errors.values())
    return errors["train"] if len(texts) == 1 else ConfigError(list(texts))


def _advice(groups: list[tuple[str, ...]], read: Mapping[str, Series]) -> tuple[str, ...]:
    advice = []
    if any({"train", "eval"} <= set(group) for group in groups):
        advice.append("The train and eval rows are the same: split them with --train-end ROW or TIME.")
    labels = read["train"].labels
    if labels is not None and labels.any():
        share = f"{int(labels.sum()):,} of {len(labels):,}"
        advice.append(f"{share} train rows are labelled as anomalous: train on healthy rows, up to --train-end.")
    return tuple(advice)


def _write_page(tracker: Tracker, page: Path | None, parts: list[CheckedPart], warnings: tuple[str, ...]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        tracker.log_file(write_check(Path(folder) / names.CHECK_PAGE, parts, warnings))
    if page is not None:
        write_check(page, parts, warnings)
