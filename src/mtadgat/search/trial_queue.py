"""Trial queue: hands out the trials of a plan, one after the other, and takes back what became of them."""

from __future__ import annotations

import itertools
import math
import time

from mtadgat.search.plan import Plan
from mtadgat.search.sampler import Sampler
from mtadgat.search.trial import Suggestion, TrialRecord


class TrialQueue:
    """The trials of a plan while it runs; its time limit counts from here.

    Args:
        plan: what to try.
    """

    def __init__(self, plan: Plan) -> None:
        self.records = list(plan.ended)
        self.deadline = math.inf if plan.timeout is None else time.time() + plan.timeout
        """When the search ends, in seconds since 1970."""
        self._plan = plan
        self._sampler = Sampler(plan.space, plan.algo, plan.seed, plan.max_evals)
        self._taken = {record.number for record in self.records}

    @property
    def is_over(self) -> bool:
        """Whether the search ends now, with trials that run: its time is up, or it lacks progress."""
        return time.time() >= self.deadline or self._plan.lacks_progress(self.records)

    def take(self) -> Suggestion | None:
        """Return the next trial to run, under the lowest free number; None if all have been handed out."""
        if len(self._taken) >= self._plan.max_evals:
            return None
        number = next(number for number in itertools.count() if number not in self._taken)
        self._taken.add(number)
        return self._sampler.sample(number, self.records)

    def end(self, record: TrialRecord) -> None:
        """Take back how a trial ended; later trials are sampled with it in mind."""
        self.records.append(record)
