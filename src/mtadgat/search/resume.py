"""Resume: the request of a search as its run stores it, and what may change when the search is resumed."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any, TypeVar

from mtadgat.config import DataConfig, DetectorConfig, SearchConfig, TrackingConfig
from mtadgat.config.parameter import build, parameter_values
from mtadgat.config.requests import HyperoptRequest
from mtadgat.errors import ConfigError
from mtadgat.search.observers import SearchTracking
from mtadgat.search.space import SearchSpace
from mtadgat.tracking import names

Config = TypeVar("Config", DataConfig, DetectorConfig, SearchConfig, TrackingConfig)

CHANGEABLE = frozenset(
    {
        "max_evals",
        "timeout",
        "early_stop",
        "trials",
        "parallelism",
        "spark_master",
        "resume",
        *(field.name for field in fields(TrackingConfig)),
    }
)
"""Parameters that do not change what a trial is; a resumed search may be given other values."""


def stored_request(request: HyperoptRequest) -> dict[str, Any]:
    """Return a request as plain values for JSON."""
    return {name: parameter_values(getattr(request, name)) for name in ("data", "detector", "search", "tracking")}


def resumed_request(given: HyperoptRequest, tracking: SearchTracking) -> tuple[HyperoptRequest, SearchSpace]:
    """Return the stored request of the search to resume, with the changes that are allowed.

    Args:
        given: the request that names the search; parameters that it leaves at their defaults keep the stored values.
        tracking: holds the search.

    Raises:
        ConfigError: there is no such search, or a parameter that may not change differs.
        ServiceError: the tracking server does not answer.
    """
    run_id = str(given.search.resume)
    stored = json.loads(tracking.read_text(run_id, names.SEARCH_REQUEST))
    faults: list[str] = []
    request = HyperoptRequest(
        data=_merged(given.data, build(DataConfig, stored["data"]), faults),
        detector=_merged(given.detector, build(DetectorConfig, stored["detector"]), faults),
        search=_merged(given.search, build(SearchConfig, stored["search"]), faults),
        tracking=_merged(given.tracking, build(TrackingConfig, stored["tracking"]), faults),
    )
    if faults:
        raise ConfigError(faults)
    return request, SearchSpace.parse(tracking.read_text(run_id, names.SEARCH_SPACE))


def _merged(given: Config, stored: Config, faults: list[str]) -> Config:
    default, before, now = (parameter_values(config) for config in (type(given)(), stored, given))
    changed = {name: value for name, value in now.items() if value not in (default[name], before[name])}
    for name in changed.keys() - CHANGEABLE:
        option = name.replace("_", "-")
        faults.append(f"{option}: expected {before[name]}, as in the search that is resumed, got {changed[name]}")
    return replace(stored, **{name: value for name, value in changed.items() if name in CHANGEABLE})
