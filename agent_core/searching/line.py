"""A line of work: one script, and the repairs of it, until it holds or is given up."""

from collections.abc import Callable

from agent_core.attempt import Attempt
from agent_core.failures import FailureClass, classify
from agent_core.progress import Report, silent
from agent_core.replies import Script
from agent_core.searching.author import Author, Written
from agent_core.searching.bench import Bench
from agent_core.searching.telling import evidence_of, fault_message, judged, told
from agent_core.strategy import Strategy
from agent_core.trial_tree import NodeKind


class Line:
    """``attempts`` are its trials so far, at most ``allowance``, each repairing the one before.

    ``worth`` says of an attempt that works whether its score is to be verified. ``tried`` gets each
    attempt when nothing more will come of it, from whatever thread the work is done in.
    """

    def __init__(
        self,
        author: Author,
        bench: Bench,
        allowance: int,
        worth: Callable[[Attempt], bool],
        report: Report = silent,
        tried: Callable[[Attempt], None] = lambda attempt: None,
    ) -> None:
        self.attempts: list[Attempt] = []
        self._author = author
        self._bench = bench
        self._allowance = allowance
        self._worth = worth
        self._report = report
        self._tried = tried

    @property
    def last(self) -> Attempt | None:
        """What it has come to, None before its first script was answered."""
        return self.attempts[-1] if self.attempts else None

    def work(self, first: Attempt, write: Callable[[], Written]) -> None:
        """Write and try ``first``; repair what fails or leaks while that is allowed.

        ``first`` has a name and a strategy and nothing else yet.
        """
        self._bench.require_time()
        attempt = self._try(first, write())
        while (fault := self._fault(attempt)) and len(self.attempts) < self._allowance:
            self._tell(self.attempts[-1])
            attempt = self._repair(first, self.attempts[-1], fault)
        self._tell(self.attempts[-1])

    def _tell(self, attempt: Attempt) -> None:
        """It has come to its end."""
        self._report(told(attempt), None)
        self._tried(attempt)

    def _repair(self, first: Attempt, broken: Attempt, fault: FailureClass) -> Attempt:
        self._bench.require_time()
        number = len(self.attempts)
        repaired = Attempt(
            name=f"{first.name} repair {number}",
            kind=NodeKind.REPAIR,
            strategy=broken.strategy,
            parent=broken.name,
        )
        assert broken.solution is not None  # without a script there is no fault in it
        evidence = evidence_of(broken)
        written = self._author.repair(
            repaired.name, broken.solution.source, fault, evidence, number
        )
        return self._try(repaired, written)

    def _try(self, attempt: Attempt, written: Written) -> Attempt:
        """``attempt`` with its script and what came of it. Also the last of ``attempts``."""
        attempt = attempt.model_copy(update={"calls": written.calls, "message": written.why})
        self.attempts.append(attempt)
        if written.stop is not None:
            raise written.stop
        script = written.result
        if script is None:
            return attempt
        attempt = self._now(attempt, strategy=_strategy(attempt, script))
        solution = script.solution(attempt.strategy.fingerprint())
        trial, evaluation = self._bench.run(attempt.name, solution)
        return self._now(attempt, solution=solution, trial=trial, evaluation=evaluation)

    def _fault(self, attempt: Attempt) -> FailureClass | None:
        """What is to be repaired, None where nothing is, or where there is no script."""
        trial = attempt.trial
        if trial is None:
            return None
        if attempt.works:
            if not self._worth(attempt):
                return None
            attempt = self._now(attempt, verification=self._bench.verify(attempt))
            if attempt.works:
                return None
        verdict = attempt.verification.reason if attempt.verification else None
        fault = classify(trial, judged(attempt), verdict)
        self._now(attempt, failure=fault.name, message=fault_message(attempt, fault))
        return fault

    def _now(self, attempt: Attempt, **known: object) -> Attempt:
        """``attempt``, the last one, with what is known of it now."""
        attempt = attempt.model_copy(update=known)
        self.attempts[-1] = attempt
        return attempt


def _strategy(attempt: Attempt, script: Script) -> Strategy:
    """An improvement is called by what the model says it is; drafts and repairs keep their name."""
    if attempt.kind is not NodeKind.IMPROVE or not script.idea:
        return attempt.strategy
    return attempt.strategy.model_copy(update={"summary": script.idea})
