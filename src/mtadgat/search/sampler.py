"""Sampler: which configuration a search tries next, by hyperopt's algorithms, the same for the same seed.

hyperopt seeds a sample by how many it took before in this process. Here trial number n of seed s is always sampled
from (s, n): a search that is resumed, or run on Spark, continues as if it had never stopped.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np
from hyperopt import JOB_STATE_DONE, STATUS_FAIL, STATUS_OK, Trials, anneal, rand, tpe
from hyperopt.pyll import scope

from mtadgat.search.space import SearchSpace, point_of
from mtadgat.search.trial import Suggestion, TrialRecord
from mtadgat.tracking import names

Document = dict[str, Any]
"""hyperopt's notation of a trial; plain values only, since hyperopt encodes it as BSON where pymongo is installed."""

Sampler = Callable[[list[int], object, Trials, object], list[Document]]
"""hyperopt's ``algo``: takes trial ids, domain, trials and a seed."""

SUGGESTION = "suggestion"
"""Label under which a document carries its `Suggestion`: hyperopt does not tell objectives the trial's number."""

STARTUP_SHARE = 1 / 3
MAX_STARTUP = 20
"""TPE samples the first third of the trials at random, at most twenty (hyperopt's own number for any search)."""


def suggestion_space() -> Any:
    """Return the space for hyperopt's ``fmin``, with which objectives receive the suggestion of their trial."""
    # Without the conversion to a number that hp.randint and similar functions add.
    return scope.hyperopt_param(SUGGESTION, scope.randint(1))


def seeded_sampler(space: SearchSpace, algo: str, seed: int, max_evals: int) -> Sampler:
    """Return the algorithm for hyperopt's ``fmin``.

    Args:
        space: what is searched.
        algo: ``tpe``, ``rand`` or ``anneal``.
        seed: of all samples.
        max_evals: trials in all.
    """
    domain = space.domain()
    startup = min(MAX_STARTUP, max(1, round(max_evals * STARTUP_SHARE)))
    suggest = {
        "tpe": partial(tpe.suggest, n_startup_jobs=startup, verbose=False),
        "rand": rand.suggest,
        "anneal": anneal.suggest,
    }[algo]

    def sample(number: int, trials: Trials) -> Document:
        own_seed = int(np.random.SeedSequence([seed, number]).generate_state(1)[0])
        document: Document
        (document,) = suggest([number], domain, trials, own_seed)
        point = point_of(document["misc"]["vals"])
        _attach(document, Suggestion(number, point, space.values(point)))
        return document

    return lambda numbers, _domain, trials, _seed: [sample(number, trials) for number in numbers]


class LowestFreeNumbers:
    """Gives new trials the lowest free numbers, those of interrupted trials included.

    A mixin of hyperopt's Trials, which would count on from how many trials have ended.
    """

    _ids: set[int]

    def new_trial_ids(self, count: int) -> list[int]:
        """Return numbers of new trials."""
        free = list(itertools.islice((number for number in itertools.count() if number not in self._ids), count))
        self._ids.update(free)
        return free


class NumberedTrials(LowestFreeNumbers, Trials):
    """Trials of this process."""


def ended_documents(space: SearchSpace, records: Iterable[TrialRecord]) -> list[Document]:
    """Return the documents that hyperopt would hold if it had run the recorded trials itself."""
    labels = list(space.domain().params)
    return [_ended_document(labels, record) for record in records]


def _ended_document(labels: list[str], record: TrialRecord) -> Document:
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
    _attach(document, Suggestion(number, point, record.parameters))
    return document


def _attach(document: Document, suggestion: Suggestion) -> None:
    document["misc"]["idxs"][SUGGESTION] = [suggestion.number]
    document["misc"]["vals"][SUGGESTION] = [asdict(suggestion)]


def suggestion_of(document: Document) -> Suggestion:
    """Return the suggestion that a document carries."""
    return Suggestion(**document["misc"]["vals"][SUGGESTION][0])


def result_of(record: TrialRecord) -> Document:
    """Return a record in hyperopt's notation of a result."""
    if record.status == names.FAILED:
        return {"status": STATUS_FAIL, "record": asdict(record)}
    return {"status": STATUS_OK, "loss": record.loss, "record": asdict(record)}


def records_of(trials: Trials) -> list[TrialRecord]:
    """Return the records of hyperopt's trials that have ended."""
    results = [document["result"] for document in trials.trials]
    return [TrialRecord(**result["record"]) for result in results if "record" in result]
