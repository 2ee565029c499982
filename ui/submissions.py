"""Submissions that are under way: Kaggle takes minutes to score one, and a page should not wait."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from agent_core.errors import KaggleAgentError
from agent_core.progress import Report
from agent_core.receipt import Receipt

_AT_ONCE = 4


@dataclass
class UnderWay:
    """``said`` is the last that was heard of it; `answer` is done when Kaggle has said its word."""

    said: str = "Sending it to Kaggle"
    answer: "Future[Receipt]" = field(default_factory=Future)


class Submissions:
    """Each run's submission is sent by ``send`` once at a time, in the background.

    Should this process end meanwhile, nothing is sent twice: ``send`` looks before it sends.
    """

    def __init__(self, send: Callable[[str, str, Report], Receipt]) -> None:
        self._send = send
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="submission")
        self._lock = threading.Lock()
        self._known: dict[str, UnderWay] = {}

    def start(self, run_id: str, message: str) -> None:
        """Send it, unless that is under way already."""
        with self._lock:
            known = self._known.get(run_id)
            if known is not None and not known.answer.done():
                return
            begun = UnderWay()
            self._known[run_id] = begun

            def report(said: str, fraction: float | None = None) -> None:
                begun.said = said

            begun.answer = self._pool.submit(self._send, run_id, message, report)

    def said(self, run_id: str) -> str | None:
        """How far it is, None where nothing is under way."""
        known = self._known.get(run_id)
        return known.said if known is not None and not known.answer.done() else None

    def problem(self, run_id: str) -> KaggleAgentError | None:
        """What went wrong with the last one, None where nothing did."""
        known = self._known.get(run_id)
        error = known.answer.exception() if known is not None and known.answer.done() else None
        if error is not None and not isinstance(error, KaggleAgentError):
            raise error
        return error
