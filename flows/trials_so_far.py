"""The trials of a run that goes on, kept as they end: in its folder, and with Prefect."""

import threading

from agent_core.attempt import Attempt
from agent_core.spending.ledger import Ledger
from agent_core.trial_tree import TrialTree
from flows.journey import Journey
from tasks.run_folder import keep_attempt


class TrialsSoFar:
    """Called with each attempt when it has come to its end, from several threads.

    ``ledger`` holds what they have cost.
    """

    def __init__(self, journey: Journey, planner: str, ledger: Ledger) -> None:
        self.ledger = ledger
        self._journey = journey
        self._planner = planner
        self._attempts: dict[str, Attempt] = {}
        self._lock = threading.Lock()

    def __call__(self, attempt: Attempt) -> None:
        """Keep it. What repairs or improves another ends after that one, so parents are first."""
        with self._lock:
            self._attempts[attempt.name] = attempt
            parent = self._attempts.get(attempt.parent or "")
            keep_attempt(self._journey.folder, attempt, parent)
            self._journey.keep_tree(
                TrialTree(
                    planner=self._planner,
                    nodes=tuple(one.node() for one in self._attempts.values()),
                    winner=None,
                    stopped="",
                    cost_usd=self.ledger.usd,
                )
            )
