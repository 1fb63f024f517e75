"""Stored: the request of a search as its run keeps it, and what may change when the search is resumed."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any, TypeVar

from mtadgat.config import DataConfig, DetectorConfig, SearchConfig, TrackingConfig
from mtadgat.config.parameter import build, parameter_values
from mtadgat.config.requests import HyperoptRequest
from mtadgat.errors import ConfigError
from mtadgat.search.space import SearchSpace
from mtadgat.search.trial_store import SearchTracking
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
"""Parameters that do not change what a trial is: a resumed search may be given others."""


def stored_request(request: HyperoptRequest) -> dict[str, Any]:
    """Return a request as JSON can hold it."""
    return {name: parameter_values(getattr(request, name)) for name in ("data", "detector", "search", "tracking")}


def resumed_request(given: HyperoptRequest, tracking: SearchTracking) -> tuple[HyperoptRequest, SearchSpace]:
    """Return the request of the search that is to be resumed, with those parameters that may differ now.

    Args:
        given: the request that names the search; what it leaves at its default is as the search was asked for.
        tracking: knows the search.

    Raises:
        ConfigError: there is no such search, or it was asked for with other parameters.
        ServiceError: the tracking server does not answer.
    """
    run_id = str(given.search.resume)
    stored = json.loads(tracking.stored(run_id, names.SEARCH_REQUEST))
    faults: list[str] = []
    request = HyperoptRequest(
        data=_merged(given.data, build(DataConfig, stored["data"]), faults),
        detector=_merged(given.detector, build(DetectorConfig, stored["detector"]), faults),
        search=_merged(given.search, build(SearchConfig, stored["search"]), faults),
        tracking=_merged(given.tracking, build(TrackingConfig, stored["tracking"]), faults),
    )
    if faults:
        raise ConfigError(faults)
    return request, SearchSpace.parse(tracking.stored(run_id, names.SEARCH_SPACE))


def _merged(given: Config, stored: Config, faults: list[str]) -> Config:
    default, before, now = (parameter_values(config) for config in (type(given)(), stored, given))
    changed = {name: value for name, value in now.items() if value not in (default[name], before[name])}
    for name in changed.keys() - CHANGEABLE:
        option = name.replace("_", "-")
        faults.append(f"{option}: expected {before[name]}, as in the search that is resumed, got {changed[name]}")
    return replace(stored, **{name: value for name, value in changed.items() if name in CHANGEABLE})
