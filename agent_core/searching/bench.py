"""Where scripts are tried: one place that keeps to the time and to the trials that run at once."""

import threading
from collections.abc import Callable

from agent_core.attempt import Attempt
from agent_core.evaluation import Evaluation
from agent_core.sandbox.sandbox import Outcome
from agent_core.searching.steps import Limits, Steps
from agent_core.solution import Solution
from agent_core.trial import Trial
from agent_core.verification import Verification

#: A rehearsal that only ran out of time has shown no fault.
_REHEARSED = {Outcome.OK, Outcome.TIMEOUT}


class SearchOver(Exception):
    """A limit is reached. Its text says which, for people. Never leaves `agent_core.search`."""


class NothingHolds(SearchOver):
    """No draft works, or none is honest: there is nothing to improve."""


class Bench:
    """Runs scripts, `Limits.parallel` at once. Safe to share between threads."""

    def __init__(self, steps: Steps, limits: Limits, time_left: Callable[[], float]) -> None:
        self.limits = limits
        self._steps = steps
        self._time_left = time_left
        self._places = threading.Semaphore(limits.parallel)

    def require_time(self) -> None:
        """Raise `SearchOver` unless there is time for one more trial."""
        if self._time_left() < self.limits.longest_trial:
            raise SearchOver("The time for trials is used up.")

    def run(self, name: str, solution: Solution) -> tuple[Trial, Evaluation | None]:
        """The trial and its score; that of a rehearsal, without a score, where it shows a fault."""
        with self._places:
            self.require_time()
            rehearsal = self._steps.rehearse(name, solution)
            if rehearsal is not None and rehearsal.outcome not in _REHEARSED:
                return rehearsal, None
            self.require_time()
            trial = self._steps.train(name, solution)
            return trial, self._steps.evaluate(name, trial)

    def verify(self, attempt: Attempt) -> Verification:
        """The verdict on the score of an attempt that has one."""
        assert attempt.solution is not None
        assert attempt.trial is not None
        assert attempt.evaluation is not None
        with self._places:
            self.require_time()
            return self._steps.verify(
                attempt.name, attempt.solution, attempt.trial, attempt.evaluation
            )
