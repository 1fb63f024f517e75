"""Draws: which trial comes next, by hyperopt's algorithms, the same for the same seed.

hyperopt seeds a draw by how many came before it in this process. Here trial number n of seed s is always drawn from
(s, n): a search that is resumed, or run on Spark, goes on as if it had never stopped.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np
from hyperopt import JOB_STATE_DONE, STATUS_FAIL, STATUS_OK, Trials, anneal, rand, tpe
from hyperopt.pyll import scope

from mtadgat.search.space import SearchSpace, point_of
from mtadgat.search.trial import TrialRecord
from mtadgat.tracking import names

Document = dict[str, Any]
"""hyperopt's notation of a trial."""

Suggest = Callable[[list[int], object, Trials, object], list[Document]]

DRAW = "draw"
"""Label under which a trial carries its own number, point and values, which hyperopt's objectives are not told."""

STARTUP_SHARE = 1 / 3
MOST_STARTUP = 20
"""TPE draws the first third of the trials at random, twenty at most (hyperopt's own number, whatever there is)."""


def carrier() -> Any:
    """Return the space to give to hyperopt's ``fmin``: objectives receive what `algorithm` put there."""
    # Without the conversion to a number that hp.randint and its like put around it.
    return scope.hyperopt_param(DRAW, scope.randint(1))


def algorithm(space: SearchSpace, algo: str, seed: int, max_evals: int) -> Suggest:
    """Return the algorithm to give to hyperopt's ``fmin``.

    Args:
        space: what is searched.
        algo: ``tpe``, ``rand`` or ``anneal``.
        seed: of all draws.
        max_evals: trials in all.
    """
    domain = space.domain()
    startup = min(MOST_STARTUP, max(1, round(max_evals * STARTUP_SHARE)))
    suggest = {
        "tpe": partial(tpe.suggest, n_startup_jobs=startup, verbose=False),
        "rand": rand.suggest,
        "anneal": anneal.suggest,
    }[algo]

    def draw(new_ids: list[int], _: object, trials: Trials, __: object) -> list[Document]:
        return [drawn(number, trials) for number in new_ids]

    def drawn(number: int, trials: Trials) -> Document:
        own = int(np.random.SeedSequence([seed, number]).generate_state(1)[0])
        document: Document
        (document,) = suggest([number], domain, trials, own)
        point = point_of(document["misc"]["vals"])
        _carry(document, {"number": number, "point": point, "values": space.values(point)})
        return document

    return draw


def known_trials(space: SearchSpace, records: Iterable[TrialRecord]) -> list[Document]:
    """Return what hyperopt would know had it run the recorded trials itself."""
    labels = list(space.domain().params)
    return [_known_trial(labels, record) for record in records]


class Numbering:
    """Gives new trials the smallest numbers that are free: those of interrupted trials again.

    A mixin of hyperopt's Trials, which would count from the number of the known ones.
    """

    _ids: set[int]

    def new_trial_ids(self, count: int) -> list[int]:
        """Return numbers of new trials."""
        free = list(itertools.islice((number for number in itertools.count() if number not in self._ids), count))
        self._ids.update(free)
        return free


class NumberedTrials(Numbering, Trials):
    """Trials of this process."""


def _known_trial(labels: list[str], record: TrialRecord) -> Document:
    number, point = record.number, record.point
    document: Document = {
        "state": JOB_STATE_DONE,
        "tid": number,
        "spec": None,
        "result": result_of(record),
        "misc": {
            "tid": number,
            "cmd": None,
            "workdir": None,
            "idxs": {label: [number] if label in point else [] for label in labels},
            "vals": {label: [point[label]] if label in point else [] for label in labels},
        },
        "exp_key": None,
        "owner": None,
        "version": 0,
        "book_time": None,
        "refresh_time": None,
    }
    _carry(document, {"number": number, "point": dict(point), "values": dict(record.parameters)})
    return document


def result_of(record: TrialRecord) -> Document:
    """Return a record in hyperopt's notation of a result."""
    if record.status == names.FAILED:
        return {"status": STATUS_FAIL, "record": record}
    return {"status": STATUS_OK, "loss": record.loss, "record": record}


def _carry(document: Document, draw: Document) -> None:
    document["misc"]["idxs"][DRAW] = [draw["number"]]
    document["misc"]["vals"][DRAW] = [draw]
