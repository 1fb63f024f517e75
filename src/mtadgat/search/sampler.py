"""Sampler: which configuration a search tries next, by hyperopt's algorithms, the same for the same seed.

hyperopt seeds a sample by how many it took before in this process. Here trial number n of seed s is always sampled
from (s, n) and the trials that have ended: a search that is resumed, or run on Spark, continues as if it had never
stopped.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

import numpy as np
from hyperopt import JOB_STATE_DONE, STATUS_FAIL, STATUS_OK, Trials, anneal, rand, tpe

from mtadgat.search.space import SearchSpace, point_of
from mtadgat.search.trial import Suggestion, TrialRecord
from mtadgat.tracking import names

Document = dict[str, Any]
"""hyperopt's notation of a trial; plain values only, since hyperopt encodes it as BSON where pymongo is installed."""

STARTUP_SHARE = 1 / 3
MAX_STARTUP = 20
"""TPE samples the first third of the trials at random, at most twenty (hyperopt's own number for any search)."""


class Sampler:
    """Samples the trials of one search.

    Args:
        space: what is searched.
        algo: ``tpe``, ``rand`` or ``anneal``.
        seed: of all samples.
        max_evals: trials in all.
    """

    def __init__(self, space: SearchSpace, algo: str, seed: int, max_evals: int) -> None:
        self.space, self.seed, self.domain = space, seed, space.domain()
        startup = min(MAX_STARTUP, max(1, round(max_evals * STARTUP_SHARE)))
        self.suggest = {
            "tpe": partial(tpe.suggest, n_startup_jobs=startup, verbose=False),
            "rand": rand.suggest,
            "anneal": anneal.suggest,
        }[algo]

    def sample(self, number: int, ended: Iterable[TrialRecord]) -> Suggestion:
        """Return a trial.

        Args:
            number: its number.
            ended: the trials that have ended.
        """
        trials = Trials()
        trials.insert_trial_docs(ended_documents(list(self.domain.params), ended))
        trials.refresh()
        own_seed = int(np.random.SeedSequence([self.seed, number]).generate_state(1)[0])
        (document,) = self.suggest([number], self.domain, trials, own_seed)
        point = point_of(document["misc"]["vals"])
        return Suggestion(number, point, self.space.values(point))


def ended_documents(labels: list[str], records: Iterable[TrialRecord]) -> list[Document]:
    """Return the documents that hyperopt would hold if it had run the recorded trials itself.

    Args:
        labels: of all variables of the space.
        records: trials that have ended.
    """
    return [_ended_document(labels, record) for record in records]


def _ended_document(labels: list[str], record: TrialRecord) -> Document:
    number, point = record.number, record.point
    failed = record.status == names.FAILED
    return {
        "state": JOB_STATE_DONE,
        "tid": number,
        "spec": None,
        "result": {"status": STATUS_FAIL} if failed else {"status": STATUS_OK, "loss": record.loss},
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
